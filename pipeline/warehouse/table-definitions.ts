/** Every table that the pipeline owns in the warehouse, as data: DDL is built from it and existing tables are checked against it. */
import { HEARTBEATS } from '../heartbeats';
import { VERSION_LENGTH } from '../position';
import {
  CHANGED_AT_COLUMN,
  CONTROL_SCHEMA,
  DIGEST_COLUMN,
  type DynamodbTable,
  dynamodbTables,
  EXPIRED_AT_COLUMN,
  FLAGS_BYTES,
  FLAGS_COLUMN,
  ITEM_COLUMN,
  type MysqlTable,
  type ReplicatedTable,
  TABLES,
  VERSION_COLUMN,
} from '../tables';
import { foldName } from '../values/catalogue';
import { warehouseType } from './warehouse-types';

export interface DefinedColumn {
  readonly name: string;
  readonly sqlType: string;
  readonly nullable: boolean;
  readonly encoding?: string;
}

export interface TableDefinition {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly DefinedColumn[];
  /** Declared, not enforced by Redshift; the replication task finds its rows by it. Empty for a multiset. */
  readonly primaryKey: readonly string[];
  readonly sortKey: readonly string[];
  /** Without it, the first column of the primary key. */
  readonly distKey?: string;
  /** The sort key, where the entry says one; otherwise it may be tuned by hand. */
  readonly givenSortKey?: readonly string[];
  /** Whatever writes it names its columns, so that a new one may be anywhere. DMS does not say how it writes. */
  readonly isOrderFree?: boolean;
}

const LEDGER_TABLE = 'load_ledger';
const FORMATS_TABLE = 'formats';
/** The replication task's own tables (`ControlTablesSettings.ControlSchema`). */
export const REPLICATION_CONTROL_SCHEMA = 'dms_control';

/** When a tombstone or a format number was written, by the warehouse's clock. A tombstone expires by this. */
export const RECORDED_AT_COLUMN = 'recorded_at';

const tombstonesTable = (table: DynamodbTable): string => `${table.name}_tombstones`;

const required = (name: string, sqlType: string): DefinedColumn => ({ name, sqlType, nullable: false });
const optional = (name: string, sqlType: string): DefinedColumn => ({ name, sqlType, nullable: true });

const VERSION_TYPE = `VARCHAR(${VERSION_LENGTH})`;
const NAME_TYPE = 'VARCHAR(256)';

/** Columns beside the typed ones in the target of every DynamoDB table, in this order. */
const CDC_COLUMNS: readonly DefinedColumn[] = [
  optional(ITEM_COLUMN, 'SUPER'),
  optional(FLAGS_COLUMN, `VARCHAR(${FLAGS_BYTES})`),
  required(DIGEST_COLUMN, 'VARCHAR(64)'),
  required(VERSION_COLUMN, VERSION_TYPE),
  required(CHANGED_AT_COLUMN, 'TIMESTAMP'),
  optional(EXPIRED_AT_COLUMN, 'TIMESTAMP'),
];

/**
 * The target of a replicated table. Only the key of an item is sure to be there, so only it is NOT NULL.
 * @throws RangeError for a column name that the warehouse would fold or that appears twice.
 */
export function targetDefinition(table: ReplicatedTable): TableDefinition {
  const definition = table.source === 'mysql' ? mysqlTarget(table) : dynamodbTarget(table);
  const names = definition.columns.map(({ name }) => name);
  const wrong = names.filter((name, index) => name !== foldName(name) || names.indexOf(name) !== index);
  if (wrong.length > 0) {
    throw new RangeError(
      `columns of ${table.name} in the catalogue must have names in lower case, each once and none of the ` +
        `pipeline's own, got: ${wrong.join(', ')}. COPY matches names by case, so another name would load as NULL`,
    );
  }
  return definition;
}

function mysqlTarget(table: MysqlTable): TableDefinition {
  const columns = table.columns.map(({ name, type, nullable, encoding }) => ({
    name: foldName(name),
    sqlType: warehouseType(type),
    nullable,
    ...(encoding === undefined ? {} : { encoding }),
  }));
  const key = table.key.map(foldName);
  return { ...table.target, columns, primaryKey: key, ...placementIn(table, key) };
}

function dynamodbTarget(table: DynamodbTable): TableDefinition {
  const typed = table.columns.map(({ name, type, encoding }) => ({
    name,
    sqlType: warehouseType(type),
    nullable: !table.key.includes(name),
    ...(encoding === undefined ? {} : { encoding }),
  }));
  return {
    ...table.target,
    columns: [...typed, ...CDC_COLUMNS],
    isOrderFree: true,
    primaryKey: table.key,
    ...placementIn(table, table.key),
  };
}

function placementIn(
  { distKey, sortKey }: ReplicatedTable,
  key: readonly string[],
): Pick<TableDefinition, 'distKey' | 'sortKey' | 'givenSortKey'> {
  return {
    sortKey: sortKey?.map(foldName) ?? key,
    ...(sortKey === undefined ? {} : { givenSortKey: sortKey.map(foldName) }),
    ...(distKey === undefined ? {} : { distKey: foldName(distKey) }),
  };
}

/** Keys and versions of deleted items, so that an older file cannot bring them back (decision D5). */
export function tombstonesDefinition(table: DynamodbTable): TableDefinition {
  const keys = targetDefinition(table)
    .columns.filter(({ name }) => table.key.includes(name))
    .map(({ name, sqlType, nullable }) => ({ name, sqlType, nullable }));
  return {
    schema: CONTROL_SCHEMA,
    table: tombstonesTable(table),
    columns: [
      ...keys,
      required(VERSION_COLUMN, VERSION_TYPE),
      required(CHANGED_AT_COLUMN, 'TIMESTAMP'),
      required(RECORDED_AT_COLUMN, 'TIMESTAMP'),
      optional(EXPIRED_AT_COLUMN, 'TIMESTAMP'),
    ],
    primaryKey: table.key,
    sortKey: table.key,
  };
}

/**
 * One row for each table whose meaning later versions depend on: the ledger and each tombstone table. See
 * `formats.ts`; the row is written in the transaction that makes or migrates the table.
 */
export const FORMATS: TableDefinition = {
  schema: CONTROL_SCHEMA,
  table: FORMATS_TABLE,
  columns: [
    required('table_name', NAME_TYPE),
    required('format', 'INTEGER'),
    required(RECORDED_AT_COLUMN, 'TIMESTAMP'),
  ],
  primaryKey: ['table_name'],
  sortKey: [],
};

/** One row per committed batch, written in the transaction of its merge. */
export const LEDGER: TableDefinition = {
  schema: CONTROL_SCHEMA,
  table: LEDGER_TABLE,
  columns: [
    required('batch_id', 'VARCHAR(64)'),
    required('table_name', NAME_TYPE),
    required('manifest', 'VARCHAR(1024)'),
    required('file_count', 'INTEGER'),
    required('row_count', 'BIGINT'),
    required('upserted_count', 'BIGINT'),
    required('deleted_count', 'BIGINT'),
    optional('max_changed_at', 'TIMESTAMP'),
    required('loaded_at', 'TIMESTAMP'),
  ],
  primaryKey: ['batch_id'],
  sortKey: ['loaded_at'],
};

/** Who reconciles at the moment (decision D41): at most one row a name, gone when nobody holds it. */
export const LEASES: TableDefinition = {
  schema: CONTROL_SCHEMA,
  table: 'leases',
  columns: [
    required('name', NAME_TYPE),
    required('holder', NAME_TYPE),
    // By the warehouse's clock, the only one that all runs share.
    required('expires_at', 'TIMESTAMP'),
  ],
  primaryKey: [],
  sortKey: [],
};

/** One row per table and sweep: how far it has come, and what it found. The newest of a table is updated, no other. */
export const SWEEPS: TableDefinition = {
  schema: CONTROL_SCHEMA,
  table: 'sweeps',
  columns: [
    required('sweep_id', NAME_TYPE),
    required('table_name', NAME_TYPE),
    required('started_at', 'TIMESTAMP'),
    // When the last part was compared; NULL while there are parts left.
    optional('finished_at', 'TIMESTAMP'),
    // When nothing differed any more: the target is proven equal as of `started_at`.
    optional('equal_at', 'TIMESTAMP'),
    // Where the next part begins, encoded; NULL at the beginning and at the end.
    optional('cursor', 'VARCHAR(65535)'),
    required('progress_percent', 'INTEGER'),
    required('parts', 'BIGINT'),
    // Runs that ended without a part since the last one: the next part is made smaller.
    required('attempts', 'INTEGER'),
    required('source_rows', 'BIGINT'),
    required('target_rows', 'BIGINT'),
    required('flagged', 'BIGINT'),
    required('mismatches', 'BIGINT'),
    required('missing', 'BIGINT'),
    required('extra', 'BIGINT'),
    required('different', 'BIGINT'),
    required('in_flight', 'BIGINT'),
    // Rows that differed and were too many to be followed; the sweep proves nothing then.
    required('unfollowed', 'BIGINT'),
    required('read_units', 'BIGINT'),
  ],
  primaryKey: [],
  sortKey: ['started_at'],
};

/** Rows that differ, until both sides agree again. Keys are encoded, so that no statement shows one. */
export const DIFFERENCES: TableDefinition = {
  schema: CONTROL_SCHEMA,
  table: 'differences',
  columns: [
    required('table_name', NAME_TYPE),
    required('key_hash', 'VARCHAR(64)'),
    optional('key_columns', 'VARCHAR(65535)'),
    required('source_state', 'VARCHAR(32)'),
    required('target_state', 'VARCHAR(32)'),
    required('source_since', 'BIGINT'),
    required('target_since', 'BIGINT'),
  ],
  primaryKey: [],
  sortKey: ['table_name'],
};

/** Hashes of the items that a sweep has scanned: what is in a target and not here at its end is extra. */
export const SEEN_ROWS: TableDefinition = {
  schema: CONTROL_SCHEMA,
  table: 'seen_rows',
  columns: [
    required('sweep_id', NAME_TYPE),
    required('part_id', NAME_TYPE),
    required('key_hash', 'VARCHAR(64)'),
    required('row_hash', 'VARCHAR(64)'),
  ],
  primaryKey: [],
  sortKey: ['sweep_id', 'part_id'],
};

/** What set-up granted to the readers of each target, so that it takes back no other grant. */
export const READERS: TableDefinition = {
  schema: CONTROL_SCHEMA,
  table: 'readers',
  columns: [required('target_table', NAME_TYPE), required('reader', NAME_TYPE)],
  primaryKey: [],
  sortKey: [],
};

/** All of them, targets first. */
export function tableDefinitions(tables: readonly ReplicatedTable[] = TABLES): TableDefinition[] {
  return [
    ...tables.map(targetDefinition),
    targetDefinition(HEARTBEATS),
    FORMATS,
    LEDGER,
    LEASES,
    SWEEPS,
    DIFFERENCES,
    SEEN_ROWS,
    READERS,
    ...dynamodbTables(tables).map(tombstonesDefinition),
  ];
}
