/** When a binlog file was made: the time of the event that each file begins with. */

import type { SourcePosition } from '../../../runtime/ports/source-position';
import { openSource, type ReadLogin } from '../task/source-connection';
import { BinlogStream } from './binlog-stream';

const WAIT_MS = 10_000;

/** Null when the server does not say within ten seconds. */
export async function readFileCreation(
  readLogin: ReadLogin,
  position: SourcePosition,
): Promise<number | null> {
  const stream = await BinlogStream.open({ connection: await openSource(readLogin), start: position });
  try {
    const deadline = performance.now() + WAIT_MS;
    while (performance.now() < deadline) {
      const event = await stream.next(WAIT_MS);
      if (event?.kind === 'file') return event.createdAtSeconds;
    }
    return null;
  } finally {
    stream.close();
  }
}
