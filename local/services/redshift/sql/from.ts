/** FROM: tables, subqueries, joins, and the unnesting of SUPER arrays. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { parseExpression } from './expression';
import { parseColumnNames } from './query';
import { quoteName } from './reader';
import { isReserved } from './reserved';
import type { Translation } from './translation';

export function parseFrom(t: Translation): string {
  const aliases = new Set<string>();
  let sql = parseSource(t, aliases);
  for (;;) {
    if (t.reader.acceptOperator(',')) sql += `, ${parseSource(t, aliases)}`;
    else {
      const join = parseJoin(t, aliases);
      if (join === undefined) return sql;
      sql += join;
    }
  }
}

function parseJoin(t: Translation, aliases: Set<string>): string | undefined {
  const { reader } = t;
  if (reader.acceptWord('cross', 'join')) return ` CROSS JOIN ${parseSource(t, aliases)}`;
  const natural = reader.acceptWord('natural') ? 'NATURAL ' : '';
  const kind = parseJoinKind(t);
  if (kind === undefined) {
    if (natural !== '') throw reader.syntaxError();
    return undefined;
  }
  const source = parseSource(t, aliases);
  if (natural !== '') return ` ${natural}${kind} JOIN ${source}`;
  if (reader.acceptWord('using')) return ` ${kind} JOIN ${source} USING ${parseColumnNames(t)}`;
  reader.expectWord('on');
  return ` ${kind} JOIN ${source} ON ${parseExpression(t).sql}`;
}

function parseJoinKind(t: Translation): string | undefined {
  const { reader } = t;
  if (reader.acceptWord('join') || reader.acceptWord('inner', 'join')) return 'INNER';
  for (const side of ['left', 'right', 'full']) {
    if (reader.acceptWord(side, 'outer', 'join') || reader.acceptWord(side, 'join'))
      return side.toUpperCase();
  }
  return undefined;
}

function parseSource(t: Translation, aliases: Set<string>): string {
  const { reader } = t;
  if (reader.isOperator('(')) return parseBracketed(t, aliases);
  const parts = t.dottedName();
  if (reader.isOperator('('))
    throw new WarehouseError(`function ${parts.join('.')} in FROM is not supported`);
  if (parts.length > 1 && aliases.has(parts[0]!)) return parseUnnest(t, aliases, parts);
  const table = t.readTable(parts);
  const alias = parseAlias(t);
  aliases.add(alias ?? parts.at(-1)!);
  const columns = alias === undefined ? '' : parseColumnNames(t);
  return `${table}${alias === undefined ? '' : ` AS ${quoteName(alias)}`}${columns}`;
}

function parseBracketed(t: Translation, aliases: Set<string>): string {
  const { reader } = t;
  reader.expectOperator('(');
  if (!reader.isWord('select') && !reader.isWord('with') && !reader.isOperator('(')) {
    const joined = parseFrom(t);
    reader.expectOperator(')');
    return `(${joined})`;
  }
  const query = t.parseQuery();
  reader.expectOperator(')');
  const alias = parseAlias(t);
  if (alias === undefined) throw new WarehouseError('subquery in FROM must have an alias');
  aliases.add(alias);
  return `(${query}) AS ${quoteName(alias)}${parseColumnNames(t)}`;
}

/** `FROM t, t.items AS item`: one row for each element of the array; none for what is not an array. */
function parseUnnest(t: Translation, aliases: Set<string>, parts: readonly string[]): string {
  const path = parts.map(quoteName).join('.');
  const alias = parseAlias(t) ?? parts.at(-1)!;
  if (t.reader.isWord('at')) throw t.reader.unsupported('AT in the unnesting of a SUPER value');
  aliases.add(alias);
  const rows = quoteName(`${alias} rows`);
  return `LATERAL (SELECT unnest(from_json(CASE WHEN json_type(${path}) = 'ARRAY' THEN ${path} END, '["json"]')) AS ${quoteName(alias)}) AS ${rows}`;
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

export function parseAlias(t: Translation): string | undefined {
  const { reader } = t;
  if (reader.acceptWord('as')) return reader.name();
  const token = reader.peek();
  if (token.kind === 'quoted') return reader.name();
  if (token.text === 'pivot' || token.text === 'unpivot') throw reader.unsupported(token.text.toUpperCase());
  if (token.kind !== 'word' || AFTER_SOURCE.has(token.text) || isReserved(token.text)) return undefined;
  return reader.name();
}
