/** MySQL DDL out of the catalogue. */
import type { MysqlColumn, MysqlTable } from '../tables';
import type { ColumnType } from '../values/column-type';
import { type MysqlType, mysqlTypeText } from '../values/mysql-declaration';
import { quoteMysqlIdentifier, quoteMysqlTable } from './mysql-identifier';

/** Of tables that set-up creates: compares text byte by byte, so that 'a' and 'A' are two keys here as in the warehouse. */
export const COLLATION = 'utf8mb4_bin';

/** A VARCHAR of utf8mb4 has at most 65,535 bytes, four a character (MySQL manual, "Limits on Table Column Count and Row Size"). */
const MAX_VARCHAR_CHARACTERS = 16_383;

export function buildCreateDatabase(database: string): string {
  return [
    `CREATE DATABASE IF NOT EXISTS ${quoteMysqlIdentifier(database)}`,
    '  CHARACTER SET utf8mb4',
    `  COLLATE ${COLLATION}`,
  ].join('\n');
}

/** The statement leaves an existing table as it is: compare it with the catalogue afterwards. */
export function buildMysqlTable(table: MysqlTable): string {
  const lines = [
    ...table.columns.map((column) => buildColumn(column, column.name === table.autoIncrement)),
    ...(table.leftOut ?? []).map(({ name, declaration }) => `${quoteMysqlIdentifier(name)} ${declaration}`),
  ];
  if (table.key.length > 0) lines.push(`PRIMARY KEY (${table.key.map(quoteMysqlIdentifier).join(', ')})`);
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteMysqlTable(table)} (`,
    lines.map((line) => `  ${line}`).join(',\n'),
    `) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE ${COLLATION}`,
  ].join('\n');
}

function buildColumn(column: MysqlColumn, autoIncrement: boolean): string {
  const name = quoteMysqlIdentifier(column.name);
  const parts = [name, column.declaration ?? usualDeclaration(column, autoIncrement)];
  if (column.type.kind === 'boolean' && declaredType(column).name === 'tinyint') {
    parts.push(`CHECK (${name} IN (0, 1))`);
  }
  return parts.join(' ');
}

function usualDeclaration(column: MysqlColumn, autoIncrement: boolean): string {
  const nullability = column.nullable ? 'null' : 'not null';
  return `${mysqlTypeText(declaredType(column))} ${nullability}${autoIncrement ? ' auto_increment' : ''}`;
}

/** The type that a column has in MySQL. */
export const declaredType = ({ declared, type }: Pick<MysqlColumn, 'declared' | 'type'>): MysqlType =>
  declared ?? usualType(type);

function usualType(type: ColumnType): MysqlType {
  switch (type.kind) {
    case 'smallint':
    case 'bigint':
    case 'double':
    case 'date':
      return typeOf(type.kind);
    case 'real':
      return typeOf('float');
    case 'integer':
      return typeOf('int');
    case 'boolean':
      return typeOf('tinyint', 1);
    case 'decimal':
      return typeOf('decimal', type.precision, type.scale);
    case 'text':
      if (type.characters > MAX_VARCHAR_CHARACTERS) {
        throw new RangeError(
          `a text column has at most ${MAX_VARCHAR_CHARACTERS} characters in MySQL, got: ${type.characters}`,
        );
      }
      return typeOf('varchar', type.characters);
    case 'timestamp':
      return typeOf('datetime', 6);
    case 'document':
      return typeOf('json');
  }
}

const typeOf = (name: string, ...sizes: readonly number[]): MysqlType => ({
  name,
  sizes,
  labels: [],
  unsigned: false,
  zerofill: false,
});
