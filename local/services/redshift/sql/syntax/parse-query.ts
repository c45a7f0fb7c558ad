/** SELECT: common table expressions, set operations, clauses. */
import { defaultLabel } from './default-label';
import { type Grammar, parseExpressions, startsQuery } from './grammar';
import { parseOrderBy } from './parse-window';
import type { CommonTable, GroupBy, Query, QueryBody, Select, SelectItem, SetOperation } from './tree';

/** Reads a whole query, whether a statement or in brackets. */
export function parseQuery(g: Grammar): Query {
  const { reader } = g;
  const recursive = reader.isWord('with', 'recursive');
  const common = reader.isWord('with') ? parseWith(g) : [];
  const body = parseUnion(g);
  const orderBy = reader.isWord('order') ? parseOrderBy(g) : [];
  return { kind: 'query', recursive, with: common, body, orderBy, ...parseLimit(g) };
}

function parseWith(g: Grammar): CommonTable[] {
  const { reader } = g;
  reader.expectWord('with');
  reader.acceptWord('recursive');
  const tables: CommonTable[] = [];
  do {
    const name = reader.name();
    const columns = reader.isOperator('(') ? reader.nameList() : [];
    reader.expectWord('as');
    reader.expectOperator('(');
    const query = g.query();
    reader.expectOperator(')');
    tables.push({ name, columns, query });
  } while (reader.acceptOperator(','));
  return tables;
}

/** INTERSECT binds tighter than UNION and EXCEPT. */
function parseUnion(g: Grammar): QueryBody {
  let left = parseIntersect(g);
  for (;;) {
    const operator = parseUnionOperator(g);
    if (operator === undefined) return left;
    left = { kind: 'set-operation', operator, left, right: parseIntersect(g) };
  }
}

function parseUnionOperator({ reader }: Grammar): SetOperation['operator'] | undefined {
  if (reader.acceptWord('union')) return reader.acceptWord('all') ? 'union all' : 'union';
  return reader.acceptWord('except') || reader.acceptWord('minus') ? 'except' : undefined;
}

function parseIntersect(g: Grammar): QueryBody {
  let left = parseSetOperand(g);
  while (g.reader.acceptWord('intersect')) {
    left = { kind: 'set-operation', operator: 'intersect', left, right: parseSetOperand(g) };
  }
  return left;
}

function parseSetOperand(g: Grammar): QueryBody {
  const { reader } = g;
  if (!reader.isOperator('(') || !startsQuery(g)) return parseSelect(g);
  reader.expectOperator('(');
  const query = g.query();
  reader.expectOperator(')');
  return query;
}

function parseSelect(g: Grammar): Select {
  const { reader } = g;
  reader.expectWord('select');
  const top = reader.acceptWord('top') ? { top: reader.integer() } : {};
  const distinct = reader.acceptWord('distinct');
  if (!distinct) reader.acceptWord('all');
  const items = parseSelectList(g);
  if (reader.isWord('into')) throw reader.unsupported('SELECT INTO');
  return {
    kind: 'select',
    distinct,
    ...top,
    items,
    from: reader.acceptWord('from') ? g.from() : [],
    ...(reader.acceptWord('where') ? { where: g.expression() } : {}),
    ...(reader.acceptWord('group') ? { groupBy: parseGroupBy(g) } : {}),
    ...(reader.acceptWord('having') ? { having: g.expression() } : {}),
    ...(reader.acceptWord('qualify') ? { qualify: g.expression() } : {}),
  };
}

function parseSelectList(g: Grammar): SelectItem[] {
  const items = [parseSelectItem(g)];
  while (g.reader.acceptOperator(',')) items.push(parseSelectItem(g));
  return items;
}

function parseSelectItem(g: Grammar): SelectItem {
  const { reader } = g;
  if (reader.acceptOperator('*')) return { kind: 'star', exclude: parseExclude(g) };
  const qualifier = parseStarQualifier(g);
  if (qualifier !== undefined) return { kind: 'star', qualifier, exclude: parseExclude(g) };
  const value = g.expression();
  return { kind: 'value', value, label: parseLabel(g) ?? defaultLabel(value) };
}

/** `schema.table.*`; nothing is read when it is not one. */
function parseStarQualifier({ reader }: Grammar): string[] | undefined {
  let ahead = 0;
  while (['word', 'quoted'].includes(reader.peek(ahead).kind) && reader.isOperator('.', ahead + 1))
    ahead += 2;
  if (ahead === 0 || !reader.isOperator('*', ahead)) return undefined;
  const names: string[] = [];
  while (!reader.acceptOperator('*')) {
    names.push(reader.name());
    reader.expectOperator('.');
  }
  return names;
}

function parseExclude({ reader }: Grammar): string[] {
  if (!reader.acceptWord('exclude')) return [];
  return reader.isOperator('(') ? reader.nameList() : [reader.name()];
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
function parseLabel({ reader }: Grammar): string | undefined {
  if (reader.acceptWord('as')) return reader.label();
  const token = reader.peek();
  if (token.kind === 'quoted') return reader.name();
  return token.kind !== 'word' || CLAUSES.has(token.text) ? undefined : reader.name();
}

function parseGroupBy(g: Grammar): GroupBy {
  const { reader } = g;
  reader.expectWord('by');
  if (reader.acceptWord('all')) return { kind: 'all' };
  if (reader.isWord('grouping')) throw reader.unsupported('GROUPING SETS');
  for (const kind of ['rollup', 'cube'] as const) {
    if (!reader.isWord(kind) || !reader.isOperator('(', 1)) continue;
    reader.take();
    reader.expectOperator('(');
    const items = parseExpressions(g);
    reader.expectOperator(')');
    return { kind, items };
  }
  return { kind: 'plain', items: parseExpressions(g) };
}

function parseLimit({ reader }: Grammar): { limit?: number; offset?: number } {
  const parsed: { limit?: number; offset?: number } = {};
  for (;;) {
    if (reader.acceptWord('limit')) {
      if (!reader.acceptWord('all')) parsed.limit = reader.integer();
    } else if (reader.acceptWord('offset')) parsed.offset = reader.integer();
    else return parsed;
  }
}
