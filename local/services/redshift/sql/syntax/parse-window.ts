/** ORDER BY lists and OVER (...). */
import { type Grammar, parseExpressions } from './grammar';
import type { FrameBound, OrderItem, WindowDefinition } from './tree';

export function parseOrderBy(g: Grammar): OrderItem[] {
  const { reader } = g;
  reader.expectWord('order', 'by');
  const items: OrderItem[] = [];
  do {
    const value = g.expression();
    const descending = reader.acceptWord('desc');
    if (!descending) reader.acceptWord('asc');
    const nulls = parseNullPlace(g);
    items.push({ value, descending, ...(nulls === undefined ? {} : { nulls }) });
  } while (reader.acceptOperator(','));
  return items;
}

function parseNullPlace({ reader }: Grammar): OrderItem['nulls'] {
  if (reader.acceptWord('nulls', 'first')) return 'first';
  return reader.acceptWord('nulls', 'last') ? 'last' : undefined;
}

/** `OVER` was read. */
export function parseWindow(g: Grammar): WindowDefinition {
  const { reader } = g;
  reader.expectOperator('(');
  let partitionBy: WindowDefinition['partitionBy'] = [];
  if (reader.acceptWord('partition')) {
    reader.expectWord('by');
    partitionBy = parseExpressions(g);
  }
  const orderBy = reader.isWord('order') ? parseOrderBy(g) : [];
  const frame = reader.acceptWord('rows') ? parseFrame(g) : undefined;
  if (reader.isWord('range')) throw reader.unsupported('RANGE in a window frame');
  reader.expectOperator(')');
  return { partitionBy, orderBy, ...(frame === undefined ? {} : { frame }) };
}

function parseFrame(g: Grammar): NonNullable<WindowDefinition['frame']> {
  if (!g.reader.acceptWord('between')) return { start: parseBound(g) };
  const start = parseBound(g);
  g.reader.expectWord('and');
  return { start, end: parseBound(g) };
}

function parseBound({ reader }: Grammar): FrameBound {
  if (reader.acceptWord('current', 'row')) return { kind: 'current-row' };
  const rows = reader.acceptWord('unbounded') ? {} : { rows: reader.integer() };
  if (reader.acceptWord('preceding')) return { kind: 'preceding', ...rows };
  reader.expectWord('following');
  return { kind: 'following', ...rows };
}
