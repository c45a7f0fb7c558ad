/** MySQL DDL out of the catalogue, and the same facts as the server's INFORMATION_SCHEMA words them. */
import type { Column, ColumnType, MysqlTable } from '../tables';
import { quoteMysqlIdentifier, quoteMysqlTable } from './mysql-identifier';

/** Compares text byte by byte: 'a' and 'A' stay two keys, in the warehouse as here. */
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
  const lines = table.columns.map((column) => buildColumn(column, column.name === table.autoIncrement));
  if (table.key.length > 0) lines.push(`PRIMARY KEY (${table.key.map(quoteMysqlIdentifier).join(', ')})`);
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteMysqlTable(table)} (`,
    lines.map((line) => `  ${line}`).join(',\n'),
    `) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE ${COLLATION}`,
  ].join('\n');
}

function buildColumn(column: Column, autoIncrement: boolean): string {
  const name = quoteMysqlIdentifier(column.name);
  const parts = [name, columnTypeOf(column.type).toUpperCase(), column.nullable ? 'NULL' : 'NOT NULL'];
  if (autoIncrement) parts.push('AUTO_INCREMENT');
  if (column.type.kind === 'boolean') parts.push(`CHECK (${name} IN (0, 1))`);
  return parts.join(' ');
}

/** The column type as INFORMATION_SCHEMA.COLUMNS.COLUMN_TYPE of MySQL 8.4 gives it, in lower case. */
export function columnTypeOf(type: ColumnType): string {
  switch (type.kind) {
    case 'smallint':
    case 'bigint':
    case 'double':
    case 'date':
      return type.kind;
    case 'integer':
      return 'int';
    case 'boolean':
      return 'tinyint(1)';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'text':
      if (type.characters > MAX_VARCHAR_CHARACTERS) {
        throw new RangeError(
          `a text column has at most ${MAX_VARCHAR_CHARACTERS} characters in MySQL, got: ${type.characters}`,
        );
      }
      return `varchar(${type.characters})`;
    case 'timestamp':
      return 'datetime(6)';
    case 'document':
      return 'json';
  }
}
