/** Which columns a name can mean at a place of a query. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { TypeName } from '../syntax/column-type';
import type { ColumnReference, PathStep } from '../syntax/tree';

/** A column of a source or of a result; `type` is absent when nothing says it. */
export interface TypedColumn {
  readonly name: string;
  readonly type: TypeName | undefined;
}

/** What FROM offers under one name. */
export interface ColumnSource {
  readonly alias: string;
  /** For names such as `schema.table.column`; absent for what has an alias or is no table. */
  readonly schema?: string;
  readonly columns: readonly TypedColumn[];
}

export interface ColumnScope {
  readonly database: string;
  readonly sources: readonly ColumnSource[];
  /** Labels of output columns; a name that no source has may mean one of them. */
  readonly labels: readonly TypedColumn[];
  readonly parent?: ColumnScope;
}

/** The type of what a name, with its navigation, stands for. @throws WarehouseError in Redshift's words. */
export function typeOfColumn(reference: ColumnReference, scope: ColumnScope): TypeName | undefined {
  for (let at: ColumnScope | undefined = scope; at !== undefined; at = at.parent) {
    const found = findColumn(reference, at);
    if (found !== undefined) return navigated(found.column, found.rest);
  }
  throw unknownColumn(reference, scope);
}

interface FoundColumn {
  readonly column: TypedColumn;
  readonly rest: readonly PathStep[];
}

function findColumn(reference: ColumnReference, scope: ColumnScope): FoundColumn | undefined {
  const names = leadingNames(reference);
  // `schema.table.column` and `table.column` come before `column.attribute`.
  for (const qualifiers of [3, 2, 1, 0]) {
    const name = names[qualifiers];
    if (name === undefined) continue;
    const sources = scope.sources.filter((source) => isNamed(source, names.slice(0, qualifiers), scope));
    const column = columnIn(sources, name);
    if (column !== undefined) return { column, rest: reference.steps.slice(qualifiers) };
  }
  const label = scope.labels.find(({ name }) => name === reference.first);
  return label === undefined ? undefined : { column: label, rest: reference.steps };
}

/** The names before the first index, which cannot follow a table. */
function leadingNames({ first, steps }: ColumnReference): string[] {
  const names = [first];
  for (const step of steps) {
    if (step.kind !== 'name') break;
    names.push(step.name);
  }
  return names;
}

function isNamed(source: ColumnSource, qualifiers: readonly string[], { database }: ColumnScope): boolean {
  if (qualifiers.length === 0) return true;
  const full = [database, source.schema, source.alias].slice(-qualifiers.length);
  return full.every((name, index) => name === qualifiers[index]);
}

/** The column of that name; of no type when several sources have it with different ones. */
function columnIn(sources: readonly ColumnSource[], name: string): TypedColumn | undefined {
  const found = sources.flatMap(({ columns }) => columns.filter((column) => column.name === name));
  if (found.length === 0) return undefined;
  const [{ type }] = found as [TypedColumn];
  return { name, type: found.every((column) => column.type === type) ? type : undefined };
}

function navigated({ name, type }: TypedColumn, rest: readonly PathStep[]): TypeName | undefined {
  if (rest.length === 0) return type;
  if (type === 'int2vector') return 'int4';
  if (type === undefined || type === 'super') return 'super';
  throw new WarehouseError(`column "${name}" is not of type super and cannot be navigated`);
}

function unknownColumn(reference: ColumnReference, scope: ColumnScope): WarehouseError {
  const names = leadingNames(reference);
  const qualified = names.length > 1;
  for (let at: ColumnScope | undefined = scope; qualified && at !== undefined; at = at.parent) {
    if (at.sources.some(({ alias }) => alias === names[0])) {
      return new WarehouseError(`column ${names[0]}.${names[1]} does not exist`);
    }
  }
  const known = scope.sources.map(({ alias }) => alias).join(', ');
  if (qualified) return new WarehouseError(`relation "${names[0]}" does not exist`);
  return new WarehouseError(
    `column "${reference.first}" does not exist${known === '' ? '' : ` in ${known}`}`,
  );
}
