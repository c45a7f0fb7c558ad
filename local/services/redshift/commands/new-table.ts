/** A table with declared columns, as DuckDB holds it: lengths as checks, types as comments, identities as sequences. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteName, quoteText, type TableName } from '../sql/names';
import type { Rendering } from '../sql/render/rendering';
import { duckdbType, type RedshiftType } from '../sql/syntax/column-type';
import type { ColumnDefinition, StoredLayout } from '../sql/syntax/statement-tree';
import type { CommandSession } from './command';
import type { Plan } from './plan';

export interface NewColumn {
  readonly name: string;
  readonly type: RedshiftType;
  readonly nullable: boolean;
  readonly defaultSql?: string;
  readonly layout?: StoredLayout;
  readonly identity?: { readonly seed: number; readonly step: number };
}

/** A declared column with its default as DuckDB text. */
export function newColumn(r: Rendering, { default: value, ...column }: ColumnDefinition): NewColumn {
  return value === undefined ? column : { ...column, defaultSql: r.expression(value) };
}

/** DuckDB text of one column. `strlen` counts bytes, as Redshift's VARCHAR(n) does. */
function columnDefinitionText(column: NewColumn): string {
  const parts = [quoteName(column.name), duckdbType(column.type)];
  if (!column.nullable) parts.push('NOT NULL');
  if (column.defaultSql !== undefined) parts.push(`DEFAULT ${column.defaultSql}`);
  if (column.type.name === 'varchar' || column.type.name === 'char') {
    parts.push(`CHECK (strlen(${quoteName(column.name)}) <= ${column.type.length})`);
  }
  return parts.join(' ');
}

/** The declared type, in words that `parseColumnType` reads back. */
function declaredTypeText(type: RedshiftType): string {
  if (type.name === 'numeric') return `numeric(${type.precision},${type.scale})`;
  return type.length === undefined ? type.name : `${type.name}(${type.length})`;
}

/** The declared type and the layout, as `readColumns` reads them back. */
export async function describeColumns(
  session: CommandSession,
  table: string,
  columns: readonly Pick<NewColumn, 'name' | 'type' | 'layout'>[],
): Promise<void> {
  const comments = columns.map(
    ({ name, type, layout = {} }) =>
      `COMMENT ON COLUMN ${table}.${quoteName(name)} IS ${quoteText(`${declaredTypeText(type)}${layoutText(layout)}`)}`,
  );
  await session.execute(comments.join('; '));
}

/** Behind a semicolon, where the views that read the type stop. */
function layoutText({ encoding, distKey, sortKey, primaryKey }: StoredLayout): string {
  const words = [
    ...(encoding === undefined ? [] : [` encode ${encoding}`]),
    ...(distKey === true ? [' distkey'] : []),
    ...(sortKey === undefined ? [] : [` sortkey ${sortKey}`]),
    ...(primaryKey === undefined ? [] : [` primarykey ${primaryKey}`]),
  ];
  return words.length === 0 ? '' : `;${words.join('')}`;
}

/** Makes the table; who owns it is not recorded here. */
export async function makeTable(
  session: CommandSession,
  plan: Plan,
  table: TableName,
  columns: readonly NewColumn[],
): Promise<void> {
  const text = plan.text(table);
  const numbered: NewColumn[] = [];
  for (const column of columns) numbered.push(await withSequence(session, plan, table, column));
  const temporary = table.schema === undefined ? 'TEMP ' : '';
  await session.execute(
    `CREATE ${temporary}TABLE ${text} (${numbered.map(columnDefinitionText).join(', ')})`,
  );
  await describeColumns(session, text, numbered);
  if (table.schema === undefined) session.tempTables.add(table.table);
}

/** IDENTITY: unique and growing, with gaps, from a sequence of its own. */
async function withSequence(
  session: CommandSession,
  plan: Plan,
  table: TableName,
  column: NewColumn,
): Promise<NewColumn> {
  if (column.identity === undefined) return column;
  if (table.schema === undefined) {
    throw new WarehouseError('an IDENTITY column of a temp table is not supported');
  }
  const { seed, step } = column.identity;
  const sequence = plan.text({ schema: table.schema, table: `${table.table}.${column.name}` });
  const bounds =
    step < 0
      ? `MINVALUE -9223372036854775808 MAXVALUE ${Math.max(seed, 1)}`
      : `MINVALUE ${Math.min(seed, 1)}`;
  await session.execute(`CREATE OR REPLACE SEQUENCE ${sequence} START ${seed} INCREMENT ${step} ${bounds}`);
  return { ...column, nullable: false, defaultSql: `nextval(${quoteText(sequence)})` };
}
