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
import { canonicalDocument } from './document-text';
import { type AnswerRow, answerText, parseHashedRow } from './hashed-row-parser';
import { buildHashedRows, buildKeys, buildText, indentedLines } from './queries';
import type { HashedRow, SoughtKey } from './side';
import { buildTextHash } from './sql-dialect';
import { buildPrintedDocument, WAREHOUSE_DIALECT } from './warehouse-dialect';

/** Their documents are 60 MB at the most, far below what a result of the Data API may hold. */
const KEYS_A_STATEMENT = 1_000;

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

/** The versions of deleted rows: `key_hash`, `version`. */
export function buildTombstoneVersions(table: DynamodbTable, keyHashes: readonly string[]): string {
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
  const documentCount = documentColumns(table).length;
  const hashes = keys.map(({ keyHash }) => keyHash);
  const build = (piece: readonly string[]): string => buildExactRowQuery(table, piece);
  for (const piece of statementPieces(hashes, KEYS_A_STATEMENT, build)) {
    const gone = new Set(piece);
    for await (const row of api.query(buildExactRowQuery(table, [...gone]), options)) {
      const exact = parseExactRow(row, documentCount);
      gone.delete(exact.keyHash);
      take(exact);
    }
    if (gone.size === 0) continue;
    for await (const row of api.query(buildTombstoneVersions(table, [...gone]), options)) {
      const [keyHash, version] = [answerText(row, 'key_hash'), answerText(row, 'version')];
      take({ keyHash, rowHash: '', copies: 0, version });
    }
  }
}

function parseExactRow(row: AnswerRow, documentCount: number): HashedRow {
  const plain = parseHashedRow(row);
  const documents = Array.from({ length: documentCount }, (_, at) => {
    const printed = row[documentName(at)];
    return typeof printed === 'string' ? documentPart(canonicalDocument(printed)) : NULL_PART;
  });
  return {
    ...plain,
    rowHash: hashText(joinParts([plain.rowHash, ...documents])),
    version: answerText(row, 'version'),
  };
}
