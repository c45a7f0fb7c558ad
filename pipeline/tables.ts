/**
 * The one catalogue of replicated tables (decision D11). MySQL DDL, DynamoDB tables, warehouse DDL, DMS table
 * mappings, COPY columns and reconciliation all derive from it: a table is added here and nowhere else.
 */

/** What a column holds, distinguished only as far as source and warehouse need it. */
export type ColumnType =
  | { readonly kind: 'smallint' | 'integer' | 'bigint' | 'double' | 'boolean' | 'date' }
  /** Exact decimal. The warehouse holds at most 38 digits. */
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** Text of at most `characters` Unicode characters; the warehouse counts bytes, so it gets four times as many. */
  | { readonly kind: 'text'; readonly characters: number }
  /** A wall-clock time in UTC with microseconds. */
  | { readonly kind: 'timestamp' }
  /** A JSON document; numbers inside are strings of their exact decimal digits. */
  | { readonly kind: 'document' };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** A column of a DynamoDB table's target, taken from the attribute at `path`; an absent attribute is NULL. */
export interface ProjectedColumn extends Column {
  readonly path: readonly string[];
}

interface TargetTable {
  readonly schema: string;
  readonly table: string;
}

export interface MysqlTable {
  readonly source: 'mysql';
  /** Name in this catalogue, in logs, metrics and S3 prefixes. */
  readonly name: string;
  /** The MySQL database. The DMS default keeps its name as the warehouse schema. */
  readonly database: string;
  readonly target: TargetTable;
  /** Key columns; empty for a table without any key, whose rows are a multiset. */
  readonly key: readonly string[];
  /** The key column that MySQL numbers by itself, if any. */
  readonly autoIncrement?: string;
  readonly columns: readonly Column[];
}

export interface DynamodbTable {
  readonly source: 'dynamodb';
  /** Name in this catalogue; the table in AWS is called `<project>-<environment>-<name>`. */
  readonly name: string;
  readonly target: TargetTable;
  /** Partition key, then sort key if there is one: `S` or `N` attributes, each also the first of `columns`. */
  readonly key: readonly string[];
  readonly keyTypes: Readonly<Record<string, 'S' | 'N'>>;
  /** Typed columns. The whole item always travels too, in the document column {@link ITEM_COLUMN}. */
  readonly columns: readonly ProjectedColumn[];
}

export type ReplicatedTable = MysqlTable | DynamodbTable;

const text = (characters: number): ColumnType => ({ kind: 'text', characters });
const decimal = (precision: number, scale: number): ColumnType => ({ kind: 'decimal', precision, scale });

/** Bank transactions, appended at each ingest: the business columns carry no uniqueness (decision D7). */
export const TXNS: MysqlTable = {
  source: 'mysql',
  name: 'txns',
  database: 'bank',
  target: { schema: 'bank', table: 'txns' },
  key: ['txn_id'],
  autoIncrement: 'txn_id',
  columns: [
    { name: 'txn_id', type: { kind: 'bigint' }, nullable: false },
    { name: 'account_no', type: text(64), nullable: false },
    { name: 'date', type: { kind: 'date' }, nullable: false },
    { name: 'transaction_details', type: text(2000), nullable: true },
    { name: 'chip_used', type: { kind: 'boolean' }, nullable: true },
    { name: 'value_date', type: { kind: 'date' }, nullable: true },
    { name: 'withdrawal_amt', type: decimal(18, 2), nullable: true },
    { name: 'deposit_amt', type: decimal(18, 2), nullable: true },
    { name: 'balance_amt', type: decimal(18, 2), nullable: true },
    { name: 'ingested_at', type: { kind: 'timestamp' }, nullable: false },
  ],
};

/** Trades, replaced by id at each ingest. */
export const TRADES: DynamodbTable = {
  source: 'dynamodb',
  name: 'trades',
  target: { schema: 'market', table: 'trades' },
  key: ['id'],
  keyTypes: { id: 'S' },
  columns: [
    { name: 'id', path: ['id'], type: text(512), nullable: false },
    { name: 'ticker', path: ['ticker'], type: text(64), nullable: true },
    { name: 'ticket', path: ['ticket'], type: text(64), nullable: true },
    { name: 'price', path: ['price'], type: decimal(38, 12), nullable: true },
    { name: 'shares', path: ['shares'], type: decimal(38, 12), nullable: true },
    { name: 'system', path: ['details', 'system'], type: text(64), nullable: true },
    { name: 'lag', path: ['details', 'lag'], type: decimal(38, 12), nullable: true },
    { name: 'traded_at', path: ['time', 'date'], type: { kind: 'timestamp' }, nullable: true },
  ],
};

export const TABLES: readonly ReplicatedTable[] = [TXNS, TRADES];

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
/** `insert`, `update` or `delete`; in staged files and staging tables only. */
export const OPERATION_COLUMN = '_cdc_operation';

/** Schema of the pipeline's own tables in the warehouse: ledger, tombstones, reconciliations. */
export const CONTROL_SCHEMA = 'cdc';

/** How a table is named in reports: `mysql.bank.txns`, `dynamodb.trades`. */
export function sourceName(table: ReplicatedTable): string {
  return table.source === 'mysql' ? `mysql.${table.database}.${table.name}` : `dynamodb.${table.name}`;
}

/** `schema.table` of the target, unquoted, for reports and messages. */
export function targetName(table: ReplicatedTable): string {
  return `${table.target.schema}.${table.target.table}`;
}

/** The DynamoDB table's name in AWS. `tablePrefix` is `<project>-<environment>-`. */
export function dynamodbTableName(table: DynamodbTable, tablePrefix: string): string {
  return `${tablePrefix}${table.name}`;
}
