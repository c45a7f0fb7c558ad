/** An item, or a part of one, as plain JSON for the warehouse's SUPER type. */

import { FLAGS_BYTES } from '../tables';
import { canonicalNumber } from '../values/decimal';
import { holdsText, quoted } from '../values/text';
import { type AttributeValue, base64Of, type Item, parseAttributeValue, sortedKeys } from './attribute-value';

/** Where strings were that SUPER cannot hold. */
class Omissions {
  count = 0;
  /** The first ones: `details/note`, each step URI-encoded. The beginning of one that is too long for any flag. */
  readonly paths: string[] = [];

  add(path: string): void {
    this.count += 1;
    if (this.paths.length < MAX_PATHS) this.paths.push(path.slice(0, FLAGS_BYTES));
  }
}

/**
 * An item of 400 KB may hold 200,000 such strings under a name of 60 KB: all of their paths would be gigabytes. So
 * many fill the flags column however short they are.
 */
const MAX_PATHS = 1000;

export interface DocumentJson {
  readonly json: string;
  readonly omitted: Omissions;
}

/**
 * Writes an item as one JSON object with sorted keys. Numbers become strings of their exact digits, sets sorted
 * arrays, binary base64. A string that SUPER cannot hold (longer than 65,535 bytes, or with a NUL) is left out; in
 * a list null takes its place, so that the others keep theirs.
 */
export function buildItemJson(item: Item): DocumentJson {
  const omitted = new Omissions();
  return { json: objectJson(item, '', omitted), omitted };
}

/** The same for one attribute. */
export function buildValueJson(attribute: AttributeValue): DocumentJson {
  const omitted = new Omissions();
  return { json: valueJson(attribute, '', omitted) ?? 'null', omitted };
}

/**
 * Builds text, not an object: JavaScript would reorder keys that look like integers, and would take an attribute
 * called `__proto__` for something else.
 */
function objectJson(item: Item, path: string, omitted: Omissions): string {
  let json = '';
  for (const key of sortedKeys(item)) {
    const keyPath = step(path, key);
    if (!holdsText(key)) {
      omitted.add(keyPath);
      continue;
    }
    const value = valueJson(item[key] as AttributeValue, keyPath, omitted);
    if (value !== undefined) json += `${json === '' ? '{' : ','}${quoted(key)}:${value}`;
  }
  return json === '' ? '{}' : `${json}}`;
}

/** Undefined when the value was left out. */
function valueJson(attribute: AttributeValue, path: string, omitted: Omissions): string | undefined {
  const typed = parseAttributeValue(attribute);
  switch (typed.type) {
    case 'S':
      return stringJson(typed.value, path, omitted);
    case 'N':
      return numberJson(typed.value, path, omitted);
    case 'B':
      return stringJson(base64Of(typed.value), path, omitted);
    case 'BOOL':
      return typed.value ? 'true' : 'false';
    case 'NULL':
      return 'null';
    case 'M':
      return objectJson(typed.value, path, omitted);
    case 'L':
      return `[${typed.value
        .map((element, index) => valueJson(element, step(path, String(index)), omitted) ?? 'null')
        .join(',')}]`;
    case 'SS':
      return setJson([...typed.value], path, omitted);
    case 'NS':
      return setJson(typed.value.map(numberText), path, omitted);
    case 'BS':
      return setJson(typed.value.map(base64Of), path, omitted);
  }
}

function stringJson(text: string, path: string, omitted: Omissions): string | undefined {
  if (holdsText(text)) return quoted(text);
  omitted.add(path);
  return undefined;
}

/** Longer than any number of DynamoDB, written out. */
const MAX_NUMBER_LENGTH = 1000;

function numberJson(text: string, path: string, omitted: Omissions): string | undefined {
  const digits = canonicalNumber(text);
  const isNumber = digits !== undefined && digits.length <= MAX_NUMBER_LENGTH;
  return isNumber ? quoted(digits) : stringJson(text, path, omitted);
}

/** A set has no order, so its elements are sorted: the same set is the same text. */
function setJson(elements: string[], path: string, omitted: Omissions): string {
  const held = elements.sort().filter((element) => holdsText(element));
  if (held.length < elements.length) omitted.add(path);
  return JSON.stringify(held);
}

/** DynamoDB takes no text that is not a number, so the fallback only keeps what a forged event says. */
const numberText = (text: string): string => canonicalNumber(text) ?? text;

/** What URI encoding leaves as it is. */
const URI_PLAIN = /^\w{0,64}$/;

/** A path that is longer than any flag may be does not grow further. */
const step = (path: string, key: string): string => {
  if (path.length >= FLAGS_BYTES) return path;
  const encoded = URI_PLAIN.test(key)
    ? key
    : encodeURIComponent(key.slice(0, FLAGS_BYTES).replace(/\p{Surrogate}/gu, '?'));
  return path === '' ? encoded : `${path}/${encoded}`;
};
