/** Ends a connection whose server owes an answer and sends nothing: a network that is gone closes nothing. */
import type { Socket } from 'node:net';
import type { Connection } from 'mysql2';

/** The part of mysql2's connection that it does not declare. */
interface OpenConnection {
  /** What waits for an answer; null or undefined when nothing does. */
  readonly _command?: unknown;
  /** Nothing is read, as the warehouse has to catch up. */
  readonly _paused: boolean;
  readonly stream: Socket;
}

/** No query of a task is longer without a first row; rows of a copy follow each other at once. */
export const SILENCE_LIMIT_MS = 60_000;

const LOOKS_A_LIMIT = 4;

/** The command that waits then fails as one whose connection was lost. Between commands a connection may be silent. */
export function limitSilence(connection: Connection, limitMs = SILENCE_LIMIT_MS): void {
  const open = connection as unknown as OpenConnection;
  const { stream } = open;
  // Looks are counted instead of time: after a pause of the whole process, bytes that wait are read first.
  let quietLooks = 0;
  stream.on('data', () => {
    quietLooks = 0;
  });
  const timer = setInterval(() => {
    const owesNothing = open._command === undefined || open._command === null;
    quietLooks = owesNothing || open._paused ? 0 : quietLooks + 1;
    if (quietLooks > LOOKS_A_LIMIT) stream.destroy(silent(limitMs));
  }, limitMs / LOOKS_A_LIMIT);
  timer.unref();
  stream.once('close', () => clearInterval(timer));
}

/** Named as the driver names a lost connection, for which the task connects again. */
const silent = (limitMs: number): Error =>
  Object.assign(new Error(`the source sent nothing for ${limitMs} ms, although a query waits for it`), {
    code: 'PROTOCOL_CONNECTION_LOST',
  });
