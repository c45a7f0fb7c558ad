/** The comparison in MySQL 8.4 and MariaDB 10.11. */
import { PipelineError } from '../errors';
import { exactTextSql, realDaySql } from '../mysql/exact-text';
import { declaredType } from '../mysql/mysql-ddl';
import { quoteMysqlIdentifier as quote, quoteMysqlTable } from '../mysql/mysql-identifier';
import { buildRowFilterSql } from '../mysql/row-filter-sql';
import type { MysqlTable } from '../tables';
import { hasUnrealDays } from '../values/mysql-contract';
import { SEPARATOR } from './canonical-text';
import type { ComparedColumn } from './compared-table';
import { buildTextHash, doublePartSql, type SqlDialect } from './sql-dialect';

/** A scan that nobody waits for any more ends by itself: a function lives for 15 minutes at most. MariaDB reads the hint as a comment. */
const LONGEST_SCAN_MS = 900_000;

export const MYSQL_DIALECT: SqlDialect = {
  select: `SELECT /*+ MAX_EXECUTION_TIME(${LONGEST_SCAN_MS}) */`,
  quote,
  tableOf: (table) => {
    if (table.source === 'mysql') return quoteMysqlTable(table);
    throw new PipelineError({
      code: 'RECONCILE_FAILED',
      disposition: 'halt',
      message: `${table.name} is not a MySQL table`,
      context: { table: table.name },
    });
  },
  rowFilter: (table) => (table.source === 'mysql' ? buildRowFilterSql(table.filters) : undefined),
  part: (column: ComparedColumn) => (isFlaggable(column) ? realPart(column) : partOf(column)),
  keyText: (column) => plainText(column),
  flagged: (table) => (table.source === 'mysql' ? flaggedRow(table) : '0'),
  join: (parts) => `CONCAT_WS('${SEPARATOR}',\n        ${parts.join(',\n        ')})`,
  hexToNumber: (expression) => `CAST(CONV(${expression}, 16, 10) AS UNSIGNED)`,
  exactSum: (sum) => `CAST(${sum} AS CHAR)`,
};

/** The column's value as text in UTF-8; a length or a hash is one of bytes, whatever the column's character set. */
function plainText(column: ComparedColumn): string {
  const text = textSql(column);
  return column.type.kind === 'text' ? text : `CAST(${text} AS CHAR)`;
}

/** What CONCAT and COALESCE make the same text of: their own conversion of a number or a time takes a third of the cast's time. */
function textSql(column: ComparedColumn): string {
  const text = exactTextSql(quote(column.name), declaredType(column));
  if (column.type.kind !== 'text') return text;
  const utf8 = `CONVERT(${text} USING utf8mb4)`;
  if (column.isMasked === true) return `UPPER(SHA2(${utf8}, 256))`;
  return column.cutCharacters === undefined ? utf8 : `LEFT(${utf8}, ${column.cutCharacters})`;
}

function partOf(column: ComparedColumn): string {
  const { name, type, isHashed } = column;
  const text = textSql(column);
  switch (type.kind) {
    case 'text':
      return isHashed ? buildTextHash(text) : `CONCAT(LENGTH(${text}), ':', ${text})`;
    case 'real':
    case 'double':
      return doublePartSql(exactTextSql(quote(name), declaredType(column)), {
        integerText: (expression) => `CAST(CAST(${expression} AS SIGNED) AS CHAR)`,
        concat: (...expressions) => `CONCAT(${expressions.join(', ')})`,
      });
    case 'timestamp':
      return sixDigits(text, declaredType(column).sizes[0] ?? 0);
    default:
      // Integers, TINYINT(1), DECIMAL and DATE print in canonical form.
      return text;
  }
}

/** `.120000` of a column with two fractional digits. */
function sixDigits(text: string, digits: number): string {
  if (digits === 6) return text;
  return `CONCAT(${text}, '${digits === 0 ? '.' : ''}${'0'.repeat(6 - digits)}')`;
}

/**
 * A day that is not in the calendar is NULL in the warehouse, and the row is flagged. Where the column may not be
 * NULL, the row is rejected, so that it shows as missing.
 */
const isFlaggable = (
  column: Pick<ComparedColumn, 'declared' | 'type'> & { readonly nullable?: boolean },
): boolean => column.nullable === true && hasUnrealDays(declaredType(column));

const realPart = (column: ComparedColumn): string =>
  `CASE WHEN ${realDaySql(quote(column.name))} THEN ${partOf(column)} END`;

function flaggedRow(table: MysqlTable): string {
  const flagged = [
    ...table.columns
      .filter(isFlaggable)
      .map(({ name }) => `(${quote(name)} IS NOT NULL AND NOT ${realDaySql(quote(name))})`),
    ...table.columns.flatMap(({ name, cutCharacters }) =>
      cutCharacters === undefined ? [] : [`CHAR_LENGTH(${quote(name)}) > ${cutCharacters}`],
    ),
  ];
  return flagged.length === 0 ? '0' : `CASE WHEN ${flagged.join(' OR ')} THEN 1 ELSE 0 END`;
}
