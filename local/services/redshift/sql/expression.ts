/**
 * Expressions: read by Redshift's precedence, written for DuckDB with every operation in parentheses, so that
 * the two precedences never matter.
 */
import { castTo } from './cast';
import type { Piece } from './piece';
import { call, scalar } from './piece';
import { parsePrimary } from './primary';
import type { Translation } from './translation';
import { parseType } from './types';

export function parseExpression(t: Translation): Piece {
  return parseOr(t);
}

export function parseExpressionList(t: Translation): Piece[] {
  const list = [parseExpression(t)];
  while (t.reader.acceptOperator(',')) list.push(parseExpression(t));
  return list;
}

function parseOr(t: Translation): Piece {
  let left = parseAnd(t);
  while (t.reader.acceptWord('or')) left = { sql: `(${left.sql} OR ${parseAnd(t).sql})` };
  return left;
}

function parseAnd(t: Translation): Piece {
  let left = parseNot(t);
  while (t.reader.acceptWord('and')) left = { sql: `(${left.sql} AND ${parseNot(t).sql})` };
  return left;
}

function parseNot(t: Translation): Piece {
  if (t.reader.acceptWord('not')) return { sql: `(NOT ${parseNot(t).sql})` };
  return parseComparison(t);
}

const COMPARISONS = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);

function parseComparison(t: Translation): Piece {
  let left = parsePredicate(t);
  while (t.reader.peek().kind === 'operator' && COMPARISONS.has(t.reader.peek().text)) {
    const operator = t.reader.take().text;
    left = { sql: `(${scalar(left)} ${operator} ${parseRightSide(t)})` };
  }
  return left;
}

function parseRightSide(t: Translation): string {
  const { reader } = t;
  for (const word of ['any', 'some', 'all']) {
    if (!reader.isWord(word) || !reader.isOperator('(', 1)) continue;
    reader.take();
    reader.take();
    const query = t.parseQuery();
    reader.expectOperator(')');
    return `${word === 'all' ? 'ALL' : 'ANY'} (${query})`;
  }
  return scalar(parsePredicate(t));
}

/** IS, LIKE, BETWEEN, IN, SIMILAR TO behind an operand. */
function parsePredicate(t: Translation): Piece {
  let left = parseOther(t);
  for (;;) {
    const next = parsePredicateEnding(t, left);
    if (next === undefined) return left;
    left = next;
  }
}

function parsePredicateEnding(t: Translation, left: Piece): Piece | undefined {
  const { reader } = t;
  if (reader.acceptWord('isnull')) return isNull(left);
  if (reader.acceptWord('notnull')) return { sql: `(NOT ${isNull(left).sql})` };
  if (reader.acceptWord('is')) return parseIs(t, left);
  const negated =
    reader.isWord('not') && ['like', 'ilike', 'similar', 'between', 'in'].includes(reader.peek(1).text);
  if (negated) reader.take();
  const found = parsePositivePredicate(t, left);
  if (found === undefined) return undefined;
  return negated ? { sql: `(NOT ${found.sql})` } : found;
}

function parsePositivePredicate(t: Translation, left: Piece): Piece | undefined {
  const { reader } = t;
  if (reader.acceptWord('like')) return parseLike(t, left, 'LIKE');
  if (reader.acceptWord('ilike')) return parseLike(t, left, 'ILIKE');
  if (reader.acceptWord('similar', 'to')) {
    return { sql: call('similar_to', [scalar(left), scalar(parseOther(t))]) };
  }
  if (reader.acceptWord('between')) {
    const low = scalar(parseOther(t));
    reader.expectWord('and');
    return { sql: `(${scalar(left)} BETWEEN ${low} AND ${scalar(parseOther(t))})` };
  }
  if (reader.acceptWord('in')) return parseIn(t, left);
  return undefined;
}

function parseLike(t: Translation, left: Piece, operator: string): Piece {
  const pattern = scalar(parseOther(t));
  const escaped = t.reader.acceptWord('escape') ? scalar(parseOther(t)) : "'\\'";
  return { sql: `(${scalar(left)} ${operator} ${pattern} ESCAPE ${escaped})` };
}

function parseIn(t: Translation, left: Piece): Piece {
  t.reader.expectOperator('(');
  const inside = startsQuery(t)
    ? t.parseQuery()
    : parseExpressionList(t)
        .map((item) => scalar(item))
        .join(', ');
  t.reader.expectOperator(')');
  return { sql: `(${scalar(left)} IN (${inside}))` };
}

function parseIs(t: Translation, left: Piece): Piece {
  const { reader } = t;
  const negated = reader.acceptWord('not');
  const positive = ((): Piece => {
    if (reader.acceptWord('null')) return isNull(left);
    if (reader.acceptWord('unknown')) return isNull(left);
    if (reader.acceptWord('true')) return { sql: `(${scalar(left)} IS TRUE)` };
    if (reader.acceptWord('false')) return { sql: `(${scalar(left)} IS FALSE)` };
    throw reader.syntaxError();
  })();
  return negated ? { sql: `(NOT ${positive.sql})` } : positive;
}

/** A JSON null inside a SUPER value is NULL in Redshift; in DuckDB it is a value. */
const isNull = (piece: Piece): Piece => ({
  sql: `(${piece.column === undefined ? piece.sql : call('present', [piece.sql])} IS NULL)`,
});

const OTHER_OPERATORS: Readonly<Record<string, (left: string, right: string) => string>> = {
  '||': (left, right) => `(${left} || ${right})`,
  '~': (left, right) => `regexp_matches(${left}, ${right})`,
  '!~': (left, right) => `(NOT regexp_matches(${left}, ${right}))`,
  '~*': (left, right) => `regexp_matches(${left}, ${right}, 'i')`,
  '!~*': (left, right) => `(NOT regexp_matches(${left}, ${right}, 'i'))`,
  '&': (left, right) => `(${left} & ${right})`,
  '|': (left, right) => `(${left} | ${right})`,
  '#': (left, right) => `xor(${left}, ${right})`,
  '<<': (left, right) => `(${left} << ${right})`,
  '>>': (left, right) => `(${left} >> ${right})`,
};

function parseOther(t: Translation): Piece {
  return parseBinary(t, OTHER_OPERATORS, parseSum);
}

const SUM_OPERATORS = {
  '+': (left: string, right: string): string => `(${left} + ${right})`,
  '-': (left: string, right: string): string => `(${left} - ${right})`,
};

const parseSum = (t: Translation): Piece => parseBinary(t, SUM_OPERATORS, parseProduct);

const PRODUCT_OPERATORS = {
  '*': (left: string, right: string): string => `(${left} * ${right})`,
  '/': (left: string, right: string): string => call('divide', [left, right]),
  '%': (left: string, right: string): string => call('modulo', [left, right]),
};

const parseProduct = (t: Translation): Piece => parseBinary(t, PRODUCT_OPERATORS, parsePower);

const POWER_OPERATORS = {
  '^': (left: string, right: string): string => `pow(${left}, ${right})`,
};

const parsePower = (t: Translation): Piece => parseBinary(t, POWER_OPERATORS, parseUnary);

function parseBinary(
  t: Translation,
  operators: Readonly<Record<string, (left: string, right: string) => string>>,
  operand: (t: Translation) => Piece,
): Piece {
  let left = operand(t);
  for (;;) {
    const token = t.reader.peek();
    const write = token.kind === 'operator' ? operators[token.text] : undefined;
    if (write === undefined) return left;
    t.reader.take();
    const right = operand(t);
    left = { sql: write(scalar(left), scalar(right)), type: t.commonType([left, right]) };
  }
}

function parseUnary(t: Translation): Piece {
  if (t.reader.acceptOperator('-')) {
    const piece = parseUnary(t);
    return { sql: `(- ${scalar(piece)})`, type: piece.type };
  }
  if (t.reader.acceptOperator('+')) return parseUnary(t);
  return parsePostfix(t);
}

/** `::type`, `AT TIME ZONE`, COLLATE behind an operand. */
function parsePostfix(t: Translation): Piece {
  const { reader } = t;
  let piece = parsePrimary(t);
  for (;;) {
    if (reader.acceptOperator('::')) piece = castTo(parseType(reader), piece);
    else if (reader.acceptWord('at', 'time', 'zone')) {
      piece = { sql: `timezone(${scalar(parsePrimary(t))}, ${scalar(piece)})` };
    } else if (reader.isWord('collate')) throw reader.unsupported('COLLATE');
    else return piece;
  }
}

export const startsQuery = (t: Translation): boolean =>
  t.reader.isWord('select') || t.reader.isWord('with') || (t.reader.isOperator('(') && startsNested(t));

function startsNested(t: Translation): boolean {
  let ahead = 0;
  while (t.reader.isOperator('(', ahead)) ahead += 1;
  const token = t.reader.peek(ahead);
  return token.kind === 'word' && (token.text === 'select' || token.text === 'with');
}
