/** Pairs a table of the source with its target, by the mappings and by what the warehouse has. */
import { foldName } from '../../../../pipeline/values/catalogue';
import { maskText } from '../../../../pipeline/values/masked-text';
import { quoteTable } from '../../../../pipeline/warehouse/sql-text';
import { unreadableBecause } from '../binlog/row-reader';
import { bulkLayout } from './bulk-layout';
import { buildRowSelection, type RowSelection } from './filtered-rows';
import type { MappedTable, ReplicatedColumn, TargetName } from './mapped-table';
import { isMaskedColumn, mappedLength, mappedTargetName } from './mapping-transformations';
import { type SourceColumn, type SourceTable, sourceTableName, structureFingerprint } from './source-table';
import { filtersOf, type TableMappings } from './table-mappings';
import type { TargetColumn } from './target-columns';
import { buildFitCheck } from './target-fit';

/** What the mappings call the table in the warehouse, which folds names to lower case. */
export function targetNameOf(source: SourceTable, mappings: TableMappings): TargetName {
  const { database: schema, table } = source;
  const rules = mappings.transformations;
  return {
    schema: foldName(mappedTargetName(rules, 'schema', { schema }) ?? schema),
    table: foldName(mappedTargetName(rules, 'table', { schema, table }) ?? table),
  };
}

/** A table that cannot be replicated as it is; it is suspended with this reason. */
export class TableProblem extends Error {
  override readonly name = 'TableProblem';
}

export interface MappingOptions {
  readonly maxLobBytes: number | undefined;
  /** The target may have columns that the source does not have yet: they are NULL until it has. */
  readonly toleratesExtra: boolean;
  readonly isRebuilt?: boolean;
}

/**
 * Pairs the columns of source and target by name; one that the target does not have is ignored.
 * @throws TableProblem when the target has a column that the source lacks, or a type that cannot be written.
 */
export function buildMappedTable(
  source: SourceTable,
  targetColumns: readonly TargetColumn[],
  mappings: TableMappings,
  options: MappingOptions,
): MappedTable {
  const target = targetNameOf(source, mappings);
  const { columns, ignored, extra } = pairColumns(source, targetColumns, mappings, options);
  if (extra.length > 0) throw columnsDiffer(target, ignored, extra);
  const { ignored: _before, ...structure } = source;
  const selection = selectionOf(source, mappings);
  return {
    source: ignored.length === 0 ? structure : { ...structure, ignored },
    name: sourceTableName(source),
    fingerprint: structureFingerprint(source),
    targetSql: quoteTable(target.schema, target.table),
    target,
    targetTable: `${target.schema}.${target.table}`,
    columns,
    key: source.key.map((name) => keyIndex(source, columns, name)),
    ...(selection === undefined ? {} : { selection }),
    ...(options.isRebuilt === true ? { isRebuilt: true } : {}),
  };
}

interface PairedColumns {
  readonly columns: readonly ReplicatedColumn[];
  /** At the source only. */
  readonly ignored: readonly string[];
  /** In the warehouse only, where nothing would ever fill them. */
  readonly extra: readonly string[];
}

function pairColumns(
  source: SourceTable,
  targetColumns: readonly TargetColumn[],
  mappings: TableMappings,
  options: MappingOptions,
): PairedColumns {
  const unpaired = new Map(targetColumns.map((column) => [column.name, column]));
  const columns: ReplicatedColumn[] = [];
  const ignored: string[] = [];
  for (const [sourceIndex, column] of source.columns.entries()) {
    const rules = columnRules(source, column, mappings);
    if (rules === undefined) continue;
    const target = unpaired.get(rules.name);
    if (target === undefined) ignored.push(column.name);
    else {
      columns.push({ sourceIndex, ...replicatedColumn(column, target, { ...rules, ...options }) });
      unpaired.delete(rules.name);
    }
  }
  const isExtra = ({ nullable }: TargetColumn): boolean => !(nullable && options.toleratesExtra);
  return { columns, ignored, extra: [...unpaired.values()].filter(isExtra).map(({ name }) => name) };
}

interface ColumnRules {
  /** In the warehouse. */
  readonly name: string;
  readonly cutCharacters?: number;
  readonly isMasked: boolean;
}

/** What the mappings say of a column; undefined where a rule leaves it out. */
function columnRules(
  source: SourceTable,
  column: SourceColumn,
  { transformations }: TableMappings,
): ColumnRules | undefined {
  const locator = { schema: source.database, table: source.table, column: column.name };
  const name = mappedTargetName(transformations, 'column', locator);
  if (name === undefined) return undefined;
  const cutCharacters = mappedLength(transformations, locator);
  return {
    name: foldName(name),
    ...(cutCharacters === undefined ? {} : { cutCharacters }),
    isMasked: isMaskedColumn(transformations, locator),
  };
}

/** @throws TableProblem when its values cannot be read, or not be written */
function replicatedColumn(
  column: SourceColumn,
  target: TargetColumn,
  { name, cutCharacters, isMasked, maxLobBytes }: ColumnRules & MappingOptions,
): Omit<ReplicatedColumn, 'sourceIndex'> {
  const unreadable = unreadableBecause(column);
  if (unreadable !== undefined) throw new TableProblem(unreadable);
  const limits = { maxLobBytes, ...(cutCharacters === undefined ? {} : { cutCharacters }), isMasked };
  const check = buildFitCheck(column, target, limits);
  const { type, nullable } = target;
  if (check === undefined)
    throw new TableProblem(
      `its column ${name} has the type ${type} in the warehouse, which the task cannot write`,
    );
  const bulk = bulkLayout(column, target, limits);
  return {
    name,
    isText: type === 'character varying',
    isFloat: type === 'real' || type === 'double precision',
    nullable,
    check,
    ...(isMasked ? { replace: maskText } : {}),
    ...(bulk === undefined ? {} : { bulk }),
  };
}

function selectionOf(source: SourceTable, mappings: TableMappings): RowSelection | undefined {
  const filters = filtersOf(mappings, source.database, source.table);
  const selection = typeof filters === 'string' ? filters : buildRowSelection(source, filters);
  if (typeof selection === 'string') throw new TableProblem(selection);
  return selection;
}

function columnsDiffer(
  target: TargetName,
  missing: readonly string[],
  extra: readonly string[],
): TableProblem {
  const name = `${target.schema}.${target.table}`;
  const parts = [
    ...(missing.length > 0 ? [`${name} in the warehouse lacks ${missing.join(', ')}`] : []),
    `the source lacks ${extra.join(', ')}, which ${name} in the warehouse has`,
  ];
  return new TableProblem(
    `${parts.join('; ')}. Bring the catalogue and both sides to the same columns, then reload-target; a column that should stay behind needs a remove-column rule`,
  );
}

function keyIndex(source: SourceTable, columns: readonly ReplicatedColumn[], name: string): number {
  const index = columns.findIndex((column) => source.columns[column.sourceIndex]?.name === name);
  if (index >= 0) return index;
  throw new TableProblem(
    `its key column ${name} is left out by a transformation rule, or the warehouse does not have it; rows could not be distinguished`,
  );
}
