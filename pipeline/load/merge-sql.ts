/**
 * One batch of staged files as the statements of one transaction. Redshift's MERGE cannot do upserts and deletes at
 * once and aborts on two rows of one key, so it is: newest row of each key, drop what is not newer, delete, insert.
 */
import { BACKFILL_VERSION_LENGTH, VERSION_LENGTH } from '../position';
import {
  CHANGED_AT_COLUMN,
  DIGEST_COLUMN,
  type DynamodbTable,
  EXPIRED_AT_COLUMN,
  OPERATION_COLUMN,
  STREAM_AT_COLUMN,
  VERSION_COLUMN,
} from '../tables';
import { quoteIdentifier, quoteList, quoteLiteral, quoteTable } from '../warehouse/sql-text';
import {
  LEDGER,
  RECORDED_AT_COLUMN,
  targetDefinition,
  tombstonesDefinition,
} from '../warehouse/table-definitions';
import {
  buildLatest,
  buildStagingTable,
  latest,
  latestColumns,
  sameKey,
  staged,
  stagedColumns,
} from './latest-sql';

export interface MergeBatch {
  readonly batchId: string;
  /** Key of the manifest in the data bucket. */
  readonly manifest: string;
  readonly fileCount: number;
  /** The files are of a backfill: their rows are ordered by time, not by position. */
  readonly isBackfill?: boolean;
}

export interface MergeOptions {
  readonly bucket: string;
  readonly copyRoleArn: string;
  /** How long a deleted key is remembered; longer than any file can be replayed. */
  readonly tombstoneDays: number;
}

/**
 * The same transaction without its ledger entry. With a file of no rows it changes nothing and tells whether the
 * warehouse takes any batch at all: what fails after it is the fault of a file.
 */
export function buildProbe(table: DynamodbTable, batch: MergeBatch, options: MergeOptions): string[] {
  return buildMerge(table, batch, options).slice(0, -1);
}

/**
 * One transaction of a table at a time (decision D12), and any number of different tables: the lock is on a table
 * that only loads of this one write. The ledger is shared, so that its entry comes last.
 */
export const buildTableLock = (table: DynamodbTable): string => `LOCK TABLE ${tombstones(table)}`;

/** Fewer than the 40 statements that a Data API batch takes; each far below its 100 KB. */
export function buildMerge(table: DynamodbTable, batch: MergeBatch, options: MergeOptions): string[] {
  return [
    buildTableLock(table),
    buildLoadedGuard(batch.batchId),
    buildStagingTable(table, staged(table), stagedColumns(table)),
    buildCopy(table, batch, options),
    buildRowGuard(table, batch),
    buildStagingTable(table, latest(table), latestColumns(table)),
    buildLatest(table),
    buildDropOlder(table, quoteTable(table.target.schema, table.target.table), batch),
    buildDropOlder(table, tombstones(table), batch),
    buildDeleteReplaced(table, quoteTable(table.target.schema, table.target.table)),
    buildInsertLive(table),
    buildDeleteReplaced(table, tombstones(table)),
    buildInsertTombstones(table),
    buildExpireTombstones(table, options.tombstoneDays),
    buildLedgerEntry(table, batch),
  ];
}

const ledger = quoteTable(LEDGER.schema, LEDGER.table);
const operation = quoteIdentifier(OPERATION_COLUMN);
const version = quoteIdentifier(VERSION_COLUMN);
const changedAt = quoteIdentifier(CHANGED_AT_COLUMN);
const streamAt = quoteIdentifier(STREAM_AT_COLUMN);
const expiredAt = quoteIdentifier(EXPIRED_AT_COLUMN);
const digest = quoteIdentifier(DIGEST_COLUMN);

export function tombstones(table: DynamodbTable): string {
  const definition = tombstonesDefinition(table);
  return quoteTable(definition.schema, definition.table);
}

/**
 * Aborts the transaction when the batch was committed before. A failing cast, because a division by zero is not an
 * error everywhere; a query, because nothing else stops a batch.
 */
export function buildLoadedGuard(batchId: string): string {
  return [
    "SELECT CAST(CASE WHEN COUNT(*) > 0 THEN 'ALREADY_LOADED' ELSE '0' END AS INTEGER)",
    `FROM ${ledger}`,
    `WHERE "batch_id" = ${quoteLiteral(batchId)}`,
  ].join('\n');
}

/** Without MAXERROR, COPY fails at the first row that it cannot read: a skipped row would be lost silently. */
function buildCopy(table: DynamodbTable, batch: MergeBatch, options: MergeOptions): string {
  return [
    `COPY ${staged(table)} (${quoteList(stagedColumns(table).map(({ name }) => name))})`,
    `FROM ${quoteLiteral(`s3://${options.bucket}/${batch.manifest}`)}`,
    `IAM_ROLE ${quoteLiteral(options.copyRoleArn)}`,
    "FORMAT JSON 'auto'",
    'GZIP',
    'MANIFEST',
    "TIMEFORMAT 'auto'",
    'COMPUPDATE OFF',
    'STATUPDATE OFF',
  ].join('\n');
}

/**
 * Fails on rows that the stage function does not write: what COPY takes is not yet a change. A row of an unknown
 * operation would become a live row, and versions order as texts only while they are of one length.
 */
function buildRowGuard(table: DynamodbTable, { isBackfill = false }: MergeBatch): string {
  return [
    "SELECT CAST(CASE WHEN COUNT(*) > 0 THEN 'INVALID_ROWS' ELSE '0' END AS INTEGER)",
    `FROM ${staged(table)}`,
    `WHERE ${operation} IS NULL`,
    `OR ${operation} NOT IN ('insert', 'update', 'delete')`,
    `OR ${version} IS NULL`,
    `OR LEN(${version}) <> ${isBackfill ? BACKFILL_VERSION_LENGTH : VERSION_LENGTH}`,
    `OR LEN(TRANSLATE(${version}, '0123456789', '')) > 0`,
    `OR ${quoteIdentifier(CHANGED_AT_COLUMN)} IS NULL`,
    `OR (${operation} <> 'delete' AND (${digest} IS NULL OR ${expiredAt} IS NOT NULL))`,
  ].join('\n');
}

/**
 * Drops rows that are not newer than what is known of their key.
 *
 * - Of one stream, positions decide.
 * - What was known before the row's stream was made is of a stream that is gone (the table was deleted and created
 *   again), whose positions mean nothing here: the row is newer.
 * - A backfill has no positions. It read the item at some moment after the time that is its version: changes before
 *   that time are in what it read, changes after it will come by the stream, so time decides, and the stream wins a tie.
 * - What a backfill took for deleted may have expired while its record was still under way: the record tells, and the
 *   row is kept after all where expired rows are.
 */
function buildDropOlder(table: DynamodbTable, known: string, { isBackfill = false }: MergeBatch): string {
  const row = latest(table);
  const isOfTombstones = known === tombstones(table);
  const orKept =
    isOfTombstones && table.keepsExpired === true
      ? ` AND (${row}.${expiredAt} IS NULL OR ${row}.${digest} IS NULL)`
      : '';
  return [
    `DELETE FROM ${row}`,
    `USING ${known} AS known`,
    `WHERE ${sameKey(table, row, 'known')}`,
    ...(isBackfill
      ? [`AND known.${changedAt} >= ${row}.${changedAt}`]
      : [
          `AND ((LEN(known.${version}) = ${BACKFILL_VERSION_LENGTH} AND known.${changedAt} > ${row}.${changedAt}${orKept})`,
          `  OR (LEN(known.${version}) <> ${BACKFILL_VERSION_LENGTH} AND known.${version} >= ${row}.${version}`,
          `    AND (${row}.${streamAt} IS NULL OR known.${changedAt} >= ${row}.${streamAt})))`,
        ]),
  ].join('\n');
}

function buildDeleteReplaced(table: DynamodbTable, from: string): string {
  return [
    `DELETE FROM ${from}`,
    `USING ${latest(table)}`,
    `WHERE ${sameKey(table, from, latest(table))}`,
  ].join('\n');
}

function buildInsertLive(table: DynamodbTable): string {
  const names = quoteList(targetDefinition(table).columns.map(({ name }) => name));
  return [
    `INSERT INTO ${quoteTable(table.target.schema, table.target.table)} (${names})`,
    `SELECT ${names}`,
    `FROM ${latest(table)}`,
    `WHERE ${isLive(table)}`,
  ].join('\n');
}

/**
 * A row of the batch that becomes one of the target. What was staged while expired rows were not kept has a key and nothing
 * else, so that it is a delete whatever the catalogue says now.
 */
const isLive = ({ keepsExpired }: DynamodbTable): string =>
  keepsExpired === true
    ? `(${operation} <> 'delete' OR (${expiredAt} IS NOT NULL AND ${digest} IS NOT NULL))`
    : `${operation} <> 'delete'`;

const isGone = (table: DynamodbTable): string =>
  table.keepsExpired === true ? `NOT ${isLive(table)}` : `${operation} = 'delete'`;

function buildInsertTombstones(table: DynamodbTable): string {
  const kept = quoteList([...table.key, VERSION_COLUMN, CHANGED_AT_COLUMN, EXPIRED_AT_COLUMN]);
  return [
    `INSERT INTO ${tombstones(table)} (${kept}, ${quoteIdentifier(RECORDED_AT_COLUMN)})`,
    `SELECT ${kept}, GETDATE()`,
    `FROM ${latest(table)}`,
    `WHERE ${isGone(table)}`,
  ].join('\n');
}

function buildExpireTombstones(table: DynamodbTable, days: number): string {
  return [
    `DELETE FROM ${tombstones(table)}`,
    `WHERE ${quoteIdentifier(RECORDED_AT_COLUMN)} < GETDATE() - INTERVAL '${days} days'`,
  ].join('\n');
}

function buildLedgerEntry(table: DynamodbTable, batch: MergeBatch): string {
  const values = [
    quoteLiteral(batch.batchId),
    quoteLiteral(table.name),
    quoteLiteral(batch.manifest),
    String(batch.fileCount),
    `(SELECT COUNT(*) FROM ${staged(table)})`,
    `(SELECT COUNT(*) FROM ${latest(table)} WHERE ${isLive(table)})`,
    `(SELECT COUNT(*) FROM ${latest(table)} WHERE ${isGone(table)})`,
    `(SELECT CAST(MAX(${quoteIdentifier(CHANGED_AT_COLUMN)}) AS TIMESTAMP) FROM ${staged(table)})`,
    'GETDATE()',
  ];
  return [
    `INSERT INTO ${ledger} (${quoteList(LEDGER.columns.map(({ name }) => name))})`,
    'SELECT',
    values.map((value) => `  ${value}`).join(',\n'),
  ].join('\n');
}
