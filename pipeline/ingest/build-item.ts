/** A JSON object as a DynamoDB item: every value as itself, or the reason why the item cannot be taken. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type ExactJson, ExactNumber, type ExactObject } from '../files/exact-json';
import { Refusal, refuseText } from '../files/rejection';
import type { DynamodbTable } from '../tables';
import { checkText } from '../values/text';
import { parseDynamodbNumber } from './item-number';

export interface SizedItem {
  readonly item: Record<string, AttributeValue>;
  /** The key's values, as text that is the same for the same key. */
  readonly key: string;
  /** As DynamoDB counts it, rather below than above. */
  readonly byteCount: number;
}

/** Limits of the DynamoDB guide, "Quotas": size of an item, levels of nesting, lengths of names and keys. */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_LEVELS = 32;
const MAX_NAME_BYTES = 64 * 1024;
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/**
 * Strings, numbers, booleans, null, arrays and objects become S, N, BOOL, NULL, L and M; empty ones stay empty.
 * @returns a Refusal that names the path when DynamoDB, or the key column of the warehouse, could not hold it.
 */
export function buildItem(value: ExactJson, table: DynamodbTable): SizedItem | Refusal {
  if (!(value instanceof Map)) {
    return new Refusal('NOT_AN_OBJECT', `the item is ${kindOf(value)}, expected an object`);
  }
  try {
    const key = table.key.map((name, place) => keyText(value, table, { name, isSortKey: place > 0 }));
    const builder = new ItemBuilder();
    return { item: builder.members(value, 0), key: JSON.stringify(key), byteCount: builder.byteCount };
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function keyText(
  item: ExactObject,
  table: DynamodbTable,
  { name, isSortKey }: { readonly name: string; readonly isSortKey: boolean },
): string {
  const refuse = (reason: string): Refusal => new Refusal('BAD_KEY', reason, name);
  const value = item.get(name);
  if (value === undefined) throw refuse(`the item has no "${name}"`);
  if (table.keyTypes[name] === 'N') {
    if (!(value instanceof ExactNumber)) throw refuse(`"${name}" is ${kindOf(value)}, expected a number`);
    const number = parseDynamodbNumber(value.text);
    if (number instanceof Refusal) throw refuse(number.reason);
    return number;
  }
  if (typeof value !== 'string') throw refuse(`"${name}" is ${kindOf(value)}, expected a string`);
  if (value === '') throw refuse(`"${name}" is empty, and DynamoDB takes no empty key`);
  const maxBytes = isSortKey ? MAX_SORT_KEY_BYTES : MAX_PARTITION_KEY_BYTES;
  if (Buffer.byteLength(value) > maxBytes) {
    throw refuse(
      `"${name}" has ${Buffer.byteLength(value)} bytes, a key of DynamoDB has at most ${maxBytes}`,
    );
  }
  const type = table.columns.find((column) => column.path.length === 1 && column.path[0] === name)?.type;
  if (type?.kind !== 'text') return value;
  const misfit = checkText(value, type.characters);
  if (misfit !== undefined) throw refuse(`as a key of the warehouse: ${refuseText(misfit).reason}`);
  return value;
}

class ItemBuilder {
  byteCount = 0;
  private readonly path: (string | number)[] = [];

  members(object: ExactObject, level: number): Record<string, AttributeValue> {
    const members: Record<string, AttributeValue> = {};
    for (const [name, value] of object) {
      this.path.push(name);
      this.count(this.nameBytes(name));
      // Not an assignment: that would set the prototype for the name `__proto__`.
      Object.defineProperty(members, name, {
        value: this.value(value, level + 1),
        enumerable: true,
      });
      this.path.pop();
    }
    return members;
  }

  private value(value: ExactJson, level: number): AttributeValue {
    if (value === null) {
      this.count(1);
      return { NULL: true };
    }
    if (typeof value === 'boolean') {
      this.count(1);
      return { BOOL: value };
    }
    if (typeof value === 'string') {
      this.count(Buffer.byteLength(value));
      return { S: value };
    }
    if (value instanceof ExactNumber) return this.number(value);
    // An attribute of the item is on level 1; a list or map on the last level, even an empty one, is refused.
    if (level >= MAX_LEVELS) throw this.refuse('NESTED_TOO_DEEP', `nested deeper than ${MAX_LEVELS} levels`);
    // 3 bytes for the list or map, 1 for each of its members (DynamoDB guide, "Item sizes and formats").
    this.count(3);
    if (value instanceof Map) {
      this.count(value.size);
      return { M: this.members(value, level) };
    }
    return { L: this.elements(value as readonly ExactJson[], level) };
  }

  private elements(array: readonly ExactJson[], level: number): AttributeValue[] {
    this.count(array.length);
    return array.map((element, place) => {
      this.path.push(place);
      const value = this.value(element, level + 1);
      this.path.pop();
      return value;
    });
  }

  private number(value: ExactNumber): AttributeValue {
    const number = parseDynamodbNumber(value.text);
    if (number instanceof Refusal) throw this.refuse(number.code, number.reason);
    // "About 1 byte per two significant digits, plus 1": at least 2.
    this.count(2);
    return { N: number };
  }

  private nameBytes(name: string): number {
    const byteCount = Buffer.byteLength(name);
    if (byteCount === 0) throw this.refuse('BAD_NAME', 'the name of an attribute is empty');
    if (byteCount > MAX_NAME_BYTES) {
      throw this.refuse(
        'BAD_NAME',
        `the name of an attribute has ${byteCount} bytes, at most ${MAX_NAME_BYTES}`,
      );
    }
    return byteCount;
  }

  private count(byteCount: number): void {
    this.byteCount += byteCount;
    if (this.byteCount <= MAX_ITEM_BYTES) return;
    throw new Refusal(
      'ITEM_TOO_LARGE',
      `the item has more than ${MAX_ITEM_BYTES} bytes as DynamoDB counts them`,
    );
  }

  private refuse(code: Refusal['code'], reason: string): Refusal {
    return new Refusal(code, reason, this.path.join('.'));
  }
}

function kindOf(value: ExactJson): string {
  if (value === null) return 'null';
  if (value instanceof ExactNumber) return 'a number';
  if (value instanceof Map) return 'an object';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'string' ? 'a string' : 'a boolean';
}
