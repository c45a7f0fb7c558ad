/** Rows and items that were rejected, with their reasons: files of the data bucket, where earlier runs left theirs too. */
import { REJECTED_PREFIX } from '../../pipeline/s3-layout';
import { OBJECTS, type ObjectReader } from '../runtime/ports/object-store';
import type { Registry } from '../runtime/registry';

export interface RejectedBatch {
  readonly bucket: string;
  readonly key: string;
  readonly table: string;
}

export interface RejectedRow {
  readonly line: number;
  readonly column: string;
  readonly code: string;
  readonly reason: string;
  /** The text of the row, as it was in the file. */
  readonly raw: string;
}

const MOST_BATCHES = 20;
const MOST_ROWS = 100;
const MOST_BYTES = 1024 * 1024;

/** The newest first; keys of one table sort by time. */
export function listRejected(registry: Registry): RejectedBatch[] {
  return registry
    .the(OBJECTS)
    .list(REJECTED_PREFIX)
    .map(({ bucket, key }) => ({ bucket, key, table: key.slice(REJECTED_PREFIX.length).split('/')[0] ?? '' }))
    .reverse()
    .slice(0, MOST_BATCHES);
}

/** The first rows of one file. @throws Error when there is no such file */
export async function readRejected(registry: Registry, key: unknown): Promise<RejectedRow[]> {
  const found = listRejected(registry).find((batch) => batch.key === key);
  if (found === undefined) throw new Error('there is no such file of rejected rows');
  const text = await readStart(registry.the(OBJECTS), found);
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .slice(0, MOST_ROWS)
    .flatMap(parseRejectedRow);
}

async function readStart(objects: ObjectReader, { bucket, key }: RejectedBatch): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of objects.read(bucket, key)) {
    pieces.push(Buffer.from(piece));
    size += piece.length;
    if (size > MOST_BYTES) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A line that was cut is left out. */
function parseRejectedRow(line: string): RejectedRow[] {
  try {
    const row = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
    return [
      {
        line: Number(row.line ?? 0),
        column: text(row.column),
        code: text(row.code),
        reason: text(row.reason),
        raw: text(row.raw),
      },
    ];
  } catch {
    return [];
  }
}
