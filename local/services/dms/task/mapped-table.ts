/** One table as the task replicates it: how a source row becomes a row of the target. */
import { foldName } from '../../../../pipeline/values/catalogue';
import { maskText } from '../../../../pipeline/values/masked-text';
import { quoteIdentifier, quoteTable } from '../../../../pipeline/warehouse/sql-text';
import type { ColumnLayout } from '../../../runtime/column-bytes';
import { type SourceRow, unreadableBecause } from '../binlog/row-reader';
import { bulkLayout } from './bulk-layout';
import { buildRowSelection, type RowSelection } from './filtered-rows';
import { isMaskedColumn, mappedLength, mappedTargetName } from './mapping-transformations';
import { type SourceTable, sourceTableName, structureFingerprint } from './source-table';
import { filtersOf, type TableMappings } from './table-mappings';
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
  readonly target: TargetName;
  /** Unquoted `schema.table`, for messages. */
  readonly targetTable: string;
  readonly columns: readonly ReplicatedColumn[];
  /** Indexes into `columns`; empty for a table without a key. */
  readonly key: readonly number[];
  /** Absent where all rows are replicated. */
  readonly selection?: RowSelection;
  /** The columns are those of the table that waits beside the target for a new copy. */
  readonly isRebuilt?: true;
}

export interface ReplicatedColumn {
  readonly sourceIndex: number;
  /** In the warehouse. */
  readonly name: string;
  readonly isText: boolean;
  readonly isFloat: boolean;
  readonly nullable: boolean;
  readonly check: CheckFit;
  /** What is written in place of a text that fits; absent where it is the text. */
  readonly replace?: (text: string) => string;
  /** How its texts go to the warehouse without a look at each; absent where only that tells whether they fit. */
  readonly bulk?: ColumnLayout;
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
  const byName = new Map(targetColumns.map((column) => [column.name, column]));
  const columns: ReplicatedColumn[] = [];
  const ignored: string[] = [];
  source.columns.forEach((column, sourceIndex) => {
    const locator = { schema: source.database, table: source.table, column: column.name };
    const mapped = mappedTargetName(mappings.transformations, 'column', locator);
    if (mapped === undefined) return;
    const name = foldName(mapped);
    const targetColumn = byName.get(name);
    if (targetColumn === undefined) {
      ignored.push(column.name);
      return;
    }
    const unreadable = unreadableBecause(column);
    if (unreadable !== undefined) throw new TableProblem(unreadable);
    byName.delete(name);
    const cutCharacters = mappedLength(mappings.transformations, locator);
    const limits = {
      maxLobBytes: options.maxLobBytes,
      ...(cutCharacters === undefined ? {} : { cutCharacters }),
      isMasked: isMaskedColumn(mappings.transformations, locator),
    };
    const check = buildFitCheck(column, targetColumn, limits);
    if (check === undefined)
      throw new TableProblem(
        `its column ${name} has the type ${targetColumn.type} in the warehouse, which the task cannot write`,
      );
    const { type, nullable } = targetColumn;
    const bulk = bulkLayout(column, targetColumn, limits);
    columns.push({
      sourceIndex,
      name,
      isText: type === 'character varying',
      isFloat: type === 'real' || type === 'double precision',
      nullable,
      check,
      ...(limits.isMasked ? { replace: maskText } : {}),
      ...(bulk === undefined ? {} : { bulk }),
    });
  });
  const extra = [...byName.values()].filter(({ nullable }) => !(nullable && options.toleratesExtra));
  if (extra.length > 0)
    throw columnsDiffer(
      target,
      ignored,
      extra.map(({ name }) => name),
    );
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

export interface MisfitColumn extends Misfit {
  readonly column: string;
}

/**
 * The row for the target, or why a column cannot hold its value. `onFlag` takes each value that is NULL or cut in the
 * row because the column cannot hold it.
 */
export function toTargetRow(
  table: MappedTable,
  row: SourceRow,
  onFlag?: (misfit: MisfitColumn) => void,
): TargetRow | MisfitColumn {
  const { columns } = table;
  const converted: (string | null)[] = new Array(columns.length);
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index] as ReplicatedColumn;
    const text = row[column.sourceIndex] ?? null;
    const misfit = checkColumn(column, text);
    if (misfit === undefined) converted[index] = targetText(column, text);
    else if (misfit.kind === 'truncation' || misfit.kind === 'data')
      return { ...misfit, column: column.name };
    else {
      onFlag?.({ ...misfit, column: column.name });
      converted[index] = targetText(column, misfit.replacement ?? null);
    }
  }
  return converted;
}

const targetText = ({ replace }: ReplicatedColumn, text: string | null): string | null =>
  text === null || replace === undefined ? text : replace(text);

const NULL_MISFIT: Misfit = {
  kind: 'data',
  reason: 'is NULL, which the column in the warehouse does not take',
};

function checkColumn(column: ReplicatedColumn, text: string | null): Misfit | undefined {
  if (text !== null) return column.check(text);
  return column.nullable ? undefined : NULL_MISFIT;
}

/** Whether the key of a row is one that the target can have; if not, the row was rejected. */
export const hasTargetKey = (table: MappedTable, row: SourceRow): boolean =>
  mappedKeyColumns(table).every(
    (column) => checkColumn(column, row[column.sourceIndex] ?? null) === undefined,
  );

export const isMisfit = (row: TargetRow | MisfitColumn): row is MisfitColumn => !Array.isArray(row);

export const columnNames = (table: MappedTable): string[] => table.columns.map(({ name }) => name);

export const mappedKeyColumns = (table: MappedTable): ReplicatedColumn[] =>
  table.key.map((index) => table.columns[index] as ReplicatedColumn);

/**
 * `a.x = b.x AND a.y = b.y`, with NULL equal to NULL where `nullSafe`. Redshift takes trailing blanks as insignificant
 * when it compares text (Amazon Redshift database developer guide, "Significance of trailing blanks"), so that
 * lengths are compared too. A zero equals a negative zero, which is another row: their texts differ.
 */
export function buildMatch(
  columns: readonly ReplicatedColumn[],
  left: string,
  right: string,
  options: { readonly nullSafe: boolean },
): string {
  return columns
    .map(({ name, isText, isFloat }) => {
      const [a, b] = [`${left}.${quoteIdentifier(name)}`, `${right}.${quoteIdentifier(name)}`];
      const equal = options.nullSafe ? `(${a} = ${b} OR (${a} IS NULL AND ${b} IS NULL))` : `${a} = ${b}`;
      if (isFloat && options.nullSafe) {
        const [c, d] = [a, b].map((value) => `COALESCE(CAST(${value} AS VARCHAR), '')`);
        return `${equal} AND ${c} = ${d}`;
      }
      if (!isText) return equal;
      return options.nullSafe
        ? `${equal} AND COALESCE(LEN(${a}), -1) = COALESCE(LEN(${b}), -1)`
        : `${equal} AND LEN(${a}) = LEN(${b})`;
    })
    .join('\n  AND ');
}
