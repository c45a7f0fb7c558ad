/** A digest of a whole item that tells types apart: text "1" and number 1 differ, 1.0 and 1 do not. */
import { hash } from 'node:crypto';
import { canonicalNumber } from '../values/decimal';
import { quoted } from '../values/text';
import { type AttributeValue, base64Of, type Item, parseAttributeValue, sortedKeys } from './attribute-value';

/** SHA-256 in hexadecimal of the item's canonical typed JSON: sorted keys and sets, canonical numbers. */
export function digestOfItem(item: Item): string {
  return hash('sha256', typedObject(item), 'hex');
}

function typedObject(item: Item): string {
  let json = '';
  for (const key of sortedKeys(item))
    json += `${json === '' ? '{' : ','}${quoted(key)}:${typedValue(item[key] as AttributeValue)}`;
  return json === '' ? '{}' : `${json}}`;
}

function typedValue(attribute: AttributeValue): string {
  const typed = parseAttributeValue(attribute);
  return `{"${typed.type}":${contentOf(typed)}}`;
}

function contentOf(typed: ReturnType<typeof parseAttributeValue>): string {
  switch (typed.type) {
    case 'S':
      return quoted(typed.value);
    case 'N':
      return quoted(canonicalNumber(typed.value) ?? typed.value);
    case 'B':
      return quoted(base64Of(typed.value));
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
