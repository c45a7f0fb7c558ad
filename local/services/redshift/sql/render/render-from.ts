/** FROM as DuckDB text. */
import { quoteName, quoteNameList, quoteTableName, TWIN_SCHEMA } from '../names';
import { aliasOf } from '../resolve/resolve-names';
import type { FromItem, Join, TableReference } from '../syntax/tree';
import type { Rendering } from './rendering';

export const renderFrom = (r: Rendering, items: readonly FromItem[]): string =>
  items.map((item) => renderItem(r, item)).join(', ');

function renderItem(r: Rendering, item: FromItem): string {
  switch (item.kind) {
    case 'table':
      return renderReference(r, item);
    case 'derived':
      return `(${r.query(item.query)}) AS ${quoteName(item.alias)}${quoteNameList(item.columns)}`;
    case 'join':
      return renderJoin(r, item);
  }
}

function renderJoin(r: Rendering, { join, natural, left, right, on, using }: Join): string {
  const second = right.kind === 'join' ? `(${renderItem(r, right)})` : renderItem(r, right);
  const joined = `${renderItem(r, left)} ${natural ? 'NATURAL ' : ''}${join.toUpperCase()} JOIN ${second}`;
  if (on !== undefined) return `${joined} ON ${r.expression(on)}`;
  return using === undefined ? joined : `${joined} USING ${quoteNameList(using)}`;
}

/** A table, with its alias and the names given to its columns. */
export function renderReference(r: Rendering, reference: TableReference): string {
  const source = r.names.sources.get(reference);
  const alias =
    reference.alias === undefined
      ? ''
      : ` AS ${quoteName(reference.alias)}${quoteNameList(reference.columns)}`;
  switch (source?.kind) {
    case 'table':
      return `${quoteTableName(r.context.database, source.table)}${alias}`;
    case 'system':
      return `${TWIN_SCHEMA}.${quoteName(source.view)}${alias}`;
    case 'common':
      return `${quoteName(source.common.name)}${alias}`;
    case 'array':
      return renderUnnest(reference);
    case undefined:
      throw new Error(`the name ${aliasOf(reference)} was not resolved`);
  }
}

/** `FROM t, t.items AS item`: one row for each element of the array; none for what is not an array. */
function renderUnnest(reference: TableReference): string {
  const path = reference.parts.map(quoteName).join('.');
  const alias = aliasOf(reference);
  const array = `CASE WHEN json_type(${path}) = 'ARRAY' THEN ${path} END`;
  return `LATERAL (SELECT unnest(from_json(${array}, '["json"]')) AS ${quoteName(alias)}) AS ${quoteName(`${alias} rows`)}`;
}
