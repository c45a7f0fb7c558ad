/** INSERT, UPDATE, DELETE and the branches of MERGE as DuckDB text. */
import { quoteName, quoteNameList, quoteTableName, type TableName } from '../names';
import type {
  Assignment,
  DeleteStatement,
  InsertSource,
  InsertStatement,
  MatchedAction,
  MergeStatement,
  NotMatchedAction,
  UpdateStatement,
} from '../syntax/statement-tree';
import type { Expression } from '../syntax/tree';
import { renderReference } from './render-from';
import { type Rendering, renderList } from './rendering';

export function renderInsert(r: Rendering, { columns, source }: InsertStatement, target: TableName): string {
  return [
    'INSERT INTO',
    quoteTableName(r.context.database, target),
    quoteNameList(columns),
    renderSource(r, source),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function renderSource(r: Rendering, source: InsertSource): string {
  switch (source.kind) {
    case 'default-values':
      return 'DEFAULT VALUES';
    case 'query':
      return r.query(source.query);
    case 'values':
      return `VALUES ${source.rows.map((row) => `(${row.map((value) => renderValue(r, value)).join(', ')})`).join(', ')}`;
  }
}

const renderValue = (r: Rendering, value: Expression | undefined): string =>
  value === undefined ? 'DEFAULT' : r.expression(value);

const renderChanges = (r: Rendering, changes: readonly Assignment[]): string =>
  changes.map(({ column, value }) => `${quoteName(column)} = ${renderValue(r, value)}`).join(', ');

const renderWhere = (r: Rendering, where: Expression | undefined): string =>
  where === undefined ? '' : ` WHERE ${r.expression(where)}`;

export function renderUpdate(r: Rendering, { target, changes, from, where }: UpdateStatement): string {
  const sources = from.length === 0 ? '' : ` FROM ${r.from(from)}`;
  return `UPDATE ${renderReference(r, target)} SET ${renderChanges(r, changes)}${sources}${renderWhere(r, where)}`;
}

export function renderDelete(r: Rendering, { target, using, where }: DeleteStatement): string {
  const sources = using.length === 0 ? '' : ` USING ${r.from(using)}`;
  return `DELETE FROM ${renderReference(r, target)}${sources}${renderWhere(r, where)}`;
}

/** `MERGE INTO target USING source ON condition`, with both branches. */
export function renderMerge(
  r: Rendering,
  { target, source, condition }: MergeStatement,
  matched: MatchedAction,
  notMatched: NotMatchedAction,
): string {
  return [
    `MERGE INTO ${renderReference(r, target)}`,
    `USING ${renderReference(r, source)}`,
    `ON ${r.expression(condition)}`,
    `WHEN MATCHED THEN ${matched.kind === 'delete' ? 'DELETE' : `UPDATE SET ${renderChanges(r, matched.changes)}`}`,
    `WHEN NOT MATCHED THEN INSERT ${quoteNameList(notMatched.columns)} VALUES (${renderList(r, notMatched.values)})`,
  ].join(' ');
}
