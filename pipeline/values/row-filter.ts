/**
 * Which rows of a MySQL table are replicated: filters of DMS's selection rules (AWS DMS user guide, "Using source
 * filters"). All filters of a table must hold; of a filter, any condition. NULL meets no condition but `null`.
 *
 * DMS filters its first copy in MySQL, but changes in SQLite. So a filter may only say what both take alike: whole
 * numbers, days, times without a fraction, and whether a text is exactly this one.
 */
import { exactDate, isTimeOfDay } from './calendar';
import type { TextForm } from './mysql-contract';
import { typeRule } from './mysql-contract';
import type { MysqlType } from './mysql-declaration';

export const FILTER_OPERATORS = [
  'eq',
  'noteq',
  'lte',
  'gte',
  'between',
  'notbetween',
  'null',
  'notnull',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export interface FilterCondition {
  readonly operator: FilterOperator;
  /** One, two for `between` and `notbetween`, none for `null` and `notnull`. */
  readonly values: readonly string[];
}

export interface SourceFilter {
  readonly column: string;
  readonly type: MysqlType;
  /** At least one must hold. */
  readonly conditions: readonly FilterCondition[];
}

const ORDERED: readonly TextForm[] = ['integer', 'date', 'datetime'];
const EXACT: readonly TextForm[] = ['characters', 'label'];
const LOBS = /text$/;

const formOf = (type: MysqlType): TextForm | undefined => typeRule(type)?.text;

/** Everything that a filter says and that MySQL and SQLite would not take alike. */
export function checkSourceFilter({ type, conditions }: SourceFilter): string[] {
  const form = formOf(type);
  const isExact = form !== undefined && EXACT.includes(form);
  if (form === undefined || !(ORDERED.includes(form) || isExact) || LOBS.test(type.name))
    return [
      `DMS would not filter ${type.name.toUpperCase()} alike in the first copy and in changes; filter by a whole number, a DATE, a DATETIME, a CHAR, VARCHAR or ENUM`,
    ];
  if (form === 'datetime' && (type.sizes[0] ?? 0) > 0)
    return ['DMS compares a DATETIME with a fraction of a second as text; filter by another column'];
  const problems = conditions.flatMap(({ operator, values }) => [
    ...(isExact && !['eq', 'noteq', 'null', 'notnull'].includes(operator)
      ? [`${operator} orders texts, which MySQL and DMS order differently; use eq or noteq`]
      : []),
    ...values.flatMap((value) => checkValue(type, form, value)),
  ]);
  const negative = conditions.find(({ operator }) => operator.startsWith('not'));
  if (negative !== undefined && conditions.length > 1)
    problems.push(
      `${negative.operator} must be the only condition of its filter; give the column another filter`,
    );
  return problems;
}

const CLOCK = /^ (\d{2}):(\d{2}):(\d{2})$/;
const WHOLE = /^(0|-?[1-9]\d*)$/;
const INT64_MAX = 2n ** 63n - 1n;

function checkValue(type: MysqlType, form: TextForm, value: string): string[] {
  const clock = CLOCK.exec(value.slice(10));
  switch (form) {
    case 'integer': {
      const fits = WHOLE.test(value) && BigInt(value) <= INT64_MAX && BigInt(value) >= -INT64_MAX;
      return fits ? [] : [`expected a whole number of 64 bits, got ${JSON.stringify(value)}`];
    }
    case 'date':
      return exactDate(value) === undefined ? [`expected YYYY-MM-DD, got ${JSON.stringify(value)}`] : [];
    case 'datetime': {
      const isTime = clock !== null && isTimeOfDay(Number(clock[1]), Number(clock[2]), Number(clock[3]));
      return isTime && exactDate(value.slice(0, 10)) !== undefined
        ? []
        : [`expected YYYY-MM-DD HH:MM:SS, got ${JSON.stringify(value)}`];
    }
    case 'label':
      return type.labels.includes(value) ? [] : [`${JSON.stringify(value)} is not a label of the ENUM`];
    default:
      return type.name === 'char' && value.endsWith(' ')
        ? [`a CHAR has no blanks at its end, got ${JSON.stringify(value)}`]
        : [];
  }
}

/** Whether a text of the column, in the form of the type contract, meets the filter; null is NULL. */
export function buildRowPredicate({ type, conditions }: SourceFilter): (text: string | null) => boolean {
  const compare = formOf(type) === 'integer' ? compareNumbers : compareTexts;
  const tests = conditions.map((condition) => buildTest(condition, compare));
  return (text) => tests.some((test) => test(text));
}

type Compare = (text: string, value: string) => number;

const compareTexts: Compare = (text, value) => (text < value ? -1 : text > value ? 1 : 0);
const compareNumbers: Compare = (text, value) => {
  const difference = BigInt(text) - BigInt(value);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

function buildTest(
  { operator, values: [first = '', last = ''] }: FilterCondition,
  compare: Compare,
): (text: string | null) => boolean {
  const known = (test: (text: string) => boolean) => (text: string | null) => text !== null && test(text);
  const isWithin = (text: string): boolean => compare(text, first) >= 0 && compare(text, last) <= 0;
  switch (operator) {
    case 'eq':
      return known((text) => compare(text, first) === 0);
    case 'noteq':
      return known((text) => compare(text, first) !== 0);
    case 'lte':
      return known((text) => compare(text, first) <= 0);
    case 'gte':
      return known((text) => compare(text, first) >= 0);
    case 'between':
      return known(isWithin);
    case 'notbetween':
      return known((text) => !isWithin(text));
    case 'null':
      return (text) => text === null;
    case 'notnull':
      return (text) => text !== null;
  }
}
