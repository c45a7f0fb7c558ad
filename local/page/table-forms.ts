/** The forms by which a person changes a row or an item, made from the catalogue. */

import {
  type DynamodbTable,
  type MysqlTable,
  mysqlName,
  type ReplicatedTable,
  TABLES,
  targetName,
} from '../../pipeline/tables';
import type { ColumnType } from '../../pipeline/values/column-type';

export interface FormField {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'date' | 'timestamp' | 'document';
  /** For a person: `varchar(64)`, `numeric(18,2)`. */
  readonly type: string;
  readonly isKey: boolean;
  /** An empty field is NULL, or no attribute. */
  readonly isOptional: boolean;
  /** The source numbers it by itself. */
  readonly isGenerated: boolean;
}

export interface TableForm {
  /** In the catalogue. */
  readonly name: string;
  readonly source: 'mysql' | 'dynamodb';
  /** As the source calls it. */
  readonly sourceName: string;
  readonly target: string;
  /** Without a key a row can only be added: no row can be named. */
  readonly hasKey: boolean;
  readonly fields: readonly FormField[];
}

export const buildTableForms = (tables: readonly ReplicatedTable[] = TABLES): TableForm[] =>
  tables.map((table) => ({
    name: table.name,
    source: table.source,
    sourceName: table.source === 'mysql' ? mysqlName(table) : table.name,
    target: targetName(table),
    hasKey: table.key.length > 0,
    fields: table.source === 'mysql' ? mysqlFields(table) : itemFields(table),
  }));

/** A masked column is changed as any other; only its hash travels. */
const mysqlFields = ({ columns, key, autoIncrement }: MysqlTable): FormField[] =>
  columns.map(({ name, type, nullable }) => ({
    name,
    kind: fieldKindOf(type),
    type: describeType(type),
    isKey: key.includes(name),
    isOptional: nullable,
    isGenerated: autoIncrement === name,
  }));

const itemFields = ({ columns, key, keyTypes }: DynamodbTable): FormField[] =>
  columns.map(({ name, type }) => ({
    name,
    kind: key.includes(name) ? (keyTypes[name] === 'N' ? 'number' : 'text') : fieldKindOf(type),
    type: describeType(type),
    isKey: key.includes(name),
    isOptional: !key.includes(name),
    isGenerated: false,
  }));

/** By what a person types. */
export function fieldKindOf({ kind }: ColumnType): FormField['kind'] {
  switch (kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double':
    case 'decimal':
      return 'number';
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'document':
    case 'text':
      return kind;
  }
}

function describeType(type: ColumnType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  return type.kind === 'text' ? `text, at most ${type.characters} characters` : type.kind;
}
