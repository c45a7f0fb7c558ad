/** The columns of a table after an ALTER TABLE, in their order, and where each comes from. */
import type { AlterSpec } from './alter-spec';
import type { ColumnPlace } from './clauses';
import type { DeclaredColumn } from './declared-column';

export interface PredictedColumn {
  readonly name: string;
  /** Its name before; undefined for a new column. */
  readonly from: string | undefined;
  /** As it was declared again; undefined when it was not. */
  readonly definition: DeclaredColumn | undefined;
  /** CONVERT TO CHARACTER SET named all columns. */
  readonly converted: boolean;
}

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/**
 * MySQL takes columns away first, then changes those that stay, then moves and adds in the order of the clauses.
 * @param before names in the table's order
 */
export function predictColumns(before: readonly string[], specs: readonly AlterSpec[]): PredictedColumn[] {
  const converted = specs.some(({ kind }) => kind === 'convert');
  const dropped = specs.flatMap((spec) => (spec.kind === 'drop-column' ? [spec.name] : []));
  const columns = before
    .filter((name) => !dropped.some((gone) => same(gone, name)))
    .map((name) => changedColumn(name, specs, converted));
  for (const spec of specs) {
    if (spec.kind === 'add-column' && !(spec.unlessThere && hasColumn(columns, spec.column.name)))
      insert(columns, { name: spec.column.name, from: undefined, definition: spec.column, converted: false });
    if (spec.kind !== 'change-column' || spec.column.place === undefined) continue;
    const index = columns.findIndex(({ name }) => same(name, spec.column.name));
    const [moved] = index < 0 ? [] : columns.splice(index, 1);
    if (moved !== undefined) insert(columns, moved);
  }
  return columns;
}

const hasColumn = (columns: readonly PredictedColumn[], wanted: string): boolean =>
  columns.some(({ name }) => same(name, wanted));

function changedColumn(name: string, specs: readonly AlterSpec[], converted: boolean): PredictedColumn {
  for (const spec of specs) {
    if (spec.kind === 'change-column' && same(spec.from, name))
      return { name: spec.column.name, from: name, definition: spec.column, converted };
    if (spec.kind === 'rename-column' && same(spec.from, name))
      return { name: spec.to, from: name, definition: undefined, converted };
  }
  return { name, from: name, definition: undefined, converted };
}

function insert(columns: PredictedColumn[], column: PredictedColumn): void {
  const place: ColumnPlace | undefined = column.definition?.place;
  if (place === undefined) columns.push(column);
  else if (place === 'first') columns.unshift(column);
  else
    columns.splice(columns.findIndex(({ name }) => same(name, place.after)) + 1 || columns.length, 0, column);
}
