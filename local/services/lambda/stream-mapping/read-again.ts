/** Records that were delivered before, read from the stream by the numbers that the function saw. */
import type { RecordRange } from '../../../runtime/ports/stream-mapping';
import { shardNumberOf } from './shard-lineage';
import { buildEventRecord, type RecordOrigin, type StreamEventRecord } from './stream-event';
import type { StreamSource } from './stream-source';

const PAGE_RECORDS = 1_000;

export interface PastRecords extends RecordRange {
  readonly shardId: string;
  readonly origin: RecordOrigin;
}

/** Undefined when the stream no longer has all of them. */
export async function readAgain(
  source: StreamSource,
  { shardId, first, last, origin }: PastRecords,
): Promise<StreamEventRecord[] | undefined> {
  const from = shardNumberOf(first).number;
  const to = shardNumberOf(last).number;
  let iterator = await source.openIteratorAt(shardId, from);
  const found: StreamEventRecord[] = [];
  while (iterator !== undefined) {
    const page = await source.readPage(iterator, PAGE_RECORDS);
    if (page === 'expired' || page === 'trimmed') return undefined;
    for (const record of page.records) found.push(buildEventRecord(record, origin));
    const at = found.findIndex(({ sequenceNumber }) => shardNumberOf(sequenceNumber).number === to);
    if (at >= 0)
      return shardNumberOf(found[0]!.sequenceNumber).number === from ? found.slice(0, at + 1) : undefined;
    if (page.records.length === 0) return undefined;
    iterator = page.nextIterator;
  }
  return undefined;
}
