/** Queries as DuckDB text. */
import { quoteName, quoteNameList } from '../names';
import type { GroupBy, Query, QueryBody, Select, SelectItem } from '../syntax/tree';
import { type Rendering, renderList, renderOrderBy } from './rendering';

export function renderQuery(r: Rendering, query: Query): string {
  const { body, orderBy } = query;
  // TOP of a plain query is its limit, behind the order.
  const limit = query.limit ?? (body.kind === 'select' ? body.top : undefined);
  return [
    ...(query.with.length === 0 ? [] : [renderWith(r, query)]),
    body.kind === 'select' ? renderSelect(r, body) : renderBody(r, body),
    ...(orderBy.length === 0 ? [] : [renderOrderBy(r, orderBy)]),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
    ...(query.offset === undefined ? [] : [`OFFSET ${query.offset}`]),
  ].join(' ');
}

function renderWith(r: Rendering, query: Query): string {
  const tables = query.with.map(
    (table) => `${quoteName(table.name)}${quoteNameList(table.columns)} AS (${r.query(table.query)})`,
  );
  return `WITH ${query.recursive ? 'RECURSIVE ' : ''}${tables.join(', ')}`;
}

/** Operands of set operations are in parentheses where they could be read otherwise. */
function renderBody(r: Rendering, body: QueryBody): string {
  switch (body.kind) {
    case 'query':
      return `(${r.query(body)})`;
    case 'select':
      return body.top === undefined ? renderSelect(r, body) : `(${renderSelect(r, body)} LIMIT ${body.top})`;
    case 'set-operation':
      return `${renderOperandBody(r, body.left)} ${body.operator.toUpperCase()} ${renderOperandBody(r, body.right)}`;
  }
}

const renderOperandBody = (r: Rendering, body: QueryBody): string =>
  body.kind === 'set-operation' ? `(${renderBody(r, body)})` : renderBody(r, body);

function renderSelect(r: Rendering, select: Select): string {
  const { distinct, items, from, where, groupBy, having, qualify } = select;
  const list = items.map((item) => renderItem(r, item)).join(', ');
  return [
    `SELECT ${distinct ? 'DISTINCT ' : ''}${list}`,
    ...(from.length === 0 ? [] : [`FROM ${r.from(from)}`]),
    ...(where === undefined ? [] : [`WHERE ${r.expression(where)}`]),
    ...(groupBy === undefined ? [] : [`GROUP BY ${renderGroupBy(r, groupBy)}`]),
    ...(having === undefined ? [] : [`HAVING ${r.expression(having)}`]),
    ...(qualify === undefined ? [] : [`QUALIFY ${r.expression(qualify)}`]),
  ].join(' ');
}

function renderItem(r: Rendering, item: SelectItem): string {
  if (item.kind === 'value') return `${r.expression(item.value)} AS ${quoteName(item.label)}`;
  const qualifier = (item.qualifier ?? []).map((name) => `${quoteName(name)}.`).join('');
  const exclude = item.exclude.length === 0 ? '' : ` EXCLUDE ${quoteNameList(item.exclude)}`;
  return `${qualifier}*${exclude}`;
}

function renderGroupBy(r: Rendering, groupBy: GroupBy): string {
  switch (groupBy.kind) {
    case 'all':
      return 'ALL';
    case 'plain':
      return renderList(r, groupBy.items);
    case 'rollup':
    case 'cube':
      return `${groupBy.kind.toUpperCase()}(${renderList(r, groupBy.items)})`;
  }
}
