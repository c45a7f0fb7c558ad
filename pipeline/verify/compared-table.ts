/** What of a replicated table is compared: which columns make its rows, which make its key. */
import { PipelineError } from '../errors';
import {
  DIGEST_COLUMN,
  FLAGS_BYTES,
  FLAGS_COLUMN,
  ITEM_COLUMN,
  type ReplicatedTable,
  targetName,
} from '../tables';
import { type ColumnType, varcharBytes } from '../values/column-type';
import type { MysqlType } from '../values/mysql-declaration';
import { type CanonicalColumn, HASH_DIGITS } from './canonical-text';

export interface ComparedColumn extends CanonicalColumn {
  readonly name: string;
  /** Of a MySQL table. */
  readonly declared?: MysqlType;
  readonly nullable?: boolean;
  /** The text is cut to so many characters. */
  readonly cutCharacters?: number;
  /** The warehouse has the hash of the text. */
  readonly isMasked?: true;
}

/** The longest VARCHAR of Redshift, in bytes: a row's text is one. */
const MAX_ROW_TEXT_BYTES = 65_535;

/**
 * Beside the typed columns of a DynamoDB table: the whole item, and its digest, which tells types apart. Flags and
 * digest are plain ASCII, of which a text of so many characters holds four times as many.
 */
const DYNAMODB_COLUMNS: readonly TypedColumn[] = [
  { name: ITEM_COLUMN, type: { kind: 'document' } },
  { name: FLAGS_COLUMN, type: { kind: 'text', characters: FLAGS_BYTES / 4 } },
  { name: DIGEST_COLUMN, type: { kind: 'text', characters: 16 } },
];

/**
 * The columns whose values make a row, in catalogue order.
 * @throws PipelineError RECONCILE_FAILED (halt) for a MySQL table with a document: its two texts differ in form.
 */
export function comparedColumns(table: ReplicatedTable): ComparedColumn[] {
  if (table.source === 'dynamodb') {
    return hashLongTexts([...table.columns, ...DYNAMODB_COLUMNS]);
  }
  const documents = table.columns.filter(({ type }) => type.kind === 'document');
  if (documents.length === 0) return hashLongTexts(table.columns);
  throw notComparable(
    table,
    `got document columns ${documents.map(({ name }) => name).join(', ')}, expected columns with one canonical text. MySQL and Redshift print the same JSON differently; declare the column as text.`,
  );
}

/** Those of them whose text is the same wherever it is printed; the others are {@link documentColumns}. */
export const plainColumns = (table: ReplicatedTable): ComparedColumn[] =>
  comparedColumns(table).filter(({ type }) => type.kind !== 'document');

export const documentColumns = (table: ReplicatedTable): ComparedColumn[] =>
  comparedColumns(table).filter(({ type }) => type.kind === 'document');

/** The key's columns in key order; empty for a table without any key, whose rows are compared as a multiset. */
export function keyColumns(table: ReplicatedTable): ComparedColumn[] {
  if (table.key.length === 0) return [];
  const columns = comparedColumns(table);
  return table.key.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    throw notComparable(table, `its key column ${name} is not one of its columns. Correct the catalogue.`);
  });
}

type TypedColumn = Pick<
  ComparedColumn,
  'name' | 'type' | 'declared' | 'nullable' | 'cutCharacters' | 'isMasked'
>;

/** Texts stay as they are, which is faster; the longest ones are hashed until any row fits. */
function hashLongTexts(columns: readonly TypedColumn[]): ComparedColumn[] {
  const longestFirst = columns
    .filter(({ type }) => type.kind === 'text')
    .sort((left, right) => longestPartBytes(right.type) - longestPartBytes(left.type));
  const hashed = new Set<string>();
  const rowBytes = (): number =>
    columns.reduce(
      (sum, { name, type }) => sum + 1 + (hashed.has(name) ? HASH_DIGITS : longestPartBytes(type)),
      0,
    );
  for (const { name } of longestFirst) {
    if (rowBytes() <= MAX_ROW_TEXT_BYTES) break;
    hashed.add(name);
  }
  return columns.map((column) => ({ ...column, isHashed: hashed.has(column.name) }));
}

/** Of a text: its bytes, their count in five digits, and the colon. Other parts are at most a decimal's. */
const longestPartBytes = (type: ColumnType): number => (type.kind === 'text' ? varcharBytes(type) + 6 : 41);

function notComparable(table: ReplicatedTable, reason: string): PipelineError {
  return new PipelineError({
    code: 'RECONCILE_FAILED',
    disposition: 'halt',
    message: `${targetName(table)} cannot be compared: ${reason}`,
    context: { table: table.name },
  });
}
