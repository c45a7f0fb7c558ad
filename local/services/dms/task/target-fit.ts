/**
 * Whether a column of the warehouse can hold a value exactly as it is. Nothing is rounded, cut or guessed: what does
 * not fit is set aside.
 */
import type { SourceColumn } from './source-table';
import type { TargetColumn } from './target-columns';

/** `truncation`: it would fit if it were cut; `data`: it does not fit at all. */
export interface Misfit {
  readonly kind: 'truncation' | 'data';
  readonly reason: string;
}

/** Gives the misfit, or undefined when the target holds the text exactly. */
export type CheckFit = (text: string) => Misfit | undefined;

/** Undefined when the twin cannot write this type at all. */
export function buildFitCheck(
  source: SourceColumn,
  target: TargetColumn,
  maxLobBytes: number | undefined,
): CheckFit | undefined {
  const fromFloat = source.dataType === 'float' || source.dataType === 'double';
  const check = checkForType(target, fromFloat);
  if (check === undefined) return undefined;
  const isLob = /(text|blob)$/.test(source.dataType);
  if (!isLob || maxLobBytes === undefined) return check;
  return (text) =>
    Buffer.byteLength(text) > maxLobBytes
      ? { kind: 'truncation', reason: `is longer than LobMaxSize (${maxLobBytes} bytes)` }
      : check(text);
}

function checkForType(target: TargetColumn, fromFloat: boolean): CheckFit | undefined {
  switch (target.type) {
    case 'smallint':
      return integerCheck(16);
    case 'integer':
      return integerCheck(32);
    case 'bigint':
      return integerCheck(64);
    case 'numeric':
      return numericCheck(target.size, target.scale);
    case 'double precision':
      return doubleCheck(fromFloat);
    case 'real':
      return (text) =>
        Math.fround(Number(text)) === Number(text) ? undefined : misfit('has more digits than a REAL holds');
    case 'boolean':
      return (text) => (text === '0' || text === '1' ? undefined : misfit('is neither 0 nor 1'));
    case 'character varying':
      return textCheck(target.size);
    case 'date':
      return (text) => (isRealDate(text) ? undefined : misfit('is not a real date'));
    case 'timestamp without time zone':
      return timestampCheck;
    case 'super':
      return jsonCheck;
    default:
      return undefined;
  }
}

const misfit = (reason: string): Misfit => ({ kind: 'data', reason });

function integerCheck(bits: number): CheckFit {
  const limit = 2n ** BigInt(bits - 1);
  // Shorter than the largest value's digits: no need to compare.
  const safeLength = limit.toString().length - 1;
  return (text) => {
    if (!/^-?\d+$/.test(text)) return misfit('is not a whole number');
    if (text.length <= safeLength) return undefined;
    const value = BigInt(text);
    return value >= -limit && value < limit ? undefined : misfit(`does not fit ${bits} bits`);
  };
}

/** A double of the source is a double here; other numbers are exact in one up to 15 digits (IEEE 754). */
function doubleCheck(fromFloat: boolean): CheckFit {
  return (text) => {
    if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return misfit('is not a number');
    return fromFloat || text.replace(/[^\d]/g, '').replace(/^0+/, '').length <= 15
      ? undefined
      : misfit('has more digits than a double holds');
  };
}

function numericCheck(precision: number, scale: number): CheckFit {
  return (text) => {
    const match = /^-?0*(\d*?)(?:\.(\d*?)0*)?$/.exec(text);
    if (match === null) return misfit('is not a plain decimal number');
    const [, whole = '', fraction = ''] = match;
    if (fraction.length > scale) return misfit(`has more than ${scale} digits after the point`);
    return whole.length > precision - scale
      ? misfit(`has more than ${precision - scale} digits before the point`)
      : undefined;
  };
}

/** The warehouse counts bytes of UTF-8; a UTF-16 unit takes at most three. */
function textCheck(maxBytes: number): CheckFit {
  return (text) => {
    if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return undefined;
    return { kind: 'truncation', reason: `is longer than ${maxBytes} bytes` };
  };
}

/** MySQL can hold 0000-00-00, 2023-00-00 and 2024-02-30; a warehouse DATE cannot. */
function isRealDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

function timestampCheck(text: string): Misfit | undefined {
  if (!isRealDate(text.slice(0, 10))) return misfit('is not a real date');
  return text.length === 10 || /^ \d{2}:\d{2}:\d{2}(\.\d{1,6})?$/.test(text.slice(10))
    ? undefined
    : misfit('is not a date and time');
}

function jsonCheck(text: string): Misfit | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return misfit('is not JSON');
  }
}
