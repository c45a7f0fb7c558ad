/** One table as the task replicates it: how a source row becomes a row of the target. */
import { quoteIdentifier, quoteTable } from '../../../../pipeline/warehouse/sql-text';
import type { SourceRow } from '../binlog/row-reader';
import { mappedTargetName } from './mapping-transformations';
import { type SourceTable, sourceTableName, structureFingerprint } from './source-table';
import type { TableMappings } from './table-mappings';
import type { TargetColumn } from './target-columns';
import { buildFitCheck, type CheckFit, type Misfit } from './target-fit';

/** The columns of the target in the order of the source; null is NULL. */
export type TargetRow = readonly (string | null)[];

export interface MappedTable {
  readonly source: SourceTable;
  /** Source `database.table`, as events and control tables name it. */
  readonly name: string;
  readonly fingerprint: string;
  /** Quoted, for statements. */
  readonly targetSql: string;
  /** Unquoted `schema.table`, for appending. */
  readonly targetTable: string;
  readonly columns: readonly ReplicatedColumn[];
  /** Indexes into `columns`; empty for a table without a key. */
  readonly key: readonly number[];
}

export interface ReplicatedColumn {
  readonly sourceIndex: number;
  /** In the warehouse. */
  readonly name: string;
  readonly isText: boolean;
  readonly check: CheckFit;
}

export interface TargetName {
  readonly schema: string;
  readonly table: string;
}

/** What the mappings call the table in the warehouse, which folds names to lower case. */
export function targetNameOf(source: SourceTable, mappings: TableMappings): TargetName {
  const { database: schema, table } = source;
  const rules = mappings.transformations;
  return {
    schema: (mappedTargetName(rules, 'schema', { schema }) ?? schema).toLowerCase(),
    table: (mappedTargetName(rules, 'table', { schema, table }) ?? table).toLowerCase(),
  };
}

/** A table that cannot be replicated as it is; it is suspended with this reason. */
export class TableProblem extends Error {
  override readonly name = 'TableProblem';
}

/**
 * Pairs the columns of source and target by name.
 * @throws TableProblem when one side has a column that the other lacks, or a type that cannot be written.
 */
export function buildMappedTable(
  source: SourceTable,
  targetColumns: readonly TargetColumn[],
  mappings: TableMappings,
  maxLobBytes: number | undefined,
): MappedTable {
  const target = targetNameOf(source, mappings);
  const byName = new Map(targetColumns.map((column) => [column.name, column]));
  const columns: ReplicatedColumn[] = [];
  const missing: string[] = [];
  source.columns.forEach((column, sourceIndex) => {
    const locator = { schema: source.database, table: source.table, column: column.name };
    const name = mappedTargetName(mappings.transformations, 'column', locator)?.toLowerCase();
    if (name === undefined) return;
    const targetColumn = byName.get(name);
    if (targetColumn === undefined) {
      missing.push(name);
      return;
    }
    byName.delete(name);
    const check = buildFitCheck(column, targetColumn, maxLobBytes);
    if (check === undefined)
      throw new TableProblem(
        `its column ${name} has the type ${targetColumn.type} in the warehouse, which the task cannot write`,
      );
    columns.push({ sourceIndex, name, isText: targetColumn.type === 'character varying', check });
  });
  if (missing.length > 0 || byName.size > 0) throw columnsDiffer(target, missing, [...byName.keys()]);
  return {
    source,
    name: sourceTableName(source),
    fingerprint: structureFingerprint(source),
    targetSql: quoteTable(target.schema, target.table),
    targetTable: `${target.schema}.${target.table}`,
    columns,
    key: source.key.map((name) => keyIndex(source, columns, name)),
  };
}

function columnsDiffer(
  target: TargetName,
  missing: readonly string[],
  extra: readonly string[],
): TableProblem {
  const name = `${target.schema}.${target.table}`;
  const parts = [
    ...(missing.length > 0 ? [`${name} in the warehouse lacks ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`the source lacks ${extra.join(', ')}, which ${name} in the warehouse has`] : []),
  ];
  return new TableProblem(
    `${parts.join('; ')}. Bring the catalogue and both sides to the same columns, then reload-target; a column that should stay behind needs a remove-column rule`,
  );
}

function keyIndex(source: SourceTable, columns: readonly ReplicatedColumn[], name: string): number {
  const index = columns.findIndex((column) => source.columns[column.sourceIndex]?.name === name);
  if (index >= 0) return index;
  throw new TableProblem(
    `its key column ${name} is left out by a transformation rule; rows could not be told apart`,
  );
}

export interface MisfitColumn extends Misfit {
  readonly column: string;
}

/** The row for the target, or why a column cannot hold its value. */
export function toTargetRow(table: MappedTable, row: SourceRow): TargetRow | MisfitColumn {
  const { columns } = table;
  const converted: (string | null)[] = new Array(columns.length);
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index] as ReplicatedColumn;
    const text = row[column.sourceIndex] ?? null;
    if (text !== null) {
      const misfit = column.check(text);
      if (misfit !== undefined) return { ...misfit, column: column.name };
    }
    converted[index] = text;
  }
  return converted;
}

export const isMisfit = (row: TargetRow | MisfitColumn): row is MisfitColumn => !Array.isArray(row);

export const columnNames = (table: MappedTable): string[] => table.columns.map(({ name }) => name);

export const mappedKeyColumns = (table: MappedTable): ReplicatedColumn[] =>
  table.key.map((index) => table.columns[index] as ReplicatedColumn);

/**
 * `a.x = b.x AND a.y = b.y`, with NULL equal to NULL where `nullSafe`. Redshift takes trailing blanks as insignificant
 * when it compares text (Amazon Redshift database developer guide, "Significance of trailing blanks"), so that
 * lengths are compared too.
 */
export function buildMatch(
  columns: readonly ReplicatedColumn[],
  left: string,
  right: string,
  options: { readonly nullSafe: boolean },
): string {
  return columns
    .map(({ name, isText }) => {
      const [a, b] = [`${left}.${quoteIdentifier(name)}`, `${right}.${quoteIdentifier(name)}`];
      const equal = options.nullSafe ? `(${a} = ${b} OR (${a} IS NULL AND ${b} IS NULL))` : `${a} = ${b}`;
      if (!isText) return equal;
      return options.nullSafe
        ? `${equal} AND COALESCE(LEN(${a}), -1) = COALESCE(LEN(${b}), -1)`
        : `${equal} AND LEN(${a}) = LEN(${b})`;
    })
    .join('\n  AND ');
}
