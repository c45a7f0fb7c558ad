/** The views for analysts, where set-up made them: which there are, what their charts draw, and the rows of one line. */
import { BI_SCHEMA, type BiChart, type BiView, biViews } from '../../pipeline/bi-views';
import { type ReplicatedTable, TABLES } from '../../pipeline/tables';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../../pipeline/warehouse/sql-text';
import type { QueryAnswer } from '../commands/query-warehouse';

type Ask = (sql: string) => Promise<QueryAnswer>;

export interface AnalystView {
  readonly name: string;
  readonly title: string;
  readonly comment: string;
  readonly charts: readonly Pick<BiChart, 'id' | 'title' | 'time' | 'value'>[];
  /** What has a line of its own: accounts, tickers; those with the most rows first. Absent for a view without charts. */
  readonly lines?: { readonly column: string; readonly values: readonly string[] };
}

/** A person chooses one out of them. */
const MOST_LINES = 200;
/** The newest; a screen has no more points. */
const MOST_ROWS = 1_000;

/** None where the settings do not ask for them. */
export async function listAnalystViews(
  ask: Ask,
  tables: readonly ReplicatedTable[] = TABLES,
): Promise<AnalystView[]> {
  const { rows } = await ask(
    `SELECT table_name FROM svv_tables WHERE table_schema = ${quoteLiteral(BI_SCHEMA)}`,
  );
  const there = new Set(rows.map(([name]) => name));
  const views = biViews(tables).filter(({ name }) => there.has(name));
  return Promise.all(views.map((view) => describeView(ask, view)));
}

async function describeView(ask: Ask, view: BiView): Promise<AnalystView> {
  const { name, title, comment, charts } = view;
  const [first] = charts;
  const described = {
    name,
    title,
    comment,
    charts: charts.map(({ id, title: drawn, time, value }) => ({ id, title: drawn, time, value })),
  };
  if (first === undefined) return described;
  const { rows } = await ask(buildLinesQuery(view, first));
  const values = rows.flatMap(([value]) => (typeof value === 'string' ? [value] : []));
  return { ...described, lines: { column: first.line, values } };
}

export function buildLinesQuery({ name }: BiView, { line }: BiChart): string {
  const column = quoteIdentifier(line);
  return [
    `SELECT ${column} AS line, COUNT(*) AS row_count`,
    `FROM ${quoteTable(BI_SCHEMA, name)}`,
    `WHERE ${column} IS NOT NULL`,
    `GROUP BY ${column}`,
    'ORDER BY row_count DESC, line',
    `LIMIT ${MOST_LINES}`,
  ].join('\n');
}

/** The rows of a line, the newest first; all of a view without charts. @throws Error for a view that there is not */
export async function readAnalystView(
  ask: Ask,
  { view: name, line }: Readonly<Record<string, unknown>>,
  tables: readonly ReplicatedTable[] = TABLES,
): Promise<QueryAnswer> {
  const view = biViews(tables).find((known) => known.name === name);
  if (view === undefined) throw new Error(`there is no view ${String(name)}`);
  return ask(buildRowsQuery(view, typeof line === 'string' ? line : undefined));
}

export function buildRowsQuery({ name, columns, charts: [chart] }: BiView, line: string | undefined): string {
  const names = Object.keys(columns).map(quoteIdentifier);
  return [
    `SELECT ${names.join(', ')}`,
    `FROM ${quoteTable(BI_SCHEMA, name)}`,
    ...(chart === undefined || line === undefined
      ? []
      : [`WHERE ${quoteIdentifier(chart.line)} = ${quoteLiteral(line)}`]),
    `ORDER BY ${chart === undefined ? names[0] : `${quoteIdentifier(chart.time)} DESC`}`,
    `LIMIT ${MOST_ROWS}`,
  ].join('\n');
}
