/**
 * A DynamoDB table in parts: a share of a segment of a parallel Scan each, at the pace that is allowed. Its items are
 * compared by key; what the target has too much comes out at the end, among the rows that no part saw.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { DynamodbTable } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import type { DynamodbReads, ReadItem } from './dynamodb-reads';
import { readTableBytes, scanPage } from './dynamodb-reads';
import { lookAgain } from './follow-differences';
import { itemHasher } from './item-hash';
import { type KeyDifference, RowComparison } from './row-comparison';
import {
  buildDifferingKeys,
  buildForgetSeen,
  buildTargetCounts,
  buildUnseenRows,
  insertSeen,
  readUnseen,
} from './seen-rows';
import type { ComparedSide, HashedRow } from './side';
import {
  decodeCursor,
  encodeCursor,
  type PartRequest,
  partRows,
  type SweptPart,
  type SweptTable,
} from './swept-table';

export interface ScanPartsPorts {
  readonly warehouse: DataApi;
  readonly reads: DynamodbReads;
  readonly source: ComparedSide;
  readonly target: ComparedSide;
  readonly nowMs: () => number;
  readonly rowsAPart?: number;
  readonly followedRows?: number;
}

/** 250 bytes each in memory, and 42 statements of the warehouse. */
const ROWS_A_PART = 50_000;
/** Rows that one part may find to differ; more are counted only. */
const FOLLOWED_ROWS = 10_000;
/** Rows whose documents are read at a time. */
const ROWS_A_LOOK = 1_000;
/** Half a minute of reading at 1,000 read units per second; the finer, the more evenly a sweep is spread over its time. */
const SEGMENT_BYTES = 32 * 1_048_576;
/** The most segments that a Scan may have (Amazon DynamoDB API reference). */
const MAX_SEGMENTS = 1_000_000;

const KEY = z.record(z.string(), z.object({ S: z.string().optional(), N: z.string().optional() }));
const CURSOR = z.union([
  z.object({
    segments: z.number().int().positive(),
    segment: z.number().int().nonnegative(),
    from: KEY.optional(),
  }),
  z.object({ unseen: z.literal(true) }),
]);
type ScanCursor = z.output<typeof CURSOR>;
type ScanPlace = Extract<ScanCursor, { segments: number }>;

export function scanParts(table: DynamodbTable, ports: ScanPartsPorts): SweptTable {
  return {
    consumedUnits: () => ports.reads.pace.consumedUnits,
    async forget(sweepId) {
      await ports.warehouse.execute(buildForgetSeen(sweepId), { name: `reconcile/${table.name}` });
    },
    async comparePart(request) {
      const unitsBefore = ports.reads.pace.consumedUnits;
      const cursor = decodeCursor(CURSOR, request.cursor) ?? (await firstPlace(ports.reads));
      const part =
        'unseen' in cursor
          ? await compareUnseen(table, ports, request)
          : await compareScanned(table, ports, cursor, request);
      return { ...part, readUnits: ports.reads.pace.consumedUnits - unitsBefore };
    },
  };
}

async function firstPlace(reads: DynamodbReads): Promise<ScanPlace> {
  const segments = Math.ceil((await readTableBytes(reads)) / SEGMENT_BYTES);
  return { segments: Math.min(Math.max(1, segments), MAX_SEGMENTS), segment: 0 };
}

type UnpricedPart = Omit<SweptPart, 'readUnits'>;

async function compareScanned(
  table: DynamodbTable,
  ports: ScanPartsPorts,
  place: ScanPlace,
  request: PartRequest,
): Promise<UnpricedPart> {
  const { rows, next } = await scanSome(table, ports, place, request);
  const part = { sweepId: request.sweepId, partId: randomUUID().slice(0, 8) };
  await insertSeen(ports.warehouse, part, rows);
  const { found, unfollowedRows } = await compareRows(table, ports, part, rows);
  return {
    sourceRows: BigInt(rows.length),
    // Rows of the target are counted at the end: no part of them belongs to a segment.
    targetRows: 0n,
    flagged: 0n,
    differing: found,
    unfollowedRows,
    next: encodeCursor(next ?? { unseen: true }),
    progress: (next === undefined ? place.segments : next.segment) / (place.segments + 1),
  };
}

/** Pages until the part is large enough, its segment ends, or its time is over; one page in any case. */
async function scanSome(
  table: DynamodbTable,
  { reads, nowMs, rowsAPart = ROWS_A_PART }: ScanPartsPorts,
  place: ScanPlace,
  { attempts, stopReadingAtMs }: PartRequest,
): Promise<{ readonly rows: HashedRow[]; readonly next: ScanPlace | undefined }> {
  const hashItem = itemHasher(table);
  const enough = partRows(rowsAPart, attempts);
  const rows: HashedRow[] = [];
  let at: ScanPlace | undefined = place;
  do {
    const { segments: totalSegments, segment, from } = at as ScanPlace;
    const position = { segment, totalSegments, from: from as ReadItem | undefined };
    const maxItems = enough - rows.length;
    const page = await scanPage(reads, position, { consistent: false, maxItems });
    for (const item of page.items) rows.push(hashItem(item));
    at = placeAfter(at as ScanPlace, page.next);
  } while (
    at !== undefined &&
    rows.length < enough &&
    Math.max(reads.pace.readyAtMs, nowMs()) < stopReadingAtMs
  );
  return { rows, next: at };
}

function placeAfter({ segments, segment }: ScanPlace, from: ReadItem | undefined): ScanPlace | undefined {
  if (from !== undefined) return { segments, segment, from: KEY.parse(from) };
  return segment + 1 < segments ? { segments, segment: segment + 1 } : undefined;
}

/** The items of the part are those of the scan; the target is asked again for the rows that differ, with their copies. */
async function compareRows(
  table: DynamodbTable,
  { warehouse, target, followedRows = FOLLOWED_ROWS }: ScanPartsPorts,
  part: { readonly sweepId: string; readonly partId: string },
  rows: readonly HashedRow[],
) {
  if (rows.length === 0) return { found: [], unfollowedRows: 0 };
  const differing = new Set<string>();
  const sql = buildDifferingKeys(table, part, rows.length);
  for await (const row of warehouse.query(sql, { name: `reconcile/${table.name}` })) {
    differing.add(row.key_hash ?? '');
  }
  const sought = rows.filter(({ keyHash }) => differing.has(keyHash));
  const found: KeyDifference[] = [];
  let at = 0;
  // All of them, should the warehouse print documents in another form than staging: most are then equal after all.
  for (; at < sought.length && found.length < followedRows; at += ROWS_A_LOOK) {
    const comparison = new RowComparison();
    const some = sought.slice(at, at + ROWS_A_LOOK);
    for (const row of some) comparison.addSource(row);
    await target.readKeys(some, comparison.addTarget);
    found.push(...comparison.differences());
  }
  const unfollowedRows = Math.max(0, sought.length - at) + Math.max(0, found.length - followedRows);
  return { found: found.slice(0, followedRows), unfollowedRows };
}

async function compareUnseen(
  table: DynamodbTable,
  { warehouse, source, target, followedRows = FOLLOWED_ROWS }: ScanPartsPorts,
  request: PartRequest,
): Promise<UnpricedPart> {
  const name = `reconcile/${table.name}`;
  const unseen = await readUnseen(warehouse, buildUnseenRows(table, request, followedRows + 1), name);
  const comparison = new RowComparison();
  const followed = unseen.slice(0, followedRows);
  for (const row of followed) comparison.addTarget(row);
  await source.readKeys(followed, comparison.addSource);
  const unequal = comparison.differences();
  const [counts] = await warehouse.readRows(buildTargetCounts(table), { name });
  return {
    sourceRows: 0n,
    targetRows: BigInt(counts?.target_rows ?? '0'),
    flagged: BigInt(counts?.flagged ?? '0'),
    differing: unequal.length === 0 ? [] : await lookAgain(source, target, unequal),
    unfollowedRows: unseen.length - followed.length,
    next: undefined,
    progress: 1,
  };
}
