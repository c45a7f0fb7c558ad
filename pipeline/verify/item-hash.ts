/** An item as the hashes that its row has in the warehouse. */

import type { AttributeValue, Item } from '../dynamodb/attribute-value';
import { projectItem } from '../dynamodb/project-item';
import { PipelineError } from '../errors';
import { DIGEST_COLUMN, type DynamodbTable, FLAGS_COLUMN, ITEM_COLUMN } from '../tables';
import { type CanonicalValue, canonicalPart, hashText, joinParts } from './canonical-text';
import { type ComparedColumn, documentColumns, keyColumns, plainColumns } from './compared-table';
import type { HashedRow } from './side';

/**
 * What hashes the items of a table. An item that cannot be projected has a row that no warehouse holds: it is missing
 * there, which is true.
 */
export function itemHasher(table: DynamodbTable): (item: Item) => HashedRow {
  const [keys, plain, documents] = [keyColumns(table), plainColumns(table), documentColumns(table)];
  return (item) => {
    const key = table.key.map((name) => keyText(item[name]));
    const values = rowValues(table, item);
    if (values === undefined) {
      const hash = hashText(`unprojectable ${JSON.stringify(key)}`);
      return { keyHash: hash, rowHash: hash, copies: 1, key };
    }
    const partsOf = (columns: readonly ComparedColumn[]): string[] =>
      columns.map((column) => canonicalPart(column, values[column.name] ?? null));
    const columnsHash = hashText(joinParts(partsOf(plain)));
    return {
      keyHash: hashText(joinParts(partsOf(keys))),
      rowHash: hashText(joinParts([columnsHash, ...partsOf(documents)])),
      copies: 1,
      key,
    };
  };
}

function rowValues(table: DynamodbTable, item: Item): Record<string, CanonicalValue> | undefined {
  try {
    const { columns, item: document, flags, digest } = projectItem(table, item);
    return { ...columns, [ITEM_COLUMN]: document, [FLAGS_COLUMN]: flags, [DIGEST_COLUMN]: digest };
  } catch (error) {
    if (error instanceof PipelineError && error.disposition === 'dead-letter') return undefined;
    throw error;
  }
}

/** Key attributes are texts or numbers; DynamoDB finds a number in any of its notations. */
const keyText = (attribute: AttributeValue | undefined): string => attribute?.S ?? attribute?.N ?? '';
