/** The comparison in Redshift. */
import { EXPIRED_AT_COLUMN, FLAGS_COLUMN } from '../tables';
import { foldName } from '../values/catalogue';
import { quoteIdentifier, quoteTable } from '../warehouse/sql-text';
import { SEPARATOR, UNPRINTED_PART } from './canonical-text';
import type { ComparedColumn } from './compared-table';
import { COMPARED_DOCUMENT_BYTES, MOST_PIECES, PIECE_BYTES, WHOLE_DOCUMENT_BYTES } from './document-text';
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
          `WHEN JSON_SIZE(${column}) > ${WHOLE_DOCUMENT_BYTES} THEN ${buildTextHash(piecesSql(column))}`,
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

/** The hashes of all pieces of a document, one behind the other. */
function piecesSql(column: string): string {
  const pieces = Array.from({ length: MOST_PIECES }, (_, at) => {
    const hash = buildTextHash(buildPiece(`JSON_SERIALIZE_TO_VARBYTE(${column})`, String(at * PIECE_BYTES)));
    return `CASE WHEN JSON_SIZE(${column}) > ${at * PIECE_BYTES} THEN ${hash} ELSE '' END`;
  });
  return pieces.join(`\n          || `);
}

/** Bytes of a piece in hexadecimal digits, behind so many others. */
export const buildPiece = (bytes: string, behind: string): string =>
  `LOWER(FROM_VARBYTE(SUBSTRING(${bytes}, ${behind} + 1, ${PIECE_BYTES}), 'hex'))`;

/** In the place of a document that comes in pieces: no JSON is empty. */
export const IN_PIECES = '';

/** A document as the warehouse prints it; {@link UNPRINTED_PART} or {@link IN_PIECES} where it is too long for that. */
export function buildPrintedDocument(name: string): string {
  const size = `JSON_SIZE(${quote(name)})`;
  return [
    `CASE WHEN ${size} > ${COMPARED_DOCUMENT_BYTES} THEN '${UNPRINTED_PART}'`,
    `WHEN ${size} > ${WHOLE_DOCUMENT_BYTES} THEN '${IN_PIECES}'`,
    `ELSE JSON_SERIALIZE(${quote(name)}) END`,
  ].join(' ');
}
