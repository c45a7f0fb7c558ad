/** ORDER BY lists and OVER (...). */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { parseExpression, parseExpressionList } from './expression';
import type { Translation } from './translation';

/** Reads `ORDER BY ...` and writes it. */
export function parseOrderBy(t: Translation): string {
  const { reader } = t;
  reader.expectWord('order', 'by');
  const items: string[] = [];
  do {
    let item = parseExpression(t).sql;
    if (reader.acceptWord('desc')) item += ' DESC';
    else reader.acceptWord('asc');
    if (reader.acceptWord('nulls', 'first')) item += ' NULLS FIRST';
    else if (reader.acceptWord('nulls', 'last')) item += ' NULLS LAST';
    items.push(item);
  } while (reader.acceptOperator(','));
  return `ORDER BY ${items.join(', ')}`;
}

/** `OVER` was read. Redshift wants a frame with every ordered aggregate; PostgreSQL and DuckDB assume one. */
export function parseOver(t: Translation, aggregate: boolean): string {
  const { reader } = t;
  reader.expectOperator('(');
  const parts: string[] = [];
  if (reader.acceptWord('partition')) {
    reader.expectWord('by');
    const columns = parseExpressionList(t).map((piece) => piece.sql);
    parts.push(`PARTITION BY ${columns.join(', ')}`);
  }
  const ordered = reader.isWord('order');
  if (ordered) parts.push(parseOrderBy(t));
  if (reader.isWord('rows')) parts.push(parseFrame(t));
  else if (ordered && aggregate) {
    throw new WarehouseError('Aggregate window functions with an ORDER BY clause require a frame clause');
  }
  if (reader.isWord('range')) throw reader.unsupported('RANGE in a window frame');
  reader.expectOperator(')');
  return ` OVER (${parts.join(' ')})`;
}

function parseFrame(t: Translation): string {
  const { reader } = t;
  reader.expectWord('rows');
  if (!reader.acceptWord('between')) return `ROWS ${parseBound(t)}`;
  const start = parseBound(t);
  reader.expectWord('and');
  return `ROWS BETWEEN ${start} AND ${parseBound(t)}`;
}

function parseBound(t: Translation): string {
  const { reader } = t;
  if (reader.acceptWord('current', 'row')) return 'CURRENT ROW';
  const amount = reader.acceptWord('unbounded') ? 'UNBOUNDED' : String(reader.integer());
  if (reader.acceptWord('preceding')) return `${amount} PRECEDING`;
  reader.expectWord('following');
  return `${amount} FOLLOWING`;
}
