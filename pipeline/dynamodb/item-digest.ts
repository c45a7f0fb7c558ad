/** A digest of a whole item that tells types apart: text "1" and number 1 differ, 1.0 and 1 do not. */
import { createHash } from 'node:crypto';
import { canonicalNumber } from '../values/decimal';
import { type AttributeValue, base64Of, type Item, parseAttributeValue } from './attribute-value';

/** SHA-256 in hexadecimal of the item's canonical typed JSON: sorted keys and sets, canonical numbers. */
export function digestOfItem(item: Item): string {
  return createHash('sha256').update(typedObject(item)).digest('hex');
}

function typedObject(item: Item): string {
  const members = Object.keys(item)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${typedValue(item[key] as AttributeValue)}`);
  return `{${members.join(',')}}`;
}

function typedValue(attribute: AttributeValue): string {
  const typed = parseAttributeValue(attribute);
  return `{"${typed.type}":${contentOf(typed)}}`;
}

function contentOf(typed: ReturnType<typeof parseAttributeValue>): string {
  switch (typed.type) {
    case 'S':
      return JSON.stringify(typed.value);
    case 'N':
      return JSON.stringify(canonicalNumber(typed.value) ?? typed.value);
    case 'B':
      return JSON.stringify(base64Of(typed.value));
    case 'BOOL':
    case 'NULL':
      return String(typed.value);
    case 'M':
      return typedObject(typed.value);
    case 'L':
      return `[${typed.value.map(typedValue).join(',')}]`;
    case 'SS':
      return JSON.stringify([...typed.value].sort());
    case 'NS':
      return JSON.stringify(typed.value.map((text) => canonicalNumber(text) ?? text).sort());
    case 'BS':
      return JSON.stringify(typed.value.map(base64Of).sort());
  }
}
