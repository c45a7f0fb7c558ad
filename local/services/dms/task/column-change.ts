/** Whether a column that was declared again still holds the values it held, text for text. */
import type { SourceColumn } from './source-table';

const INTEGERS = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'];
const TEXTS = /^(?:varchar|char|(?:tiny|medium|long)?text)$/;
const BYTES = /^(?:varbinary|(?:tiny|medium|long)?blob)$/;

/** True when every value of the column before is the same value after: unchanged, or a wider type of the same kind. */
export function keepsValues(before: SourceColumn, after: SourceColumn): boolean {
  if (before.virtual !== after.virtual) return false;
  if (before.columnType === after.columnType) return keepsText(before, after);
  if (INTEGERS.includes(before.dataType)) return widensInteger(before, after);
  if (TEXTS.test(before.dataType)) return widensText(before, after);
  if (BYTES.test(before.dataType))
    return BYTES.test(after.dataType) && (after.byteLength ?? 0) >= (before.byteLength ?? 0);
  if (before.dataType !== after.dataType) return false;
  switch (before.dataType) {
    case 'decimal':
      return widensDecimal(before, after);
    case 'datetime':
    case 'timestamp':
    case 'time':
      return (after.fractionDigits ?? 0) >= (before.fractionDigits ?? 0);
    case 'enum':
    case 'set':
      return keepsText(before, after) && keepsLabels(before.type.labels, after.type.labels);
    case 'year':
    case 'float':
    case 'double':
      return sizeOf(before) === sizeOf(after);
    default:
      return false;
  }
}

/** The same values, written with more digits behind the point: as text they are others. */
export const hasMoreDigits = (before: SourceColumn, after: SourceColumn): boolean =>
  (after.scale ?? 0) > (before.scale ?? 0) || (after.fractionDigits ?? 0) > (before.fractionDigits ?? 0);

/** Character sets that have characters beyond those of the basic plane, which are all of utf8mb3. */
const BEYOND_BASIC = ['utf8mb4', 'utf16', 'utf16le', 'utf32', 'gb18030'];

/** What any character set holds, utf8mb4 holds; the other way a character may be lost. */
function keepsText({ charset: before }: SourceColumn, { charset: after }: SourceColumn): boolean {
  if (before === after) return true;
  if (before === null || before === 'binary') return false;
  return after === 'utf8mb4' || (after === 'utf8mb3' && !BEYOND_BASIC.includes(before));
}

function widensInteger(before: SourceColumn, after: SourceColumn): boolean {
  const [from, to] = [INTEGERS.indexOf(before.dataType), INTEGERS.indexOf(after.dataType)];
  // A TINYINT(1) may be a BOOLEAN in the warehouse.
  if (to < 0 || /^tinyint\(1\)/.test(before.columnType) !== /^tinyint\(1\)/.test(after.columnType))
    return false;
  if (before.unsigned === after.unsigned) return to >= from;
  return before.unsigned && to > from;
}

function widensDecimal(before: SourceColumn, after: SourceColumn): boolean {
  const [scaleBefore, scaleAfter] = [before.scale ?? 0, after.scale ?? 0];
  const whole = (after.precision ?? 0) - scaleAfter - ((before.precision ?? 0) - scaleBefore);
  return scaleAfter >= scaleBefore && whole >= 0 && (before.unsigned || !after.unsigned);
}

/** Characters are what counts; a CHAR would lose the blanks at the end of a VARCHAR. */
function widensText(before: SourceColumn, after: SourceColumn): boolean {
  if (!TEXTS.test(after.dataType) || !keepsText(before, after)) return false;
  if (after.dataType === 'char' && before.dataType !== 'char') return false;
  const [from, to] = [charactersOf(before), charactersOf(after)];
  if (from !== undefined && to !== undefined) return to >= from;
  return (after.byteLength ?? 0) >= (before.byteLength ?? 0);
}

const charactersOf = ({ columnType }: SourceColumn): number | undefined => {
  const match = /^(?:var)?char\((\d+)\)/i.exec(columnType);
  return match === null ? undefined : Number(match[1]);
};

/** New labels come behind the old ones, which keep their numbers. */
const keepsLabels = (before: readonly string[], after: readonly string[]): boolean =>
  before.every((label, index) => after[index] === label);

const sizeOf = ({ columnType }: SourceColumn): string => columnType.replace(/\s*zerofill/i, '');
