/** One table as the task replicates it: how a source row becomes a row of the target. */
import { quoteIdentifier } from '../../../../pipeline/warehouse/sql-text';
import type { ColumnLayout } from '../../../runtime/column-bytes';
import type { SourceRow } from '../binlog/row-reader';
import type { RowSelection } from './filtered-rows';
import type { SourceTable } from './source-table';
import type { CheckFit, Misfit } from './target-fit';

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
