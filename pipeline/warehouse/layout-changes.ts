/**
 * Distribution, sort order and encodings of targets that are there, as far as the entry names them: what it leaves open may
 * be tuned by hand. Redshift changes them in place (Amazon Redshift database developer guide, ALTER TABLE): the table stays the
 * same one, with its grants, its views and whoever writes it, and can be read meanwhile. A new table beside it would need
 * the replication task stopped, because a statement that waits for a renamed table could go on in the old one.
 */

import type { DataApi } from './data-api';
import { quoteIdentifier, quoteList, quoteLiteral, quoteTable } from './sql-text';
import type { TableDefinition } from './table-definitions';

export interface TargetLayout {
  readonly name: string;
  readonly encoding: string;
  readonly isDistKey: boolean;
  /** Its place in the sort key, from 1; 0 where it is not in it, negative in an interleaved one. */
  readonly sortKey: number;
}

/** `schema.table` to its columns. */
export type ExistingLayouts = ReadonlyMap<string, readonly TargetLayout[]>;

/** One change of one table. */
export interface LayoutChange {
  /** `schema.table`. */
  readonly table: string;
  /** What becomes of it, for people. */
  readonly change: string;
  /** Redshift takes it outside of transactions only, by itself. */
  readonly statement: string;
}

export async function readLayouts(
  dataApi: DataApi,
  definitions: readonly TableDefinition[],
): Promise<ExistingLayouts> {
  const schemas = [...new Set(definitions.map(({ schema }) => schema))];
  const tables = new Map<string, TargetLayout[]>();
  const sql = [
    'SELECT schema_name, table_name, column_name, encoding,',
    "  CASE WHEN distkey THEN 'yes' ELSE 'no' END AS is_dist_key, CAST(sortkey AS VARCHAR) AS sort_place",
    'FROM svv_redshift_columns',
    'WHERE database_name = CURRENT_DATABASE()',
    `AND schema_name IN (${schemas.map(quoteLiteral).join(', ')})`,
    'ORDER BY schema_name, table_name, ordinal_position',
  ].join('\n');
  for await (const row of dataApi.query(sql)) {
    const name = `${row.schema_name}.${row.table_name}`;
    const columns = tables.get(name) ?? [];
    columns.push({
      name: row.column_name ?? '',
      encoding: row.encoding ?? 'none',
      isDistKey: row.is_dist_key === 'yes',
      sortKey: Number(row.sort_place),
    });
    tables.set(name, columns);
  }
  return tables;
}

/** In the order in which they are made; none for a table that is absent. A second run finds nothing to change. */
export function buildLayoutChanges(
  definitions: readonly TableDefinition[],
  existing: ExistingLayouts,
): LayoutChange[] {
  return definitions.flatMap((definition) => {
    const name = `${definition.schema}.${definition.table}`;
    const columns = existing.get(name) ?? [];
    if (columns.length === 0) return [];
    const alter = `ALTER TABLE ${quoteTable(definition.schema, definition.table)}`;
    return [
      ...distribution(definition, columns),
      ...sortOrder(definition, columns),
      ...encodings(definition, columns),
    ].map(({ change, clause }) => ({ table: name, change, statement: `${alter} ${clause}` }));
  });
}

interface Clause {
  readonly change: string;
  readonly clause: string;
}

function distribution({ distKey }: TableDefinition, columns: readonly TargetLayout[]): Clause[] {
  const now = columns.find(({ isDistKey }) => isDistKey)?.name;
  if (distKey === undefined || now === distKey || !columns.some(({ name }) => name === distKey)) return [];
  return [
    {
      change: `distributed by ${distKey} instead of ${now ?? 'no column'}`,
      clause: `ALTER DISTSTYLE KEY DISTKEY ${quoteIdentifier(distKey)}`,
    },
  ];
}

function sortOrder({ givenSortKey }: TableDefinition, columns: readonly TargetLayout[]): Clause[] {
  if (givenSortKey === undefined || !givenSortKey.every((name) => columns.some((one) => one.name === name)))
    return [];
  const now = columns
    .filter(({ sortKey }) => sortKey !== 0)
    .sort((one, other) => Math.abs(one.sortKey) - Math.abs(other.sortKey));
  const isInterleaved = now.some(({ sortKey }) => sortKey < 0);
  const names = now.map(({ name }) => name);
  if (!isInterleaved && names.join() === givenSortKey.join()) return [];
  return [
    {
      change: `sorted by ${givenSortKey.join(', ') || 'nothing'} instead of ${names.join(', ') || 'nothing'}`,
      clause:
        givenSortKey.length === 0
          ? 'ALTER SORTKEY NONE'
          : `ALTER COMPOUND SORTKEY (${quoteList(givenSortKey)})`,
    },
  ];
}

function encodings(definition: TableDefinition, columns: readonly TargetLayout[]): Clause[] {
  return definition.columns.flatMap(({ name, encoding }) => {
    const now = columns.find((column) => column.name === name)?.encoding;
    // The catalog shows raw as none.
    if (encoding === undefined || now === undefined || now === (encoding === 'raw' ? 'none' : encoding))
      return [];
    if (now === encoding) return [];
    return [
      {
        change: `${name} encoded as ${encoding} instead of ${now}`,
        clause: `ALTER COLUMN ${quoteIdentifier(name)} ENCODE ${encoding}`,
      },
    ];
  });
}
