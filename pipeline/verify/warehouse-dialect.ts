/** The comparison in Redshift. */
import { quoteIdentifier as quote, quoteTable } from '../warehouse/sql-text';
import { SEPARATOR } from './canonical-text';
import type { ComparedColumn } from './compared-table';
import { buildTextHash, doublePartSql, type SqlDialect } from './sql-dialect';

export const WAREHOUSE_DIALECT: SqlDialect = {
  select: 'SELECT',
  quote,
  tableOf: ({ target }) => quoteTable(target.schema, target.table),
  part: ({ name, type, isHashed }: ComparedColumn) => {
    const column = quote(name);
    switch (type.kind) {
      case 'text':
        return isHashed
          ? buildTextHash(column)
          : `CAST(OCTET_LENGTH(${column}) AS VARCHAR) || ':' || ${column}`;
      case 'boolean':
        return `CASE WHEN ${column} THEN '1' WHEN NOT ${column} THEN '0' END`;
      case 'timestamp':
        // A cast to VARCHAR leaves out a fraction of zero.
        return `TO_CHAR(${column}, 'YYYY-MM-DD HH24:MI:SS.US')`;
      case 'document':
        return `CASE WHEN ${column} IS NULL THEN NULL ELSE '1' END`;
      case 'double':
        return doublePartSql(column, {
          integerText: (expression) => `CAST(CAST(${expression} AS BIGINT) AS VARCHAR)`,
          concat: (...expressions) => expressions.map((expression) => `(${expression})`).join(' || '),
        });
      default:
        return `CAST(${column} AS VARCHAR)`;
    }
  },
  keyText: ({ name, type }) => (type.kind === 'text' ? quote(name) : `CAST(${quote(name)} AS VARCHAR)`),
  join: (parts) => parts.join(`\n        || '${SEPARATOR}' || `),
  hexToNumber: (expression) => `CAST(STRTOL(${expression}, 16) AS NUMERIC(38, 0))`,
  exactSum: (sum) => `CAST(${sum} AS VARCHAR)`,
};
