/** FROM: tables, subqueries, joins. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { Grammar } from './grammar';
import { isReserved } from './reserved';
import type { FromItem, Join, TableReference } from './tree';

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
  return parseTableReference(g);
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
