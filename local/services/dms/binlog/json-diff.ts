/**
 * Partial updates of JSON (`binlog_row_value_options=PARTIAL_JSON`): the changes that turn the document before an
 * update into the one after it (MySQL source documentation, `json_diff.h`).
 */
import { BinlogDamagedError, ByteReader } from './byte-reader';
import {
  isContainer,
  isInline,
  JSON_TYPE,
  readContainer,
  type StoredJson,
  scalarBytes,
  storedJson,
} from './json-binary';
import { type JsonPathCell, type JsonPathLeg, parseJsonPath } from './json-path';

const OPERATION = { REPLACE: 0, INSERT: 1, REMOVE: 2 } as const;

interface JsonArray {
  readonly kind: 'array';
  readonly items: JsonTree[];
}

interface JsonObject {
  readonly kind: 'object';
  readonly members: Map<string, JsonTree>;
}

type JsonTree =
  | JsonArray
  | JsonObject
  | { readonly kind: 'scalar'; readonly type: number; readonly bytes: Buffer };

/**
 * @param stored the document before, as the column holds it
 * @param diffs one after the other: operation (1), length and text of the path, length and bytes of a value
 * @returns the document after, as binary JSON. Its text is what MySQL prints, its layout not always what MySQL stores.
 * @throws BinlogDamagedError for a change that does not fit the document
 */
export function applyJsonDiffs(stored: Buffer, diffs: Buffer): Buffer {
  if (diffs.length === 0) return stored;
  // The path `$` is a place as any other.
  const root: JsonArray = { kind: 'array', items: [parse(storedJson(stored), 0)] };
  const reader = new ByteReader(diffs, 0, diffs.length);
  while (reader.remaining > 0) {
    const operation = reader.uint(1);
    const path = parseJsonPath(reader.text(reader.lengthEncoded()));
    const value =
      operation === OPERATION.REMOVE ? undefined : parse(storedJson(reader.slice(reader.lengthEncoded())), 0);
    applyDiff(root, path, { operation, value });
  }
  const { type, bytes } = encode(root.items[0] as JsonTree);
  return Buffer.concat([Buffer.of(type), bytes]);
}

function parse(stored: StoredJson, depth: number): JsonTree {
  if (!isContainer(stored.type)) return { kind: 'scalar', type: stored.type, bytes: scalarBytes(stored) };
  const { isObject, keys, values } = readContainer(stored, depth);
  const items = values.map((value) => parse(value, depth + 1));
  if (!isObject) return { kind: 'array', items };
  return { kind: 'object', members: new Map(items.map((item, at) => [keys[at] ?? '', item])) };
}

function applyDiff(
  root: JsonArray,
  path: readonly JsonPathLeg[],
  { operation, value }: { readonly operation: number; readonly value: JsonTree | undefined },
): void {
  const legs: JsonPathLeg[] = [{ kind: 'cell', index: 0, fromEnd: false }, ...path];
  let parent: JsonTree = root;
  for (const leg of legs.slice(0, -1)) parent = childOf(parent, leg) ?? unfit();
  const last = legs.at(-1) as JsonPathLeg;
  if (parent.kind === 'object' && last.kind === 'member') changeMember(parent, last.name, operation, value);
  else if (parent.kind === 'array' && last.kind === 'cell') changeCell(parent, last, operation, value);
  else unfit();
}

function unfit(): never {
  throw new BinlogDamagedError('a change of JSON has a path that the document before it has not');
}

function childOf(tree: JsonTree, leg: JsonPathLeg): JsonTree | undefined {
  if (leg.kind === 'member') return tree.kind === 'object' ? tree.members.get(leg.name) : undefined;
  if (tree.kind === 'array') return tree.items[placeOf(tree, leg)];
  // A value that is no array is the only cell of one.
  return leg.index === 0 ? tree : undefined;
}

const placeOf = ({ items }: JsonArray, { index, fromEnd }: JsonPathCell): number =>
  fromEnd ? items.length - 1 - index : index;

function changeMember(
  { members }: JsonObject,
  name: string,
  operation: number,
  value: JsonTree | undefined,
): void {
  if (members.has(name) === (operation === OPERATION.INSERT)) unfit();
  if (value === undefined) members.delete(name);
  else members.set(name, value);
}

function changeCell(
  array: JsonArray,
  leg: JsonPathCell,
  operation: number,
  value: JsonTree | undefined,
): void {
  const { items } = array;
  const at = placeOf(array, leg);
  if (operation === OPERATION.INSERT) {
    items.splice(Math.max(0, at), 0, value as JsonTree);
    return;
  }
  if (items[at] === undefined) unfit();
  if (value === undefined) items.splice(at, 1);
  else items[at] = value;
}

const KEY_ENTRY = 6;
const VALUE_ENTRY = 5;

/** Containers in the layout of large ones, which holds all that the small one does. */
function encode(tree: JsonTree): StoredJson {
  if (tree.kind === 'scalar') return tree;
  const members = tree.kind === 'object' ? [...tree.members].map(keyed).sort(byKey) : [];
  const values = (tree.kind === 'object' ? members.map(({ value }) => value) : tree.items).map(encode);
  const header = Buffer.alloc(8 + KEY_ENTRY * members.length + VALUE_ENTRY * values.length);
  const parts: Buffer[] = [header];
  let size = header.length;
  let at = 8;
  for (const { key } of members) {
    header.writeUInt32LE(size, at);
    header.writeUInt16LE(key.length, at + 4);
    parts.push(key);
    size += key.length;
    at += KEY_ENTRY;
  }
  for (const { type, bytes } of values) {
    header.writeUInt8(type, at);
    if (isInline(type, true)) bytes.copy(header, at + 1);
    else {
      header.writeUInt32LE(size, at + 1);
      parts.push(bytes);
      size += bytes.length;
    }
    at += VALUE_ENTRY;
  }
  header.writeUInt32LE(values.length, 0);
  header.writeUInt32LE(size, 4);
  const type = tree.kind === 'object' ? JSON_TYPE.LARGE_OBJECT : JSON_TYPE.LARGE_ARRAY;
  return { type, bytes: Buffer.concat(parts) };
}

interface Member {
  readonly key: Buffer;
  readonly value: JsonTree;
}

const keyed = ([key, value]: readonly [string, JsonTree]): Member => ({
  key: Buffer.from(key, 'utf8'),
  value,
});

const byKey = (one: Member, other: Member): number =>
  one.key.length - other.key.length || Buffer.compare(one.key, other.key);
