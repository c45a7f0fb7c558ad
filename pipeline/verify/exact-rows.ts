/**
 * Rows of a DynamoDB table's target, found by key: free of how the warehouse prints a document, and with their
 * versions. The whole table is compared by hashes of what JSON_SERIALIZE prints, which is cheap; a row that differs
 * there is read again here, its documents are brought into the form of staging, and only then does it differ.
 */
import { type DynamodbTable, VERSION_COLUMN } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { statementPieces } from '../warehouse/statement-pieces';
import { tombstonesDefinition } from '../warehouse/table-definitions';
import { documentPart, hashText, joinParts, NULL_PART } from './canonical-text';
import { documentColumns, keyColumns } from './compared-table';
import { canonicalDocument, MOST_PIECES, PIECE_BYTES } from './document-text';
import { type AnswerRow, answerText, parseHashedRow } from './hashed-row-parser';
import { buildHashedRows, buildKeys, buildText, indentedLines } from './queries';
import type { HashedRow, SoughtKey } from './side';
import { buildTextHash } from './sql-dialect';
import { buildPiece, buildPrintedDocument, IN_PIECES, WAREHOUSE_DIALECT } from './warehouse-dialect';

/** Their documents are 60 MB at the most, far below the 500 MB that a result of the Data API may hold. */
const KEYS_A_STATEMENT = 1_000;
/** Of documents in pieces, which are up to 540 KB and have two digits a byte. */
const LONG_DOCUMENTS_A_STATEMENT = 100;

const documentName = (at: number): string => `document_${at + 1}`;

/** Each row by itself: `key_hash`, `columns_hash`, `copies`, the key's columns, its documents and its version. */
export function buildExactRowQuery(table: DynamodbTable, keyHashes: readonly string[]): string {
  const keys = buildKeys(WAREHOUSE_DIALECT, table);
  const documents = Object.fromEntries(
    documentColumns(table).map(({ name }, at) => [documentName(at), buildPrintedDocument(name)]),
  );
  const more = { ...keys, ...documents, version: WAREHOUSE_DIALECT.quote(VERSION_COLUMN) };
  return [
    'SELECT',
    indentedLines('  ', [
      'hashed.key_hash',
      'hashed.columns_hash AS row_hash',
      '1 AS copies',
      ...Object.keys(more).map((name) => `hashed.${name}`),
    ]),
    buildHashedRows(WAREHOUSE_DIALECT, table, more),
    `WHERE hashed.key_hash IN (${keyHashes.map(quoteLiteral).join(', ')})`,
  ].join('\n');
}

/** The pieces of one document column of rows whose document is printed as {@link IN_PIECES}: `key_hash`, `piece`, `content`. */
function buildPiecesQuery(table: DynamodbTable, name: string, keyHashes: readonly string[]): string {
  const column = WAREHOUSE_DIALECT.quote(name);
  const more = { size: `JSON_SIZE(${column})`, bytes: `JSON_SERIALIZE_TO_VARBYTE(${column})` };
  const numbers = Array.from({ length: MOST_PIECES }, (_, at) => `SELECT ${at} AS piece`);
  return [
    'SELECT',
    indentedLines('  ', [
      'hashed.key_hash',
      'pieces.piece',
      `${buildPiece('hashed.bytes', `pieces.piece * ${PIECE_BYTES}`)} AS content`,
    ]),
    buildHashedRows(WAREHOUSE_DIALECT, table, more),
    `JOIN (${numbers.join(' UNION ALL ')}) AS pieces ON pieces.piece * ${PIECE_BYTES} < hashed.size`,
    `WHERE hashed.key_hash IN (${keyHashes.map(quoteLiteral).join(', ')})`,
    'ORDER BY hashed.key_hash, pieces.piece',
  ].join('\n');
}

/** The versions of deleted rows: `key_hash`, `version`. */
function buildTombstoneVersions(table: DynamodbTable, keyHashes: readonly string[]): string {
  const { schema, table: name } = tombstonesDefinition(table);
  return [
    'SELECT gone.key_hash, MAX(gone.version) AS version',
    'FROM (',
    '  SELECT',
    indentedLines('    ', [
      `${buildTextHash(buildText(WAREHOUSE_DIALECT, keyColumns(table)))} AS key_hash`,
      `${WAREHOUSE_DIALECT.quote(VERSION_COLUMN)} AS version`,
    ]),
    `  FROM ${quoteTable(schema, name)}`,
    ') AS gone',
    `WHERE gone.key_hash IN (${keyHashes.map(quoteLiteral).join(', ')})`,
    'GROUP BY gone.key_hash',
  ].join('\n');
}

/** As `ComparedSide.readKeys`; a key whose row is gone comes without copies, with the version of its tombstone. */
export async function readExactRows(
  api: DataApi,
  table: DynamodbTable,
  keys: readonly SoughtKey[],
  take: (row: HashedRow) => void,
): Promise<void> {
  const options = { name: `reconcile/${table.name}` };
  const hashes = keys.map(({ keyHash }) => keyHash);
  const build = (piece: readonly string[]): string => buildExactRowQuery(table, piece);
  for (const piece of statementPieces(hashes, KEYS_A_STATEMENT, build)) {
    const gone = new Set(piece);
    const long: AnswerRow[] = [];
    for await (const row of api.query(buildExactRowQuery(table, [...gone]), options)) {
      gone.delete(answerText(row, 'key_hash'));
      if (longDocuments(table, row).length > 0) long.push(row);
      else take(exactRow(table, row));
    }
    for (const row of await withLongDocuments(api, table, long)) take(exactRow(table, row));
    if (gone.size === 0) continue;
    for await (const row of api.query(buildTombstoneVersions(table, [...gone]), options)) {
      const [keyHash, version] = [answerText(row, 'key_hash'), answerText(row, 'version')];
      take({ keyHash, rowHash: '', copies: 0, version });
    }
  }
}

const longDocuments = (table: DynamodbTable, row: AnswerRow): number[] =>
  documentColumns(table).flatMap((_, at) => (row[documentName(at)] === IN_PIECES ? [at] : []));

/** The rows with their long documents in the place of {@link IN_PIECES}. */
async function withLongDocuments(
  api: DataApi,
  table: DynamodbTable,
  rows: readonly AnswerRow[],
): Promise<AnswerRow[]> {
  const byKey = new Map(rows.map((row) => [answerText(row, 'key_hash'), { ...row }]));
  for (const [at, { name }] of documentColumns(table).entries()) {
    const keys = [...byKey].flatMap(([key, row]) => (row[documentName(at)] === IN_PIECES ? [key] : []));
    const build = (piece: readonly string[]): string => buildPiecesQuery(table, name, piece);
    for (const piece of statementPieces(keys, LONG_DOCUMENTS_A_STATEMENT, build)) {
      const contents = new Map<string, string[]>();
      for await (const row of api.query(build(piece), { name: `reconcile/${table.name}` })) {
        const key = answerText(row, 'key_hash');
        contents.set(key, [...(contents.get(key) ?? []), answerText(row, 'content')]);
      }
      for (const [key, digits] of contents) {
        const row = byKey.get(key);
        if (row !== undefined) row[documentName(at)] = Buffer.from(digits.join(''), 'hex').toString('utf8');
      }
    }
  }
  return [...byKey.values()];
}

function exactRow(table: DynamodbTable, row: AnswerRow): HashedRow {
  const plain = parseHashedRow(row);
  const documents = documentColumns(table).map((_, at) => {
    const printed = row[documentName(at)];
    return typeof printed === 'string' ? documentPart(canonicalDocument(printed)) : NULL_PART;
  });
  return {
    ...plain,
    rowHash: hashText(joinParts([plain.rowHash, ...documents])),
    version: answerText(row, 'version'),
  };
}
