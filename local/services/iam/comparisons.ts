/** How one value of a request is compared with one value of a policy, by the kind of the operator. */
import { BlockList, isIP } from 'node:net';
import { matchesArn, matchesTokens, type PatternToken } from '../../../deployment/iam-pattern';
import { DeploymentError } from '../../../deployment/terraform-json';

/** What a policy expects: the text, and the same with its wildcards. */
export interface Expected {
  readonly text: string;
  readonly tokens: readonly PatternToken[];
}

/** @throws DeploymentError for a value that is not of the operator's kind */
export type Compare = (actual: string, expected: Expected) => boolean;

export interface OperatorKind {
  readonly compare: Compare;
  /** The operator is met where `compare` is not, for none of the policy's values. */
  readonly isNegated: boolean;
  /** Texts and ARNs may hold policy variables, other kinds not (IAM user guide, "Variables and tags"). */
  readonly takesVariables: boolean;
}

const equals: Compare = (actual, { text }) => actual === text;
const equalsInAnyCase: Compare = (actual, { text }) => actual.toLowerCase() === text.toLowerCase();
const isLike: Compare = (actual, { tokens }) => matchesTokens(tokens, actual);
const isArnLike: Compare = (actual, { text, tokens }) => {
  const matches = matchesArn(tokens, actual);
  if (matches === undefined) throw wrongKind(text, 'an ARN of six parts');
  return matches;
};

const numbers =
  (test: (actual: number, expected: number) => boolean): Compare =>
  (actual, { text }) =>
    test(numberOf(actual), numberOf(text));
const dates =
  (test: (actual: number, expected: number) => boolean): Compare =>
  (actual, { text }) =>
    test(millisecondsOf(actual), millisecondsOf(text));

const same = (one: number, other: number): boolean => one === other;
const less = (one: number, other: number): boolean => one < other;
const lessOrSame = (one: number, other: number): boolean => one <= other;
const more = (one: number, other: number): boolean => one > other;
const moreOrSame = (one: number, other: number): boolean => one >= other;

const isBoolean: Compare = (actual, { text }) => booleanOf(actual) === booleanOf(text);
const equalsBytes: Compare = (actual, { text }) =>
  Buffer.from(actual, 'base64').equals(Buffer.from(text, 'base64'));

const isInRange: Compare = (actual, { text }) => {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  const prefix = Number(bits ?? (family === 4 ? 32 : 128));
  if (family === 0 || !/^\d{1,3}$/.test(bits ?? '0') || prefix > (family === 4 ? 32 : 128)) {
    throw wrongKind(text, 'an address or a range of addresses');
  }
  if (isIP(actual) === 0) throw wrongKind(actual, 'an address');
  const range = new BlockList();
  range.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return isIP(actual) === family && range.check(actual, family === 4 ? 'ipv4' : 'ipv6');
};

const asTexts = (compare: Compare, isNegated = false): OperatorKind => ({
  compare,
  isNegated,
  takesVariables: true,
});
const asValues = (compare: Compare, isNegated = false): OperatorKind => ({
  compare,
  isNegated,
  takesVariables: false,
});

/** IAM user guide, "IAM JSON policy elements: Condition operators"; `Null` asks for a key and compares nothing. */
export const COMPARISONS: ReadonlyMap<string, OperatorKind> = new Map([
  ['StringEquals', asTexts(equals)],
  ['StringNotEquals', asTexts(equals, true)],
  ['StringEqualsIgnoreCase', asTexts(equalsInAnyCase)],
  ['StringNotEqualsIgnoreCase', asTexts(equalsInAnyCase, true)],
  ['StringLike', asTexts(isLike)],
  ['StringNotLike', asTexts(isLike, true)],
  ['ArnEquals', asTexts(isArnLike)],
  ['ArnLike', asTexts(isArnLike)],
  ['ArnNotEquals', asTexts(isArnLike, true)],
  ['ArnNotLike', asTexts(isArnLike, true)],
  ['NumericEquals', asValues(numbers(same))],
  ['NumericNotEquals', asValues(numbers(same), true)],
  ['NumericLessThan', asValues(numbers(less))],
  ['NumericLessThanEquals', asValues(numbers(lessOrSame))],
  ['NumericGreaterThan', asValues(numbers(more))],
  ['NumericGreaterThanEquals', asValues(numbers(moreOrSame))],
  ['DateEquals', asValues(dates(same))],
  ['DateNotEquals', asValues(dates(same), true)],
  ['DateLessThan', asValues(dates(less))],
  ['DateLessThanEquals', asValues(dates(lessOrSame))],
  ['DateGreaterThan', asValues(dates(more))],
  ['DateGreaterThanEquals', asValues(dates(moreOrSame))],
  ['Bool', asValues(isBoolean)],
  ['BinaryEquals', asValues(equalsBytes)],
  ['IpAddress', asValues(isInRange)],
  ['NotIpAddress', asValues(isInRange, true)],
]);

function numberOf(text: string): number {
  if (!/^-?\d{1,30}(\.\d{1,30})?$/.test(text)) throw wrongKind(text, 'a number');
  return Number(text);
}

const DATE = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/;

/** A date of ISO 8601, or seconds since 1970. */
function millisecondsOf(text: string): number {
  if (/^\d{5,12}$/.test(text)) return Number(text) * 1000;
  const milliseconds = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw wrongKind(text, 'a date');
  return milliseconds;
}

function booleanOf(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw wrongKind(text, 'true or false');
  return lower === 'true';
}

const wrongKind = (text: string, kind: string): DeploymentError =>
  new DeploymentError(`expected ${kind}, got ${JSON.stringify(text)}`);
