/** One attribute as the text of one warehouse column: exactly, or not at all. */
import { exactDate, exactTimestamp } from '../values/calendar';
import { type ColumnType, varcharBytes } from '../values/column-type';
import { checkDecimal, digitsText, fitsInteger, parseDecimalDigits } from '../values/decimal';
import { exactDouble, exactReal } from '../values/double';
import { holdsText } from '../values/text';
import { type AttributeValue, parseAttributeValue, type TypedValue } from './attribute-value';
import { buildValueJson } from './item-json';

/**
 * The column's text: digits of a canonical number, `true` or `false`, `YYYY-MM-DD`, `YYYY-MM-DD HH:MI:SS.ffffff`
 * in UTC, the text itself, or JSON for a document. Null for DynamoDB's NULL. Undefined when the column cannot hold
 * the value exactly: another type, too many digits, too long, no such day.
 */
export function projectAttribute(type: ColumnType, attribute: AttributeValue): string | null | undefined {
  const typed = parseAttributeValue(attribute);
  if (type.kind === 'document') return documentText(attribute);
  if (typed.type === 'NULL') return null;
  switch (type.kind) {
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'real':
    case 'double':
      return numericText(type, typed);
    case 'boolean':
      return typed.type === 'BOOL' ? String(typed.value) : undefined;
    case 'date':
      return typed.type === 'S' ? exactDate(typed.value) : undefined;
    case 'timestamp':
      return typed.type === 'S' ? exactTimestamp(typed.value) : undefined;
    case 'text':
      return typed.type === 'S' && holdsText(typed.value, varcharBytes(type)) ? typed.value : undefined;
  }
}

function numericText(type: ColumnType, typed: TypedValue): string | undefined {
  if (typed.type !== 'N') return undefined;
  const digits = parseDecimalDigits(typed.value);
  if (digits === undefined) return undefined;
  switch (type.kind) {
    case 'decimal':
      return checkDecimal(digits, type) === undefined ? digitsText(digits) : undefined;
    case 'real':
      return exactReal(digitsText(digits));
    case 'double':
      return exactDouble(digitsText(digits));
    case 'smallint':
    case 'integer':
    case 'bigint':
      return fitsInteger(digits, type.kind) ? digitsText(digits) : undefined;
    default:
      return undefined;
  }
}

function documentText(attribute: AttributeValue): string | undefined {
  const { json, omitted } = buildValueJson(attribute);
  return omitted.count === 0 ? json : undefined;
}
