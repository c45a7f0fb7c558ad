/** An item as the hashes that its row has in the warehouse. */
import type { AttributeValue, Item } from '../capture/attribute-value';
import { projectItem } from '../capture/project-item';
import { PipelineError } from '../errors';
import { DIGEST_COLUMN, type DynamodbTable, FLAGS_COLUMN, ITEM_COLUMN } from '../tables';
import { type CanonicalValue, canonicalPart, joinParts, md5 } from './canonical-text';
import { comparedColumns, keyColumns } from './compared-table';
import type { HashedRow } from './side';

/** An item that cannot be projected has a row that no warehouse holds: it is missing there, which is true. */
export function hashItem(table: DynamodbTable, item: Item): HashedRow {
  const key = table.key.map((name) => keyText(item[name]));
  const values = rowValues(table, item);
  if (values === undefined) {
    const hash = md5(`unprojectable ${JSON.stringify(key)}`);
    return { keyHash: hash, rowHash: hash, copies: 1, key };
  }
  const hashOf = (columns: ReturnType<typeof comparedColumns>): string =>
    md5(joinParts(columns.map(({ name, type }) => canonicalPart(type, values[name] ?? null))));
  return {
    keyHash: hashOf(keyColumns(table)),
    rowHash: hashOf(comparedColumns(table)),
    copies: 1,
    key,
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
