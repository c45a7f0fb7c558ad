/** Expressions, by Redshift's precedence. */
import { castTo } from './catalog-casts';
import { type Grammar, parseExpressions, startsQuery } from './grammar';
import { parsePrimary } from './parse-primary';
import type { TokenReader } from './token-reader';
import type { BinaryOperator, ComparisonOperator, Expression } from './tree';

export function parseExpression(g: Grammar): Expression {
  let left = parseAnd(g);
  while (g.reader.acceptWord('or')) left = binary('or', left, parseAnd(g));
  return left;
}

function parseAnd(g: Grammar): Expression {
  let left = parseNot(g);
  while (g.reader.acceptWord('and')) left = binary('and', left, parseNot(g));
  return left;
}

function parseNot(g: Grammar): Expression {
  if (g.reader.acceptWord('not')) return { kind: 'not', operand: parseNot(g) };
  return parseComparison(g);
}

const binary = (operator: BinaryOperator, left: Expression, right: Expression): Expression => ({
  kind: 'binary',
  operator,
  left,
  right,
});

const COMPARISONS: ReadonlySet<string> = new Set<ComparisonOperator>(['=', '<>', '!=', '<', '>', '<=', '>=']);

function parseComparison(g: Grammar): Expression {
  const { reader } = g;
  let left = parsePredicate(g);
  while (reader.peek().kind === 'operator' && COMPARISONS.has(reader.peek().text)) {
    const operator = reader.take().text as ComparisonOperator;
    left = parseQuantified(g, operator, left) ?? binary(operator, left, parsePredicate(g));
  }
  return left;
}

/** `= ANY (query)`, and `= ANY (array)` of the catalog's arrays. */
function parseQuantified(g: Grammar, operator: ComparisonOperator, left: Expression): Expression | undefined {
  const { reader } = g;
  const word = ['any', 'some', 'all'].find((one) => reader.isWord(one) && reader.isOperator('(', 1));
  if (word === undefined) return undefined;
  reader.take();
  reader.expectOperator('(');
  const quantifier = word === 'all' ? 'all' : 'any';
  const found: Expression = startsQuery(g)
    ? { kind: 'quantified', operator, quantifier, left, query: g.query() }
    : { kind: 'quantified-array', operator, quantifier, left, array: g.expression() };
  reader.expectOperator(')');
  return found;
}

/** IS, LIKE, BETWEEN, IN, SIMILAR TO behind an operand. */
function parsePredicate(g: Grammar): Expression {
  let left = parseOperand(g);
  for (;;) {
    const next = parsePredicateEnding(g, left);
    if (next === undefined) return left;
    left = next;
  }
}

const NEGATABLE = ['like', 'ilike', 'similar', 'between', 'in'];

function parsePredicateEnding(g: Grammar, operand: Expression): Expression | undefined {
  const { reader } = g;
  if (reader.acceptWord('isnull')) return { kind: 'is', operand, what: 'null', negated: false };
  if (reader.acceptWord('notnull')) return { kind: 'is', operand, what: 'null', negated: true };
  if (reader.acceptWord('is')) return parseIs(g, operand);
  const negated = reader.isWord('not') && NEGATABLE.includes(reader.peek(1).text);
  if (negated) reader.take();
  if (reader.acceptWord('like')) return parseLike(g, 'like', operand, negated);
  if (reader.acceptWord('ilike')) return parseLike(g, 'ilike', operand, negated);
  if (reader.acceptWord('similar', 'to')) return parseLike(g, 'similar', operand, negated);
  if (reader.acceptWord('between')) {
    const low = parseOperand(g);
    reader.expectWord('and');
    return { kind: 'between', operand, low, high: parseOperand(g), negated };
  }
  return reader.acceptWord('in') ? parseIn(g, operand, negated) : undefined;
}

function parseIs({ reader }: Grammar, operand: Expression): Expression {
  const negated = reader.acceptWord('not');
  const what = (['null', 'unknown', 'true', 'false'] as const).find((word) => reader.acceptWord(word));
  if (what === undefined) throw reader.syntaxError();
  return { kind: 'is', operand, what: what === 'unknown' ? 'null' : what, negated };
}

function parseLike(
  g: Grammar,
  operator: 'like' | 'ilike' | 'similar',
  operand: Expression,
  negated: boolean,
): Expression {
  const pattern = parseOperand(g);
  if (operator === 'similar' || !g.reader.acceptWord('escape')) {
    return { kind: 'like', operator, operand, pattern, negated };
  }
  return { kind: 'like', operator, operand, pattern, escape: parseOperand(g), negated };
}

function parseIn(g: Grammar, operand: Expression, negated: boolean): Expression {
  g.reader.expectOperator('(');
  const found: Expression = startsQuery(g)
    ? { kind: 'in-query', operand, query: g.query(), negated }
    : { kind: 'in-list', operand, items: parseExpressions(g), negated };
  g.reader.expectOperator(')');
  return found;
}

type Parse = (g: Grammar) => Expression;

/** An operator, as itself or in full: `OPERATOR(pg_catalog.~)`. */
function acceptAny(reader: TokenReader, operators: readonly BinaryOperator[]): BinaryOperator | undefined {
  const inFull = reader.isWord('operator') && reader.isOperator('(', 1);
  const ahead = inFull ? 4 : 0;
  const operator = operators.find((one) => reader.isOperator(one, ahead));
  if (operator === undefined) return undefined;
  if (inFull) {
    reader.take();
    reader.expectOperator('(');
    reader.expectWord('pg_catalog');
    reader.expectOperator('.');
  }
  reader.take();
  if (inFull) reader.expectOperator(')');
  return operator;
}

/** The one that names the usual order; any other is refused. */
function expectPlainCollation(reader: TokenReader): void {
  if (reader.acceptWord('pg_catalog')) reader.expectOperator('.');
  const { text } = reader.take();
  if (!['default', 'c'].includes(text.toLowerCase())) throw reader.unsupported('COLLATE');
}

/** Operators of one precedence, from left to right. */
const leftToRight =
  (operators: readonly BinaryOperator[], operand: Parse): Parse =>
  (g) => {
    let left = operand(g);
    for (;;) {
      const operator = acceptAny(g.reader, operators);
      if (operator === undefined) return left;
      left = binary(operator, left, operand(g));
    }
  };

const parsePower = leftToRight(['^'], parseUnary);
const parseProduct = leftToRight(['*', '/', '%'], parsePower);
const parseSum = leftToRight(['+', '-'], parseProduct);
export const parseOperand = leftToRight(['||', '~', '!~', '~*', '!~*', '&', '|', '#', '<<', '>>'], parseSum);

function parseUnary(g: Grammar): Expression {
  if (g.reader.acceptOperator('-')) return { kind: 'negate', operand: parseUnary(g) };
  if (g.reader.acceptOperator('+')) return parseUnary(g);
  return parsePostfix(g);
}

/** `::type`, `AT TIME ZONE`, COLLATE behind an operand. */
function parsePostfix(g: Grammar): Expression {
  const { reader } = g;
  let operand = parsePrimary(g);
  for (;;) {
    if (reader.acceptOperator('::')) operand = castTo(reader, operand);
    else if (reader.acceptWord('at', 'time', 'zone')) {
      operand = { kind: 'at-time-zone', operand, zone: parsePrimary(g) };
    } else if (reader.acceptWord('collate')) expectPlainCollation(reader);
    else return operand;
  }
}
