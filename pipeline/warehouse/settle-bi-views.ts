/** The views for analysts and the one role that reads them, made by set-up where the settings ask for them. */
import { BI_SCHEMA } from '../bi-views';
import { type ReplicatedTable, TABLES } from '../tables';
import { type BiQuery, biQueries } from './bi-queries';
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
export function buildBiView({ view, expressions, from }: BiQuery): string[] {
  const name = quoteTable(BI_SCHEMA, view.name);
  const lines = Object.entries(view.columns).map(
    ([column, { type }]) => `  CAST(${expressions[column]} AS ${type}) AS ${quoteIdentifier(column)}`,
  );
  return [
    `DROP VIEW IF EXISTS ${name}`,
    [`CREATE VIEW ${name} AS`, 'SELECT', lines.join(',\n'), ...from, 'WITH NO SCHEMA BINDING'].join('\n'),
    `COMMENT ON VIEW ${name} IS ${quoteLiteral(view.comment)}`,
    `GRANT SELECT ON TABLE ${name} TO ROLE ${quoteIdentifier(BI_ROLE)}`,
  ];
}

/**
 * Whoever reads a view that is bound late looks up the names in it, and needs USAGE of their schemas for that, but no right on
 * a table (github.com/aws-samples/amazon-redshift-dynamic-data-masking, issue 2). USAGE alone reads nothing.
 */
export function buildBiGrants(queries: readonly BiQuery[]): string[] {
  const schemas = new Set([BI_SCHEMA, ...queries.flatMap(({ reads }) => reads.map(({ schema }) => schema))]);
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
  const queries = biQueries(tables).filter(
    ({ reads }) => !reads.some(({ schema, table }) => refused.has(`${schema}.${table}`)),
  );
  const identities = await readIdentities(dataApi);
  await dataApi.executeBatch(
    [
      `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(BI_SCHEMA)}`,
      ...(identities.has(`role ${BI_ROLE}`) ? [] : [`CREATE ROLE ${quoteIdentifier(BI_ROLE)}`]),
      ...buildBiGrants(queries),
    ],
    { name: 'prepare/bi' },
  );
  for (const query of queries) await dataApi.executeBatch(buildBiView(query), { name: 'prepare/bi' });
  return queries.map(({ view }) => `${BI_SCHEMA}.${view.name}`);
}
