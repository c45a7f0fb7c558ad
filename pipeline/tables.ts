/**
 * The one catalogue of replicated tables (decision D11): the files of `tables/`. MySQL DDL, DynamoDB tables, warehouse
 * DDL, DMS table mappings, COPY columns and reconciliation all derive from it: a table is added there and nowhere else.
 */
import { CATALOGUE_FILES } from './catalogue-files';
import { foldName, parseCatalogue } from './values/catalogue';
import { maskedDmsType } from './values/masked-text';
import { BOOLEAN_RULE, typeRule } from './values/mysql-contract';
import { ownValue } from './values/own-value';
import type {
  ColumnRule,
  DynamodbTable,
  MysqlColumn,
  MysqlTable,
  ReplicatedTable,
} from './values/replicated-table';

export type {
  Column,
  DynamodbTable,
  MysqlColumn,
  MysqlTable,
  ProjectedColumn,
  ReplicatedTable,
} from './values/replicated-table';
export type { SourceFilter } from './values/row-filter';

/** All tables, those of MySQL first. @throws CatalogueError while this file is loaded, with every problem. */
export const TABLES: readonly ReplicatedTable[] = parseCatalogue(CATALOGUE_FILES);

export const mysqlTables = (tables: readonly ReplicatedTable[] = TABLES): MysqlTable[] =>
  tables.filter((table): table is MysqlTable => table.source === 'mysql');

export const dynamodbTables = (tables: readonly ReplicatedTable[] = TABLES): DynamodbTable[] =>
  tables.filter((table): table is DynamodbTable => table.source === 'dynamodb');

/**
 * Columns that every target of a DynamoDB table has beside its typed ones:
 * the whole item as plain JSON (SUPER), the names of columns that could not hold their value (comma-separated,
 * NULL when all could), a digest of the whole typed item, the version and the time of the change.
 */
export const ITEM_COLUMN = 'item';
export const FLAGS_COLUMN = '_cdc_flags';
/** How many bytes the flags column has. */
export const FLAGS_BYTES = 4000;
export const DIGEST_COLUMN = '_cdc_digest';
export const VERSION_COLUMN = '_cdc_version';
export const CHANGED_AT_COLUMN = '_cdc_changed_at';
/**
 * When DynamoDB deleted the item because its time to live was over. In a target: of rows that are kept although their item
 * is gone; in tombstones: of rows that are not.
 */
export const EXPIRED_AT_COLUMN = '_cdc_expired_at';
/** `insert`, `update` or `delete`; in staged files and staging tables only. */
export const OPERATION_COLUMN = '_cdc_operation';

/** When the record's stream was made; in staged files and staging tables only, absent in those of a backfill. */
export const STREAM_AT_COLUMN = '_cdc_stream_at';

/** Schema of the pipeline's own tables in the warehouse: ledger, tombstones, reconciliations. */
export const CONTROL_SCHEMA = 'cdc';

/** How a table is named in reports: `mysql.bank.txns`, `dynamodb.trades`. */
export function sourceName(table: ReplicatedTable): string {
  return table.source === 'mysql' ? `mysql.${mysqlName(table)}` : `dynamodb.${table.name}`;
}

/** Where a table is in MySQL: its entry may have another name. */
export function sourcePlace({ database, sourceTable, name }: MysqlTable): {
  readonly database: string;
  readonly table: string;
} {
  return { database, table: sourceTable ?? name };
}

/** `database.table` in MySQL, unquoted, for reports and messages. */
export const mysqlName = (table: MysqlTable): string =>
  `${table.database}.${table.sourceTable ?? table.name}`;

/** `schema.table` of the target, unquoted, for reports and messages. */
export function targetName(table: ReplicatedTable): string {
  return `${table.target.schema}.${table.target.table}`;
}

/**
 * What tables of DynamoDB are called in AWS: `<project>-<environment>-` and their name in the catalogue, but for those that
 * somebody else made. One of another account is called by its ARN, which DynamoDB takes for a name.
 */
export interface TableNames {
  readonly prefix: string;
  /** By name in the catalogue. */
  readonly existing: Readonly<Record<string, string>>;
}

/** The DynamoDB table's name in AWS. A text is the prefix of all. */
export function dynamodbTableName(table: DynamodbTable, names: string | TableNames): string {
  if (typeof names === 'string') return `${names}${table.name}`;
  return ownValue(names.existing, table.name) ?? `${names.prefix}${table.name}`;
}

/** The type that a rule of the DMS task gives a column, where that which DMS takes by itself would lose a value. */
export function dmsDataType({
  declared,
  type,
  cutCharacters,
  isMasked,
}: MysqlColumn): ColumnRule | undefined {
  if (isMasked === true) return declared === undefined ? undefined : maskedDmsType(declared);
  if (cutCharacters !== undefined) return { type: 'wstring', length: cutCharacters };
  if (type.kind === 'boolean') return declared?.name === 'bit' ? undefined : BOOLEAN_RULE;
  return declared === undefined ? undefined : typeRule(declared)?.dms?.(declared);
}

/** Whether the warehouse calls a database or table so by itself, without a rule that renames it. */
export const isUsualTarget = (sourceName: string, target: string): boolean => foldName(sourceName) === target;
