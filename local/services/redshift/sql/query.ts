/** SELECT: common table expressions, set operations, clauses. */
import { parseExpression, parseExpressionList, startsQuery } from './expression';
import { parseFrom } from './from';
import type { Piece } from './piece';
import { quoteName } from './reader';
import type { Translation } from './translation';
import { parseOrderBy } from './window';

/** Reads a whole query, as it stands alone or in brackets. */
export function parseQuery(t: Translation): string {
  const { reader } = t;
  let sql = reader.isWord('with') ? parseWith(t) : '';
  sql += parseOperand(t);
  for (;;) {
    const operator = parseSetOperator(t);
    if (operator === undefined) break;
    sql += ` ${operator} ${parseOperand(t)}`;
  }
  if (reader.isWord('order')) sql += ` ${parseOrderBy(t)}`;
  return sql + parseLimit(t);
}

function parseWith(t: Translation): string {
  const { reader } = t;
  reader.expectWord('with');
  const recursive = reader.acceptWord('recursive') ? 'RECURSIVE ' : '';
  const parts: string[] = [];
  do {
    const name = reader.name();
    if (recursive !== '') t.expressionNames.add(name);
    const columns = parseColumnNames(t);
    reader.expectWord('as');
    reader.expectOperator('(');
    const query = parseQuery(t);
    reader.expectOperator(')');
    t.expressionNames.add(name);
    parts.push(`${quoteName(name)}${columns} AS (${query})`);
  } while (reader.acceptOperator(','));
  return `WITH ${recursive}${parts.join(', ')} `;
}

/** `(a, b)` or nothing. */
export function parseColumnNames(t: Translation): string {
  const { reader } = t;
  if (!reader.acceptOperator('(')) return '';
  const names = [quoteName(reader.name())];
  while (reader.acceptOperator(',')) names.push(quoteName(reader.name()));
  reader.expectOperator(')');
  return `(${names.join(', ')})`;
}

function parseSetOperator(t: Translation): string | undefined {
  const { reader } = t;
  if (reader.acceptWord('union')) return reader.acceptWord('all') ? 'UNION ALL' : 'UNION';
  if (reader.acceptWord('intersect')) return 'INTERSECT';
  if (reader.acceptWord('except') || reader.acceptWord('minus')) return 'EXCEPT';
  return undefined;
}

function parseOperand(t: Translation): string {
  const { reader } = t;
  if (!reader.isOperator('(') || !startsQuery(t)) return parseSelect(t);
  reader.expectOperator('(');
  const query = parseQuery(t);
  reader.expectOperator(')');
  return `(${query})`;
}

function parseSelect(t: Translation): string {
  const { reader } = t;
  reader.expectWord('select');
  const top = reader.acceptWord('top') ? reader.integer() : undefined;
  let sql = 'SELECT';
  if (reader.acceptWord('distinct')) sql += ' DISTINCT';
  else reader.acceptWord('all');
  sql += ` ${parseSelectList(t)}`;
  if (reader.isWord('into')) throw reader.unsupported('SELECT INTO');
  if (reader.acceptWord('from')) sql += ` FROM ${parseFrom(t)}`;
  if (reader.acceptWord('where')) sql += ` WHERE ${parseExpression(t).sql}`;
  if (reader.acceptWord('group')) sql += ` GROUP BY ${parseGroupBy(t)}`;
  if (reader.acceptWord('having')) sql += ` HAVING ${parseExpression(t).sql}`;
  if (reader.acceptWord('qualify')) sql += ` QUALIFY ${parseExpression(t).sql}`;
  if (top === undefined) return sql;
  if (reader.isWord('order')) sql += ` ${parseOrderBy(t)}`;
  return `(${sql} LIMIT ${top})`;
}

function parseSelectList(t: Translation): string {
  const items: string[] = [];
  do {
    items.push(parseSelectItem(t));
  } while (t.reader.acceptOperator(','));
  return items.join(', ');
}

function parseSelectItem(t: Translation): string {
  const { reader } = t;
  if (reader.acceptOperator('*')) return `*${parseExclude(t)}`;
  const start = reader.position();
  if (reader.peek().kind === 'word' || reader.peek().kind === 'quoted') {
    const parts = tryStarPrefix(t);
    if (parts !== undefined) return `${parts.map(quoteName).join('.')}.*${parseExclude(t)}`;
    reader.rewind(start);
  }
  const piece = parseExpression(t);
  const label = parseLabel(t) ?? defaultLabel(t, piece, start);
  t.addLabel(label, piece.type);
  return `${piece.sql} AS ${quoteName(label)}`;
}

function tryStarPrefix(t: Translation): string[] | undefined {
  const { reader } = t;
  let ahead = 0;
  const names: string[] = [];
  while (reader.peek(ahead).kind === 'word' || reader.peek(ahead).kind === 'quoted') {
    names.push(reader.peek(ahead).text);
    if (!reader.isOperator('.', ahead + 1)) return undefined;
    if (reader.isOperator('*', ahead + 2)) {
      for (let taken = 0; taken < ahead + 3; taken += 1) reader.take();
      return names.map((name) => name.toLowerCase());
    }
    ahead += 2;
  }
  return undefined;
}

function parseExclude(t: Translation): string {
  if (!t.reader.acceptWord('exclude')) return '';
  const columns = t.reader.isOperator('(') ? parseColumnNames(t) : `(${quoteName(t.reader.name())})`;
  return ` EXCLUDE ${columns}`;
}

const CLAUSES = new Set([
  'from',
  'where',
  'group',
  'having',
  'qualify',
  'order',
  'limit',
  'offset',
  'union',
  'intersect',
  'except',
  'minus',
  'into',
]);

/** The alias of an output column. Without AS, words that begin a clause are none. */
function parseLabel(t: Translation): string | undefined {
  const { reader } = t;
  if (reader.acceptWord('as')) return reader.label();
  const token = reader.peek();
  if (token.kind === 'quoted') return reader.name();
  if (token.kind !== 'word' || CLAUSES.has(token.text)) return undefined;
  return reader.name();
}

/** PostgreSQL's rule: a column keeps its name, a call has the function's name, a CASE is `case`, the rest `?column?`. */
function defaultLabel(t: Translation, piece: Piece, start: number): string {
  if (piece.name !== undefined) return piece.name;
  const first = t.reader.tokenAt(start);
  const called = first.kind === 'word' && t.reader.tokenAt(start + 1).text === '(';
  if (called && first.text !== 'cast') return first.text;
  if (
    first.kind === 'word' &&
    ['case', 'sysdate', 'current_date', 'current_user', 'user'].includes(first.text)
  ) {
    return first.text === 'current_date' ? 'date' : first.text;
  }
  const inner = called ? t.reader.tokenAt(start + 2) : first;
  const cast = t.reader.tokenAt(start + (called ? 3 : 1));
  const isName = inner.kind === 'word' || inner.kind === 'quoted';
  if (isName && (cast.text === '::' || cast.text === 'as')) return inner.text.toLowerCase();
  return '?column?';
}

function parseGroupBy(t: Translation): string {
  const { reader } = t;
  reader.expectWord('by');
  if (reader.acceptWord('all')) return 'ALL';
  if (reader.isWord('grouping')) throw reader.unsupported('GROUPING SETS');
  for (const word of ['rollup', 'cube']) {
    if (reader.isWord(word) && reader.isOperator('(', 1)) {
      reader.take();
      reader.take();
      const inside = parseExpressionList(t).map((piece) => piece.sql);
      reader.expectOperator(')');
      return `${word.toUpperCase()}(${inside.join(', ')})`;
    }
  }
  return parseExpressionList(t)
    .map((piece) => piece.sql)
    .join(', ');
}

function parseLimit(t: Translation): string {
  const { reader } = t;
  let sql = '';
  for (;;) {
    if (reader.acceptWord('limit')) sql += reader.acceptWord('all') ? '' : ` LIMIT ${reader.integer()}`;
    else if (reader.acceptWord('offset')) sql += ` OFFSET ${reader.integer()}`;
    else return sql;
  }
}
