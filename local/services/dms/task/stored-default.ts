/** What rows that are there hold in a new column, as it follows from the text of its DEFAULT. */
import { textForm } from '../../../../pipeline/mysql/exact-text';
import { exactDate, isTimeOfDay } from '../../../../pipeline/values/calendar';
import { typeRule } from '../../../../pipeline/values/mysql-contract';
import type { SourceColumn } from './source-table';

/** The value of a DEFAULT: a text in quotes, or a number. */
export interface DefaultLiteral {
  readonly kind: 'text' | 'number';
  readonly text: string | null;
}

/**
 * The text of the stored value; undefined where the server would work it out: round it, pad it, or read it in another
 * way than it is written here. Only what is written as the contract writes it is taken.
 */
export function storedDefault(
  column: SourceColumn,
  { kind, text }: DefaultLiteral,
): string | null | undefined {
  if (text === null) return null;
  // No statement of the warehouse can hold one.
  if (text.includes('\0')) return undefined;
  if (kind === 'number' && !isKeptAsWritten(column, text)) return undefined;
  if (typeRule(column.type) === undefined) return undefined;
  switch (textForm(column.type)) {
    case 'characters':
      return column.dataType === 'char' ? withoutBlanksAtEnd(text) : text;
    case 'integer':
      return /^[+-]?\d+$/.test(text) ? String(BigInt(text.replace('+', ''))) : undefined;
    case 'decimal':
      return storedDecimal(text, column.scale ?? 0);
    case 'double':
      return column.type.sizes.length === 0 && !isMinusZero(text) && DOUBLE.test(text) ? text : undefined;
    case 'label':
      return column.type.labels.includes(text) ? text : undefined;
    case 'labels':
      return storedLabels(text, column.type.labels);
    case 'date':
      return exactDate(text);
    case 'datetime':
      return exactDate(text.slice(0, 10)) !== undefined && text.charAt(10) === ' '
        ? withClock(text.slice(0, 11), text.slice(11), column)
        : undefined;
    case 'time':
      return withClock('', text, column);
    default:
      return undefined;
  }
}

const DOUBLE = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** A text keeps its sign, and a number has none. */
const isMinusZero = (text: string): boolean => /^-[0.]+(?:e|$)/i.test(text);
const SHORTEST = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** For a text a number is printed again; MariaDB takes the label that has it as its place, MySQL the one that has it as its name. */
function isKeptAsWritten(column: SourceColumn, text: string): boolean {
  switch (textForm(column.type)) {
    case 'characters':
      return SHORTEST.test(text) && !isMinusZero(text);
    case 'label':
    case 'labels':
      return false;
    default:
      return true;
  }
}

function withoutBlanksAtEnd(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === ' ') end -= 1;
  return text.slice(0, end);
}

/** More digits behind the point than the column has would be rounded. */
function storedDecimal(text: string, scale: number): string | undefined {
  const [, sign, whole = '', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (sign === undefined || fraction.length > scale) return undefined;
  const digits = String(BigInt(whole));
  const decimals = scale === 0 ? '' : `.${fraction.padEnd(scale, '0')}`;
  const isNegative = sign === '-' && /[1-9]/.test(digits + fraction);
  return `${isNegative ? '-' : ''}${digits}${decimals}`;
}

/** A SET keeps its labels in the order of its declaration, each once. */
function storedLabels(text: string, labels: readonly string[]): string | undefined {
  if (text === '') return '';
  const chosen = text.split(',');
  if (!chosen.every((label) => labels.includes(label))) return undefined;
  return labels.filter((label) => chosen.includes(label)).join(',');
}

function withClock(day: string, clock: string, { fractionDigits }: SourceColumn): string | undefined {
  const [, hour, minute, second, fraction = ''] = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(clock) ?? [];
  if (!isTimeOfDay(Number(hour ?? 24), Number(minute), Number(second))) return undefined;
  const digits = fractionDigits ?? 0;
  if (fraction.length > digits) return undefined;
  return `${day}${hour}:${minute}:${second}${digits === 0 ? '' : `.${fraction.padEnd(digits, '0')}`}`;
}
