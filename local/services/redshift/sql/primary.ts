/** The operands of expressions: literals, columns and navigation, CASE, CAST, subqueries, calls. */
import { castTo } from './cast';
import { parseExpression, startsQuery } from './expression';
import { parseCall } from './function-call';
import type { Piece } from './piece';
import { call, scalar } from './piece';
import { quoteName, quoteText } from './reader';
import { isReserved } from './reserved';
import type { Translation } from './translation';
import { isTypeName, parseType } from './types';

export function parsePrimary(t: Translation): Piece {
  const { reader } = t;
  const token = reader.peek();
  switch (token.kind) {
    case 'string':
      return { sql: quoteText(reader.take().text) };
    case 'number':
      return {
        sql: numberText(reader.take().text),
        type: /^\d+$/.test(token.text) ? integerType(token.text) : 'other',
      };
    case 'parameter':
      return { sql: quoteText(reader.parameter()) };
    case 'operator':
      return parseParenthesized(t);
    case 'word':
    case 'quoted':
      return parseNamed(t);
    case 'end':
      throw reader.syntaxError();
  }
}

const integerType = (digits: string): 'int4' | 'int8' | 'other' =>
  digits.length < 10 ? 'int4' : digits.length < 19 ? 'int8' : 'other';

/** DuckDB makes a DOUBLE of a literal beyond 38 digits; Redshift refuses it. */
function numberText(text: string): string {
  const digits = text
    .replace(/[eE].*$/, '')
    .replace('.', '')
    .replace(/^0+/, '');
  return digits.length > 38 ? call('numeric_overflow', []) : text;
}

function parseParenthesized(t: Translation): Piece {
  const { reader } = t;
  if (reader.isOperator('(')) {
    const query = startsQuery(t) && isQueryInside(t);
    reader.take();
    if (query) {
      const sql = t.parseQuery();
      reader.expectOperator(')');
      return { sql: `(${sql})` };
    }
    const items = [parseExpression(t)];
    while (reader.acceptOperator(',')) items.push(parseExpression(t));
    reader.expectOperator(')');
    if (items.length === 1) return { ...items[0]!, sql: `(${items[0]!.sql})` };
    return { sql: `(${items.map((item) => scalar(item)).join(', ')})` };
  }
  throw reader.syntaxError();
}

/** After the one bracket that opens here, not after several. */
const isQueryInside = (t: Translation): boolean =>
  t.reader.isOperator('(') &&
  (t.reader.peek(1).text === 'select' || t.reader.peek(1).text === 'with') &&
  t.reader.peek(1).kind === 'word';

const CONSTANTS: Readonly<Record<string, string>> = {
  null: 'NULL',
  true: 'TRUE',
  false: 'FALSE',
  current_date: 'current_date',
  sysdate: `CAST(timezone('UTC', now()) AS TIMESTAMP)`,
  current_timestamp: 'now()',
};

const TIMES = new Set(['current_date', 'sysdate', 'current_timestamp']);

function parseNamed(t: Translation): Piece {
  const { reader } = t;
  if (reader.peek().kind === 'word') {
    const word = reader.peek().text;
    const constant = CONSTANTS[word];
    if (constant !== undefined) {
      reader.take();
      return { sql: constant, ...(TIMES.has(word) ? { type: 'time' as const } : {}) };
    }
    if (['current_user', 'session_user', 'user'].includes(word) && !reader.isOperator('.', 1)) {
      reader.take();
      return { sql: quoteText(t.options.user) };
    }
    if (word === 'approximate' && reader.isWord('approximate', 'count')) {
      // The exact count is one of the answers that an approximation may give.
      reader.take();
      return parseCall(t);
    }
    if (word === 'case') return parseCase(t);
    if (word === 'cast') return parseCast(t);
    if (word === 'exists' && reader.isOperator('(', 1)) return parseExists(t);
    if (word === 'interval') return parseInterval(t);
    if (isTypeName(word) && reader.peek(1).kind === 'string') return parseTypedLiteral(t);
    if (reader.isOperator('(', 1)) return parseCall(t);
    if (isReserved(word)) throw reader.syntaxError();
  }
  return parseColumn(t);
}

/** `table.column`, `column.attribute[0].attribute`: told apart only by DuckDB, which knows the columns. */
function parseColumn(t: Translation): Piece {
  const { reader } = t;
  const first = reader.name();
  let sql = quoteName(first);
  let last = first;
  let parts = 1;
  for (;;) {
    if (reader.isOperator('.') && !reader.isOperator('*', 1)) {
      reader.take();
      last = reader.label();
      sql += `.${quoteName(last)}`;
    } else if (reader.isOperator('[')) sql += parseSubscript(t);
    else break;
    parts += 1;
  }
  const type = parts <= 2 ? t.typeOf(last) : undefined;
  return parts === 1 ? { sql, column: 'name', name: last, type } : { sql, column: 'path', name: last, type };
}

function parseSubscript(t: Translation): string {
  const { reader } = t;
  reader.expectOperator('[');
  const token = reader.peek();
  if (token.kind === 'string') {
    reader.take();
    reader.expectOperator(']');
    return `.${quoteName(token.text)}`;
  }
  const index = reader.integer();
  reader.expectOperator(']');
  return `[${index}]`;
}

function parseCase(t: Translation): Piece {
  const { reader } = t;
  reader.expectWord('case');
  const operand = reader.isWord('when') ? undefined : scalar(parseExpression(t));
  let sql = operand === undefined ? 'CASE' : `CASE ${operand}`;
  const results: Piece[] = [];
  while (reader.acceptWord('when')) {
    const condition = parseExpression(t);
    reader.expectWord('then');
    results.push(parseExpression(t));
    sql += ` WHEN ${operand === undefined ? condition.sql : scalar(condition)} THEN ${results.at(-1)!.sql}`;
  }
  if (results.length === 0) throw reader.syntaxError();
  if (reader.acceptWord('else')) {
    results.push(parseExpression(t));
    sql += ` ELSE ${results.at(-1)!.sql}`;
  }
  reader.expectWord('end');
  return { sql: `${sql} END`, type: t.commonType(results) };
}

function parseCast(t: Translation): Piece {
  const { reader } = t;
  reader.expectWord('cast');
  reader.expectOperator('(');
  const piece = parseExpression(t);
  reader.expectWord('as');
  const type = parseType(reader);
  reader.expectOperator(')');
  return castTo(type, piece);
}

function parseExists(t: Translation): Piece {
  const { reader } = t;
  reader.expectWord('exists');
  reader.expectOperator('(');
  const query = t.parseQuery();
  reader.expectOperator(')');
  return { sql: `EXISTS (${query})` };
}

function parseInterval(t: Translation): Piece {
  const { reader } = t;
  reader.expectWord('interval');
  const text = reader.stringLiteral();
  const unit = reader.peek();
  if (
    /^\s*[-+]?\d+(\.\d+)?\s*$/.test(text) &&
    unit.kind === 'word' &&
    /^(year|month|day|hour|minute|second)s?$/.test(unit.text)
  ) {
    reader.take();
    return { sql: `INTERVAL ${quoteText(`${text} ${unit.text}`)}` };
  }
  if (!/^[-+\d.,\sa-z]+$/i.test(text)) throw reader.unsupported(`interval literal '${text}'`);
  return { sql: `INTERVAL ${quoteText(text.replaceAll(',', ' '))}` };
}

/** `DATE '2020-01-01'`, `TIMESTAMP 'epoch'`. */
function parseTypedLiteral(t: Translation): Piece {
  const { reader } = t;
  const type = parseType(reader);
  const text = reader.stringLiteral();
  const epoch = text.toLowerCase() === 'epoch' && type.name.startsWith('timestamp');
  return castTo(type, { sql: quoteText(epoch ? '1970-01-01 00:00:00' : text) });
}
