/**
 * Whether a column of the warehouse can hold a value exactly as it is. Nothing is rounded, cut or guessed: what does
 * not fit is flagged.
 */
import { textForm } from '../../../../pipeline/mysql/exact-text';
import { exactDate, isTimeOfDay } from '../../../../pipeline/values/calendar';
import {
  checkDecimal,
  fitsInteger,
  type IntegerKind,
  parseDecimalDigits,
} from '../../../../pipeline/values/decimal';
import { hasDoubleDigits, isNumberText, isReal } from '../../../../pipeline/values/double';
import { HASH_CHARACTERS } from '../../../../pipeline/values/masked-text';
import { hasUnrealDays } from '../../../../pipeline/values/mysql-contract';
import { fitsBytes } from '../../../../pipeline/values/text';
import type { SourceColumn } from './source-table';
import type { TargetColumn } from './target-columns';

/**
 * `truncation`: it would fit if it were cut; `data`: it does not fit at all. `null`: it becomes NULL and is flagged,
 * which is what DMS does with a date that the calendar has not (AWS DMS user guide, limitations of MySQL sources).
 * `cut`: a rule of the mappings says how long the text may be; it is cut there and flagged.
 */
export interface Misfit {
  readonly kind: 'truncation' | 'data' | 'null' | 'cut';
  readonly reason: string;
  /** What a cut text is in the warehouse. */
  readonly replacement?: string;
}

/** Gives the misfit, or undefined when the target holds the text exactly. */
export type CheckFit = (text: string) => Misfit | undefined;

export interface FitLimits {
  /** `LobMaxSize` of the task's settings. */
  readonly maxLobBytes: number | undefined;
  /** `length` of a rule that gives the column the type wstring. */
  readonly cutCharacters?: number;
  /** The hash of the text goes into the column, by a rule of the mappings. */
  readonly isMasked?: boolean;
}

export const isLob = ({ dataType }: SourceColumn): boolean => /(text|blob)$/.test(dataType);

/** Undefined when the twin cannot write this type at all. */
export function buildFitCheck(
  source: SourceColumn,
  target: TargetColumn,
  { maxLobBytes, cutCharacters, isMasked }: FitLimits,
): CheckFit | undefined {
  const form = textForm(source.type);
  const check =
    isMasked === true
      ? hashCheck(target)
      : checkForType(source, target, form === 'float' || form === 'double');
  if (check === undefined) return undefined;
  if (cutCharacters !== undefined) return cutCheck(cutCharacters, check);
  if (!isLob(source) || maxLobBytes === undefined) return check;
  return (text) =>
    Buffer.byteLength(text) > maxLobBytes
      ? { kind: 'truncation', reason: `is longer than LobMaxSize (${maxLobBytes} bytes)` }
      : check(text);
}

function checkForType(source: SourceColumn, target: TargetColumn, fromFloat: boolean): CheckFit | undefined {
  switch (target.type) {
    case 'smallint':
    case 'integer':
    case 'bigint':
      return integerCheck(target.type);
    case 'numeric':
      return numericCheck(target.size, target.scale);
    case 'double precision':
      return doubleCheck(fromFloat);
    case 'real':
      return (text) => (isReal(text) ? undefined : misfit('has more digits than a REAL holds'));
    case 'boolean':
      return (text) => (text === '0' || text === '1' ? undefined : misfit('is neither 0 nor 1'));
    case 'character varying':
      return textCheck(target.size);
    case 'date':
      return dayCheck(source, target, (text) =>
        exactDate(text) !== undefined ? undefined : misfit('is not a real date'),
      );
    case 'timestamp without time zone':
      return dayCheck(source, target, timestampCheck);
    case 'super':
      return jsonCheck;
    default:
      return undefined;
  }
}

/** A hash fits whatever the text is, if it is one. */
const hashCheck = ({ type, size }: TargetColumn): CheckFit | undefined =>
  type === 'character varying' && size >= HASH_CHARACTERS ? unicodeCheck : undefined;

const unicodeCheck: CheckFit = (text) =>
  text.isWellFormed()
    ? undefined
    : misfit('is not Unicode: it has half of a surrogate pair, or bytes that are no character');

function cutCheck(characters: number, check: CheckFit): CheckFit {
  return (text) => {
    if (text.length <= characters) return check(text);
    const all = [...text];
    if (all.length <= characters) return check(text);
    const noUnicode = unicodeCheck(text);
    if (noUnicode !== undefined) return noUnicode;
    const replacement = all.slice(0, characters).join('');
    return (
      check(replacement) ?? { kind: 'cut', reason: `is longer than ${characters} characters`, replacement }
    );
  };
}

const misfit = (reason: string): Misfit => ({ kind: 'data', reason });

const BITS: Readonly<Record<IntegerKind, number>> = { smallint: 16, integer: 32, bigint: 64 };

/** An exponent or a point makes no whole number here: the source writes digits only. */
const PLAIN_DIGITS = /^-?\d+$/;

function integerCheck(kind: IntegerKind): CheckFit {
  return (text) => {
    const digits = PLAIN_DIGITS.test(text) ? parseDecimalDigits(text) : undefined;
    if (digits === undefined) return misfit('is not a whole number');
    return fitsInteger(digits, kind) ? undefined : misfit(`does not fit ${BITS[kind]} bits`);
  };
}

/** A double of the source is a double here; other numbers are exact in one up to 15 digits. */
function doubleCheck(fromFloat: boolean): CheckFit {
  return (text) => {
    if (!isNumberText(text)) return misfit('is not a number');
    return fromFloat || hasDoubleDigits(text) ? undefined : misfit('has more digits than a double holds');
  };
}

function numericCheck(precision: number, scale: number): CheckFit {
  return (text) => {
    const digits = /[eE]/.test(text) ? undefined : parseDecimalDigits(text);
    if (digits === undefined) return misfit('is not a plain decimal number');
    switch (checkDecimal(digits, { precision, scale })) {
      case 'scale':
        return misfit(`has more than ${scale} digits after the point`);
      case 'range':
        return misfit(`has more than ${precision - scale} digits before the point`);
      case undefined:
        return undefined;
    }
  };
}

/** The warehouse counts bytes of UTF-8. */
function textCheck(maxBytes: number): CheckFit {
  return (text) =>
    fitsBytes(text, maxBytes)
      ? unicodeCheck(text)
      : { kind: 'truncation', reason: `is longer than ${maxBytes} bytes` };
}

/** Where the target takes NULL, a day that the calendar has not is flagged; the row stays. */
function dayCheck(source: SourceColumn, target: TargetColumn, check: CheckFit): CheckFit {
  if (!target.nullable || !hasUnrealDays(source.type)) return check;
  return (text) => {
    const found = check(text);
    return found === undefined ? undefined : { ...found, kind: 'null' };
  };
}

const CLOCK = /^ (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})?$/;

function timestampCheck(text: string): Misfit | undefined {
  if (exactDate(text.slice(0, 10)) === undefined) return misfit('is not a real date');
  if (text.length === 10) return undefined;
  const clock = CLOCK.exec(text.slice(10));
  const isTime = clock !== null && isTimeOfDay(Number(clock[1]), Number(clock[2]), Number(clock[3]));
  return isTime ? undefined : misfit('is not a date and time');
}

function jsonCheck(text: string): Misfit | undefined {
  try {
    JSON.parse(text);
    return unicodeCheck(text);
  } catch {
    return misfit('is not JSON');
  }
}
