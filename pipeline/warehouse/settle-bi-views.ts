/** The views for analysts and the one role that reads them, made by set-up where the settings ask for them. */
import { type ReplicatedTable, TABLES } from '../tables';
import { BI_SCHEMA, type BiView, biViews } from './bi-views';
import type { DataApi } from './data-api';
import { quoteIdentifier, quoteLiteral, quoteTable } from './sql-text';
import { readIdentities } from './table-readers';

/** Given to people and tools by an administrator: `GRANT ROLE bi_readers TO …`. */
export const BI_ROLE = 'bi_readers';

/**
 * A view is bound late, by name: it survives a target that is replaced by another of its name, and a column's type may change
 * under it, which Redshift refuses while a bound view uses it (Amazon Redshift database developer guide, "CREATE VIEW").
 * It is recreated at each set-up, since OR REPLACE takes no other columns; the role gets it in the same transaction.
 */
export function buildBiView(view: BiView): string[] {
  const name = quoteTable(BI_SCHEMA, view.name);
  const lines = view.columns.map(
    ({ name: column, type, expression }) => `  CAST(${expression} AS ${type}) AS ${quoteIdentifier(column)}`,
  );
  return [
    `DROP VIEW IF EXISTS ${name}`,
    [`CREATE VIEW ${name} AS`, 'SELECT', lines.join(',\n'), ...view.from, 'WITH NO SCHEMA BINDING'].join(
      '\n',
    ),
    `COMMENT ON VIEW ${name} IS ${quoteLiteral(view.comment)}`,
    `GRANT SELECT ON TABLE ${name} TO ROLE ${quoteIdentifier(BI_ROLE)}`,
  ];
}

/**
 * Whoever reads a view that is bound late looks up the names in it, and needs USAGE of their schemas for that, but no right on
 * a table (github.com/aws-samples/amazon-redshift-dynamic-data-masking, issue 2). USAGE alone reads nothing.
 */
export function buildBiGrants(views: readonly BiView[]): string[] {
  const schemas = new Set([BI_SCHEMA, ...views.flatMap((view) => view.reads.map(({ schema }) => schema))]);
  return [...schemas].map(
    (schema) => `GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ROLE ${quoteIdentifier(BI_ROLE)}`,
  );
}

export interface BiOptions {
  readonly tables?: readonly ReplicatedTable[];
  /** Targets, as `schema.table`, that are not as the catalogue says: a view of one is left as it is. */
  readonly refused?: ReadonlySet<string>;
}

/** View by view, each in one transaction, after the tables. @returns `bi.name` of each that was made */
export async function settleBiViews(
  dataApi: DataApi,
  { tables = TABLES, refused = new Set() }: BiOptions = {},
): Promise<string[]> {
  const views = biViews(tables).filter(
    ({ reads }) => !reads.some(({ schema, table }) => refused.has(`${schema}.${table}`)),
  );
  const identities = await readIdentities(dataApi);
  await dataApi.executeBatch(
    [
      `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(BI_SCHEMA)}`,
      ...(identities.has(`role ${BI_ROLE}`) ? [] : [`CREATE ROLE ${quoteIdentifier(BI_ROLE)}`]),
      ...buildBiGrants(views),
    ],
    { name: 'prepare/bi' },
  );
  for (const view of views) await dataApi.executeBatch(buildBiView(view), { name: 'prepare/bi' });
  return views.map(({ name }) => `${BI_SCHEMA}.${name}`);
}
