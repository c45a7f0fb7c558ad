/** A DynamoDB table, scanned and hashed here, by the projection that staging uses. */
import type { DynamodbTable } from '../tables';
import { type DynamodbReads, getItems, type ReadItem, scanPage } from './dynamodb-reads';
import { itemHasher } from './item-hash';
import { SUMMED_DIGITS } from './queries';
import type { Bucket, ComparedSide, HashedRow, SoughtKey } from './side';

export interface DynamodbSideOptions extends DynamodbReads {
  /** Reads what was written before, at twice the price. Keys that are looked up again are always read so. */
  readonly consistentScan: boolean;
}

/** Scanned at the same time; a segment is a share of the key space. */
const SEGMENTS = 4;

/** The whole table at once: slices are for tables that their own database hashes. */
export function dynamodbSide(table: DynamodbTable, options: DynamodbSideOptions): ComparedSide {
  const hashItem = itemHasher(table);
  const scan = (take: (row: HashedRow) => void): Promise<void> =>
    scanItems(options, (item) => take(hashItem(item)));
  return {
    async readBuckets(digits) {
      const buckets = new Map<string, Bucket>();
      await scan((row) => addTo(buckets, row, digits));
      return buckets;
    },
    async readRows(buckets, take) {
      const wanted = new Set(buckets);
      const digits = buckets[0]?.length ?? 1;
      await scan((row) => {
        if (wanted.has(row.keyHash.slice(0, digits))) take(row);
      });
    },
    async readKeys(keys, take) {
      const known = keys.flatMap((sought) => itemKey(table, sought));
      await getItems(options, known, (item) => take(hashItem(item)));
    },
  };
}

function addTo(buckets: Map<string, Bucket>, row: HashedRow, digits: number): void {
  const name = row.keyHash.slice(0, digits);
  const { rowCount, hashSum } = buckets.get(name) ?? { rowCount: 0n, hashSum: 0n };
  buckets.set(name, {
    rowCount: rowCount + 1n,
    hashSum: hashSum + BigInt(`0x${row.rowHash.slice(0, SUMMED_DIGITS)}`),
    flagged: 0n,
  });
}

async function scanItems(options: DynamodbSideOptions, take: (item: ReadItem) => void): Promise<void> {
  const scanSegment = async (segment: number): Promise<void> => {
    let from: ReadItem | undefined;
    do {
      const position = { segment, totalSegments: SEGMENTS, from };
      const page = await scanPage(options, position, { consistent: options.consistentScan });
      for (const item of page.items) take(item);
      from = page.next;
    } while (from !== undefined);
  };
  await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => scanSegment(segment)));
}

/** The key as DynamoDB wants it; nothing for a key that only its hash is known of. */
function itemKey(table: DynamodbTable, { key }: SoughtKey): ReadItem[] {
  if (key === undefined) return [];
  const attributes = table.key.map((name, at) => {
    const text = key[at] ?? '';
    return [name, table.keyTypes[name] === 'N' ? { N: text } : { S: text }] as const;
  });
  return [Object.fromEntries(attributes)];
}
