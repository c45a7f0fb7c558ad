/** FROM: tables, subqueries, joins. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { Grammar } from './grammar';
import { isReserved } from './reserved';
import type { Expression, FromItem, Join, Query, Select, TableReference } from './tree';

export function parseFrom(g: Grammar): FromItem[] {
  const items = [parseJoined(g)];
  while (g.reader.acceptOperator(',')) items.push(parseJoined(g));
  return items;
}

function parseJoined(g: Grammar): FromItem {
  let left = parseSource(g);
  for (;;) {
    const join = parseJoin(g, left);
    if (join === undefined) return left;
    left = join;
  }
}

function parseJoin(g: Grammar, left: FromItem): Join | undefined {
  const { reader } = g;
  if (reader.acceptWord('cross', 'join')) {
    return { kind: 'join', join: 'cross', natural: false, left, right: parseSource(g) };
  }
  const natural = reader.acceptWord('natural');
  const join = parseJoinKind(g);
  if (join === undefined) {
    if (natural) throw reader.syntaxError();
    return undefined;
  }
  const joined: Join = { kind: 'join', join, natural, left, right: parseSource(g) };
  if (natural) return joined;
  if (reader.acceptWord('using')) return { ...joined, using: reader.nameList() };
  reader.expectWord('on');
  return { ...joined, on: g.expression() };
}

function parseJoinKind({ reader }: Grammar): Join['join'] | undefined {
  if (reader.acceptWord('join') || reader.acceptWord('inner', 'join')) return 'inner';
  return (['left', 'right', 'full'] as const).find(
    (side) => reader.acceptWord(side, 'outer', 'join') || reader.acceptWord(side, 'join'),
  );
}

function parseSource(g: Grammar): FromItem {
  const { reader } = g;
  if (reader.isOperator('(')) return parseBracketed(g);
  const name = reader.isWord('pg_catalog') && reader.isOperator('.', 1) ? 2 : 0;
  if (reader.isOperator('(', name + 1)) {
    if (reader.peek(name).text === 'generate_series') return parseSeries(g);
    if (reader.peek(name).text === 'unnest') return parseUnnest(g);
  }
  return parseTableReference(g);
}

/** `generate_series(first, last) AS name (column)`: the numbers of a view of the twin that lie between. */
function parseSeries(g: Grammar): FromItem {
  const { reader } = g;
  reader.dottedName();
  reader.expectOperator('(');
  const low = g.expression();
  reader.expectOperator(',');
  const high = g.expression();
  reader.expectOperator(')');
  const named = parseNameOfRows(g, 'generate_series');
  const number: Expression = { kind: 'column', first: 'n', steps: [] };
  const numbers: Select = {
    kind: 'select',
    distinct: false,
    items: [{ kind: 'value', value: number, label: 'n' }],
    from: [{ kind: 'table', parts: ['pg_catalog', 'twin_numbers'], columns: [] }],
    where: { kind: 'between', operand: number, low, high, negated: false },
  };
  return { kind: 'derived', query: queryOf(numbers), ...named };
}

/** `unnest(list) AS name (column)`, of a list of the catalog. */
function parseUnnest(g: Grammar): FromItem {
  const { reader } = g;
  reader.dottedName();
  reader.expectOperator('(');
  const list = g.expression();
  reader.expectOperator(')');
  const value: Expression = { kind: 'call', name: 'unnest', operands: [list], distinct: false, star: false };
  const rows: Select = {
    kind: 'select',
    distinct: false,
    items: [{ kind: 'value', value, label: 'unnest' }],
    from: [],
  };
  return { kind: 'derived', query: queryOf(rows), ...parseNameOfRows(g, 'unnest') };
}

const queryOf = (body: Select): Query => ({
  kind: 'query',
  recursive: false,
  with: [],
  body,
  orderBy: [],
});

/** The alias of a function's rows is also the name of their column, unless that has one of its own. */
function parseNameOfRows(g: Grammar, otherwise: string): { alias: string; columns: string[] } {
  const alias = parseAlias(g) ?? otherwise;
  return { alias, columns: g.reader.isOperator('(') ? g.reader.nameList() : [alias] };
}

/** A name with its alias and, behind an alias, names for its columns. */
export function parseTableReference(g: Grammar): TableReference {
  const { reader } = g;
  const parts = reader.dottedName();
  if (reader.isOperator('(')) {
    throw new WarehouseError(`function ${parts.join('.')} in FROM is not supported`);
  }
  const alias = parseAlias(g);
  if (reader.isWord('at')) throw reader.unsupported('AT in the unnesting of a SUPER value');
  if (alias === undefined) return { kind: 'table', parts, columns: [] };
  return { kind: 'table', parts, alias, columns: reader.isOperator('(') ? reader.nameList() : [] };
}

function parseBracketed(g: Grammar): FromItem {
  const { reader } = g;
  reader.expectOperator('(');
  if (!reader.isWord('select') && !reader.isWord('with') && !reader.isOperator('(')) {
    const joined = parseJoined(g);
    reader.expectOperator(')');
    return joined;
  }
  const query = g.query();
  reader.expectOperator(')');
  const alias = parseAlias(g);
  if (alias === undefined) throw new WarehouseError('subquery in FROM must have an alias');
  return { kind: 'derived', query, alias, columns: reader.isOperator('(') ? reader.nameList() : [] };
}

const AFTER_SOURCE = new Set([
  'set',
  'using',
  'join',
  'inner',
  'left',
  'right',
  'full',
  'cross',
  'natural',
  'on',
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
  'when',
  'remove',
  'at',
]);

export function parseAlias({ reader }: Grammar): string | undefined {
  if (reader.acceptWord('as')) return reader.name();
  const token = reader.peek();
  if (token.kind === 'quoted') return reader.name();
  if (token.text === 'pivot' || token.text === 'unpivot') throw reader.unsupported(token.text.toUpperCase());
  if (token.kind !== 'word' || AFTER_SOURCE.has(token.text) || isReserved(token.text)) return undefined;
  return reader.name();
}
