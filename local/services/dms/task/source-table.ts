/** A replicated table as the source's information schema describes it. */
import { createHash } from 'node:crypto';
import type { MysqlType } from '../../../../pipeline/values/mysql-declaration';

export interface SourceColumn {
  readonly name: string;
  /** `bigint`, `varchar`, … lower case. */
  readonly dataType: string;
  /** The whole declaration: `bigint(20) unsigned`, `enum('a','b')`. */
  readonly columnType: string;
  /** The same, read. */
  readonly type: MysqlType;
  readonly unsigned: boolean;
  /** Null for what is not text. */
  readonly charset: string | null;
  readonly byteLength: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly fractionDigits: number | null;
  /** Computed when read, so that it has no value of its own to replicate. */
  readonly virtual: boolean;
  /** What a stored value is worked out from; absent where it is given. */
  readonly expression?: string;
}

export interface SourceTable {
  readonly database: string;
  readonly table: string;
  readonly columns: readonly SourceColumn[];
  /** Columns of the primary key, else of the first unique key without a nullable column; empty without either. */
  readonly key: readonly string[];
  /** Its index; absent without a key, and in what an earlier version wrote down. */
  readonly keyName?: string;
  /** As the server prints it; absent in what an earlier version wrote down, when all were InnoDB. */
  readonly engine?: string;
  /** Columns without a place in the warehouse; written down, so that one which gets a place later is copied. */
  readonly ignored?: readonly string[];
}

export interface SourceTableName {
  readonly database: string;
  readonly table: string;
}

export const sourceTableName = (table: SourceTableName): string => `${table.database}.${table.table}`;

/** Names of columns and indexes do not differ by capitals. */
export const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

export const columnOf = (table: SourceTable, name: string | undefined): SourceColumn | undefined =>
  name === undefined ? undefined : table.columns.find((column) => sameName(column.name, name));

/** Changes when a column is added, dropped, renamed, moved or retyped, or when the key changes. */
export function structureFingerprint(table: SourceTable): string {
  const structure = [
    table.key,
    table.columns.map((column) => [column.name, column.columnType, column.charset, column.virtual]),
  ];
  return createHash('sha256').update(JSON.stringify(structure)).digest('hex').slice(0, 32);
}
