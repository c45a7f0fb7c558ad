/** The comparison in Redshift. */
import { EXPIRED_AT_COLUMN, FLAGS_COLUMN } from '../tables';
import { foldName } from '../values/catalogue';
import { quoteIdentifier, quoteTable } from '../warehouse/sql-text';
import { SEPARATOR, UNPRINTED_PART } from './canonical-text';
import type { ComparedColumn } from './compared-table';
import { COMPARED_DOCUMENT_BYTES } from './document-text';
import { buildTextHash, doublePartSql, type SqlDialect } from './sql-dialect';

/** A column has its name in MySQL, folded as the warehouse folds it. */
const quote = (name: string): string => quoteIdentifier(foldName(name));

export const WAREHOUSE_DIALECT: SqlDialect = {
  select: 'SELECT',
  quote,
  tableOf: ({ target }) => quoteTable(target.schema, target.table),
  // The item of a row that is kept after its expiry is gone.
  rowFilter: (table) =>
    table.source === 'dynamodb' && table.keepsExpired === true
      ? `${quote(EXPIRED_AT_COLUMN)} IS NULL`
      : undefined,
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
        return [
          'CASE',
          `WHEN ${column} IS NULL THEN NULL`,
          `WHEN JSON_SIZE(${column}) > ${COMPARED_DOCUMENT_BYTES} THEN '${UNPRINTED_PART}'`,
          `ELSE ${buildTextHash(`JSON_SERIALIZE(${column})`)}`,
          'END',
        ].join(' ');
      case 'real':
      case 'double':
        return doublePartSql(type.kind === 'real' ? `CAST(${column} AS DOUBLE PRECISION)` : column, {
          integerText: (expression) => `CAST(CAST(${expression} AS BIGINT) AS VARCHAR)`,
          concat: (...expressions) => expressions.map((expression) => `(${expression})`).join(' || '),
        });
      default:
        return `CAST(${column} AS VARCHAR)`;
    }
  },
  keyText: ({ name, type }) => (type.kind === 'text' ? quote(name) : `CAST(${quote(name)} AS VARCHAR)`),
  flagged: (table) =>
    table.source === 'mysql' ? '0' : `CASE WHEN ${quote(FLAGS_COLUMN)} IS NULL THEN 0 ELSE 1 END`,
  join: (parts) => parts.join(`\n        || '${SEPARATOR}' || `),
  hexToNumber: (expression) => `CAST(STRTOL(${expression}, 16) AS NUMERIC(38, 0))`,
  exactSum: (sum) => `CAST(${sum} AS VARCHAR)`,
};

/** A document as the warehouse prints it; {@link UNPRINTED_PART} where it cannot. */
export const buildPrintedDocument = (name: string): string =>
  `CASE WHEN JSON_SIZE(${quote(name)}) > ${COMPARED_DOCUMENT_BYTES} THEN '${UNPRINTED_PART}' ELSE JSON_SERIALIZE(${quote(name)}) END`;
