/** The types of operators' and functions' answers, as far as Redshift's arithmetic and SUM, AVG and TRUNC depend on them. */
import type { AnswerType } from '../known';
import type { TypeName } from '../syntax/column-type';
import type { BinaryOperator, DatePartFunction, Expression } from '../syntax/tree';

type MaybeType = TypeName | undefined;

const INTEGERS: readonly MaybeType[] = ['int2', 'int4', 'int8'];
/** Each can take the values of those before it. */
const NUMBERS: readonly MaybeType[] = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'];
const TEXTS: readonly MaybeType[] = ['char', 'varchar'];
const DAYS: readonly MaybeType[] = ['date', 'timestamp', 'timestamptz'];

export const isNumber = (type: MaybeType): boolean => NUMBERS.includes(type);
export const isInteger = (type: MaybeType): boolean => INTEGERS.includes(type);
export const isDayOrTime = (type: MaybeType): boolean => DAYS.includes(type);
export const isTextType = (type: MaybeType): boolean => TEXTS.includes(type);

/** The type of CASE, COALESCE, UNION and the like. */
export function commonType(types: readonly MaybeType[]): MaybeType {
  const [first] = types;
  if (types.every((type) => type === first)) return first;
  for (const family of [NUMBERS, TEXTS, DAYS]) {
    const ranks = types.map((type) => family.indexOf(type));
    if (!ranks.includes(-1)) return family[Math.max(...ranks)];
  }
  return undefined;
}

export const numberType = (text: string): TypeName => {
  if (/e/i.test(text)) return 'float8';
  if (!/^\d+$/.test(text) || text.length >= 19) return 'numeric';
  return text.length < 10 ? 'int4' : 'int8';
};

const ARITHMETIC: ReadonlySet<BinaryOperator> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '&',
  '|',
  '#',
  '<<',
  '>>',
]);

export function binaryType(operator: BinaryOperator, left: MaybeType, right: MaybeType): MaybeType {
  if (operator === '||') return 'varchar';
  if (!ARITHMETIC.has(operator)) return 'bool';
  if (isDayOrTime(left) || isDayOrTime(right)) return timeArithmetic(operator, left, right);
  if (operator === '^') return 'float8';
  const common = commonType([left, right]);
  // NUMERIC divided by NUMERIC is a double here; see the list of differences in open-warehouse.ts.
  if (operator === '/' && common === 'numeric') return 'float8';
  return NUMBERS.includes(common) ? common : undefined;
}

/** A day and a number of days are a day; two days are a number; with an interval a day becomes a timestamp. */
function timeArithmetic(operator: BinaryOperator, left: MaybeType, right: MaybeType): MaybeType {
  if (left === 'interval' || right === 'interval') {
    const time = left === 'interval' ? right : left;
    return time === 'date' ? 'timestamp' : time;
  }
  if (isDayOrTime(left) && isDayOrTime(right)) {
    return operator === '-' && left === 'date' && right === 'date' ? 'int8' : 'interval';
  }
  if (left === 'date' && isInteger(right)) return 'date';
  return right === 'date' && isInteger(left) && operator === '+' ? 'date' : undefined;
}

export function datePartType(name: DatePartFunction, part: string): TypeName {
  switch (name) {
    case 'dateadd':
    case 'date_trunc':
      return 'timestamp';
    case 'datediff':
      return 'int8';
    case 'date_part':
    case 'extract':
      return part === 'epoch' ? 'int8' : 'int4';
  }
}

/** SUM of int2 and int4 is int8, of int8 numeric(38,0); AVG of whole numbers is int8 (developer guide, "SUM", "AVG"). */
export function aggregateType(name: string, operand: MaybeType): MaybeType {
  if (name === 'avg') return isInteger(operand) ? 'int8' : operand === undefined ? undefined : 'float8';
  if (name === 'sum') {
    if (operand === 'int8') return 'numeric';
    return isInteger(operand) ? 'int8' : operand;
  }
  return undefined;
}

export function answerType(answers: AnswerType, operands: readonly MaybeType[]): MaybeType {
  if (answers === 'first') return operands[0];
  return answers === 'common' ? commonType(operands) : answers;
}

/** NULL has every type, so it says nothing about a common one. */
export const isNullLiteral = (node: Expression): boolean => node.kind === 'constant' && node.name === 'null';
