/** The records of one delivery as files: one per table, gzip JSON lines, the same records always the same bytes. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { CapturedRecord } from '../capture/stream-record';
import { stagedFileKey } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import type { StagedLine } from './staged-line';

export interface StagedRecord {
  readonly record: CapturedRecord;
  readonly line: StagedLine;
}

export interface StagedFile {
  readonly table: DynamodbTable;
  readonly key: string;
  readonly body: Buffer;
  readonly rowCount: number;
  /** Values that their column cannot hold; they are flagged in their rows. */
  readonly flagCount: number;
  /** Items that DynamoDB deleted because their time was over. */
  readonly expiryCount: number;
  /** The newest change, ISO 8601. */
  readonly newestChangedAt: string;
}

/** Groups records by table, in the order they came, and builds a file of each group. */
export function buildStagedFiles(staged: readonly StagedRecord[]): StagedFile[] {
  const byTable = new Map<string, StagedRecord[]>();
  for (const one of staged) {
    const { name } = one.record.table;
    const group = byTable.get(name);
    if (group === undefined) byTable.set(name, [one]);
    else group.push(one);
  }
  return [...byTable.values()].map(buildStagedFile);
}

function buildStagedFile(group: readonly StagedRecord[]): StagedFile {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined)
    throw new RangeError('a staged file has at least one record');
  const { table } = first.record;
  const text = group.map(({ line }) => `${line.text}\n`).join('');
  return {
    table,
    key: stagedFileKey(
      table.name,
      deliveryToken(group),
      first.record.event.position,
      last.record.event.position,
    ),
    // Node writes no time into the gzip header, so equal text gives equal bytes.
    body: gzipSync(Buffer.from(text)),
    rowCount: group.length,
    flagCount: group.reduce((sum, { line }) => sum + line.flagCount, 0),
    expiryCount: group.filter(({ record }) => record.isExpiry).length,
    newestChangedAt:
      group
        .map(({ record }) => record.event.changedAt)
        .sort()
        .at(-1) ?? '',
  };
}

/**
 * Stands in for the shard, which Lambda does not name: two deliveries that differ in any record get different
 * tokens, a repeated delivery gets its own again.
 */
function deliveryToken(group: readonly StagedRecord[]): string {
  return createHash('sha256')
    .update(group.map(({ record }) => record.eventId).join('\n'))
    .digest('hex')
    .slice(0, 16);
}
