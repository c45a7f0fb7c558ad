/** A replicated table, as every part of the pipeline sees it: `tables/<name>.json` after it was checked. */
import type { ColumnType } from './column-type';
import type { DmsDataType } from './mysql-contract';
import type { MysqlType } from './mysql-declaration';
import type { SourceFilter } from './row-filter';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** How Redshift compresses it; without one, as it likes. */
  readonly encoding?: string;
}

/** A column of a MySQL table. It has one name on both sides; the warehouse folds it to lower case. */
export interface MysqlColumn extends Column {
  /** The type that MySQL declares; without one, that which `type` has when set-up creates the table. */
  readonly declared?: MysqlType;
  /** The declaration with which set-up creates the column, where it says more than type and NULL. */
  readonly declaration?: string;
  /** Text is cut to this many characters, and the row flagged; without, a longer text rejects its row. */
  readonly cutCharacters?: number;
  /** Only the hash of the text is replicated, as {@link maskText} makes it. */
  readonly isMasked?: true;
}

/** A column of a DynamoDB table's target, taken from the attribute at `path`; an absent attribute is NULL. */
export interface ProjectedColumn extends Column {
  readonly path: readonly string[];
}

/** A role or a group of Redshift. */
export type TableReader = { readonly role: string } | { readonly group: string };

/** How Redshift lays the rows out, where it is not by the key, and who may read them. */
interface Placement {
  readonly readers?: readonly TableReader[];
  readonly distKey?: string;
  readonly sortKey?: readonly string[];
}

interface TargetTable {
  readonly schema: string;
  readonly table: string;
}

/** A column that stays behind at the source. */
export interface LeftOutColumn {
  readonly name: string;
  /** As set-up declares it when it creates the table. */
  readonly declaration: string;
}

export interface MysqlTable extends Placement {
  readonly source: 'mysql';
  /** Name in this catalogue, in logs, metrics and S3 prefixes. */
  readonly name: string;
  /** The MySQL database. The DMS default keeps its name as the warehouse schema. */
  readonly database: string;
  /** The table in MySQL, where it is not called as in this catalogue. */
  readonly sourceTable?: string;
  readonly target: TargetTable;
  /** Key columns; empty for a table without any key, whose rows are a multiset. */
  readonly key: readonly string[];
  /** The key column that MySQL numbers by itself, if any. */
  readonly autoIncrement?: string;
  readonly columns: readonly MysqlColumn[];
  readonly leftOut?: readonly LeftOutColumn[];
  /** Only rows that meet all of them are replicated. */
  readonly filters?: readonly SourceFilter[];
}

export interface DynamodbTable extends Placement {
  readonly source: 'dynamodb';
  /** Name in this catalogue; the table in AWS is called `<project>-<environment>-<name>`. */
  readonly name: string;
  readonly target: TargetTable;
  /** Partition key, then sort key if there is one: `S` or `N` attributes, each also the first of `columns`. */
  readonly key: readonly string[];
  readonly keyTypes: Readonly<Record<string, 'S' | 'N'>>;
  /** A row stays when DynamoDB deletes its item because its time to live is over. */
  readonly keepsExpired?: boolean;
  /** Typed columns. The whole item always travels too, in the document column {@link ITEM_COLUMN}. */
  readonly columns: readonly ProjectedColumn[];
}

export type ReplicatedTable = MysqlTable | DynamodbTable;

/** The type that a rule of the DMS task gives a column. */
export type ColumnRule = DmsDataType;
