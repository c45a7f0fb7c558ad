/** What of a replicated table is compared: which columns make its rows, which make its key. */
import { PipelineError } from '../errors';
import {
  type Column,
  DIGEST_COLUMN,
  FLAGS_COLUMN,
  ITEM_COLUMN,
  type ReplicatedTable,
  targetName,
} from '../tables';

/** A column type that says "any text" where only its bytes matter. */
const ANY_TEXT = { kind: 'text', characters: 16_383 } as const;

/** Beside the typed columns of a DynamoDB table: the digest stands for the whole item, which must be there. */
const DYNAMODB_COLUMNS: readonly Column[] = [
  { name: ITEM_COLUMN, type: { kind: 'document' }, nullable: true },
  { name: FLAGS_COLUMN, type: ANY_TEXT, nullable: true },
  { name: DIGEST_COLUMN, type: ANY_TEXT, nullable: false },
];

/**
 * The columns whose values make a row, in catalogue order. In a DynamoDB table typed documents are left out: the
 * digest of the item, which both sides hold, covers them. How Redshift prints a document is not told by its guide.
 * @throws PipelineError RECONCILE_FAILED (halt) for a MySQL table with a document: its two texts differ in form.
 */
export function comparedColumns(table: ReplicatedTable): Column[] {
  if (table.source === 'dynamodb') {
    return [...table.columns.filter((column) => column.type.kind !== 'document'), ...DYNAMODB_COLUMNS];
  }
  const documents = table.columns.filter((column) => column.type.kind === 'document');
  if (documents.length > 0) {
    throw new PipelineError({
      code: 'RECONCILE_FAILED',
      disposition: 'halt',
      message: `${targetName(table)} cannot be compared: got document columns ${documents.map(({ name }) => name).join(', ')}, expected columns with one canonical text. MySQL and Redshift print the same JSON differently; declare the column as text.`,
      context: { table: table.name },
    });
  }
  return [...table.columns];
}

/** The key's columns in key order; empty for a table without any key, whose rows are compared as a multiset. */
export function keyColumns(table: ReplicatedTable): Column[] {
  return table.key.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined || name === ITEM_COLUMN) {
      throw new PipelineError({
        code: 'RECONCILE_FAILED',
        disposition: 'halt',
        message: `${targetName(table)} cannot be compared: its key column ${name} is not one of its columns. Correct the catalogue.`,
        context: { table: table.name },
      });
    }
    return column;
  });
}
