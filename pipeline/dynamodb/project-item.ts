/**
 * An item of a DynamoDB table as the row of its target. Staging writes this row and verification expects it, so both
 * call this one function.
 */

import { PipelineError } from '../errors';
import { type DynamodbTable, FLAGS_BYTES, ITEM_COLUMN, type ProjectedColumn } from '../tables';
import { type AttributeValue, type Item, parseAttributeValue } from './attribute-value';
import { digestOfItem } from './item-digest';
import { buildItemJson } from './item-json';
import { projectAttribute } from './project-attribute';

export interface ProjectedRow {
  /** Every column of the catalogue by name, as `projectAttribute` writes it. */
  readonly columns: Readonly<Record<string, string | null>>;
  /** The whole item as plain JSON, for the column {@link ITEM_COLUMN}; null when it is too long for COPY. */
  readonly item: string | null;
  /** What could not be held exactly: names of columns, and `item/<path>` of strings; sorted, comma-separated. */
  readonly flags: string | null;
  readonly flagCount: number;
  /** SHA-256 of the whole typed item, also of what could not be held. */
  readonly digest: string;
}

/**
 * COPY takes JSON objects of up to 4 MB (Amazon Redshift database developer guide, "COPY from JSON format"). An item
 * of 400 KB grows past that only when it is made of short numbers with great exponents, which are written out.
 */
const MAX_ITEM_BYTES = 3_000_000;

/**
 * Projects an item to its row. Pure; the same item gives the same row.
 * @throws PipelineError STREAM_RECORD_INVALID (dead-letter) when the item has no usable key, or holds an attribute
 * of no known type.
 */
export function projectItem(table: DynamodbTable, item: Item): ProjectedRow {
  const columns = columnRecord();
  const flags: string[] = [];
  for (const column of table.columns) {
    const attribute = attributeAt(item, column.path);
    const text = attribute === undefined ? null : projectAttribute(column.type, attribute);
    columns[column.name] = text ?? null;
    if (text === undefined) flags.push(column.name);
  }
  const { json, omitted } = buildItemJson(item);
  for (const path of omitted.paths) flags.push(`${ITEM_COLUMN}/${path}`);
  const isTooLong = Buffer.byteLength(json) > MAX_ITEM_BYTES;
  if (isTooLong) flags.push(ITEM_COLUMN);
  checkKey(table, columns);
  const flagCount = flags.length + omitted.count - omitted.paths.length;
  return {
    columns,
    item: isTooLong ? null : json,
    flags: joinFlags(flags, flagCount),
    flagCount,
    digest: digestOfItem(item),
  };
}

/**
 * Only the key columns, in the order of the catalogue, of an item or of a stream record's keys.
 * @throws PipelineError STREAM_RECORD_INVALID (dead-letter) when one is missing or does not fit its column.
 */
export function projectKey(table: DynamodbTable, item: Item): Readonly<Record<string, string | null>> {
  const columns = columnRecord();
  for (const name of table.key) {
    const column = table.columns.find((candidate) => candidate.name === name);
    const attribute = attributeAt(item, column?.path ?? [name]);
    columns[name] =
      attribute === undefined || column === undefined
        ? null
        : (projectAttribute(column.type, attribute) ?? null);
  }
  checkKey(table, columns);
  return columns;
}

/** Without a prototype: a column may be called `__proto__`. */
const columnRecord = (): Record<string, string | null> =>
  Object.create(null) as Record<string, string | null>;

function attributeAt(item: Item, path: ProjectedColumn['path']): AttributeValue | undefined {
  let map: Item | undefined = item;
  let attribute: AttributeValue | undefined;
  for (const name of path) {
    if (map === undefined || !Object.hasOwn(map, name)) return undefined;
    attribute = map[name];
    const typed = parseAttributeValue(attribute);
    map = typed.type === 'M' ? typed.value : undefined;
  }
  return attribute;
}

function checkKey(table: DynamodbTable, columns: Readonly<Record<string, string | null>>): void {
  const unusable = table.key.filter((name) => columns[name] === null || columns[name] === undefined);
  if (unusable.length === 0) return;
  throw new PipelineError({
    code: 'STREAM_RECORD_INVALID',
    disposition: 'dead-letter',
    message:
      `an item of ${table.name} has a key that its target cannot hold: ${unusable.join(', ')} ` +
      `(missing, or not of the column's type and size). Widen the column in the catalogue, then replay the record`,
    context: { table: table.name, keyColumns: unusable.join(',') },
  });
}

/** Null when all could be held. More flags than the column holds end in `+<count>`. */
function joinFlags(flags: readonly string[], flagCount: number): string | null {
  if (flags.length === 0) return null;
  const sorted = [...flags].sort();
  const kept: string[] = [];
  let bytes = 0;
  for (const flag of sorted) {
    bytes += Buffer.byteLength(flag) + 1;
    if (bytes > FLAGS_BYTES - 12) return [...kept, `+${flagCount - kept.length}`].join(',');
    kept.push(flag);
  }
  return kept.join(',');
}
