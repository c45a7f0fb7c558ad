/** The comparison in MySQL 8.4 and MariaDB 10.11. */
import { PipelineError } from '../errors';
import { quoteMysqlIdentifier as quote, quoteMysqlTable } from '../mysql/mysql-identifier';
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
  part: ({ name, type, isHashed }: ComparedColumn) => {
    const column = quote(name);
    if (type.kind === 'text') {
      // Length and hash are those of the bytes in the column's own character set, which need not be UTF-8.
      const utf8 = `CONVERT(${column} USING utf8mb4)`;
      return isHashed ? buildTextHash(utf8) : `CONCAT(LENGTH(${utf8}), ':', ${utf8})`;
    }
    if (type.kind === 'double') {
      return doublePartSql(column, {
        integerText: (expression) => `CAST(CAST(${expression} AS SIGNED) AS CHAR)`,
        concat: (...expressions) => `CONCAT(${expressions.join(', ')})`,
      });
    }
    // Integers, TINYINT(1), DECIMAL, DATE and DATETIME(6) all print in canonical form.
    return `CAST(${column} AS CHAR)`;
  },
  keyText: ({ name, type }) => (type.kind === 'text' ? quote(name) : `CAST(${quote(name)} AS CHAR)`),
  join: (parts) => `CONCAT_WS('${SEPARATOR}',\n        ${parts.join(',\n        ')})`,
  hexToNumber: (expression) => `CAST(CONV(${expression}, 16, 10) AS UNSIGNED)`,
  exactSum: (sum) => `CAST(${sum} AS CHAR)`,
};
