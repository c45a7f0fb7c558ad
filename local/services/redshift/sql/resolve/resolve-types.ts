/**
 * The type of every expression of a statement, found out from the columns of the tables that it reads: types flow
 * through subqueries and common tables. On the way, every name of a column and every call is checked.
 */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { displayName, type TableName } from '../names';
import type { TypeName } from '../syntax/column-type';
import type {
  CommonTable,
  Expression,
  FromItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  TableReference,
} from '../syntax/tree';
import type { ColumnScope, ColumnSource, TypedColumn } from './column-scope';
import { typeOfExpression } from './expression-types';
import type { ReadingParts } from './reading-parts';
import { aliasOf, type ResolvedNames } from './resolve-names';
import { commonType } from './value-types';

/** Columns of the tables and views that a statement names. */
export interface ColumnCatalog {
  readonly database: string;
  /** Undefined when there is no such table. */
  tableColumns(table: TableName): readonly TypedColumn[] | undefined;
  systemColumns(view: string): readonly TypedColumn[];
}

export type ExpressionTypes = ReadonlyMap<Expression, TypeName | undefined>;

/** @throws WarehouseError for a table, column or function that is not there, in Redshift's words. */
export function resolveTypes(
  parts: ReadingParts,
  names: ResolvedNames,
  catalog: ColumnCatalog,
): ExpressionTypes {
  const resolver = new TypeResolver(names, catalog);
  if (parts.query !== undefined) resolver.query(parts.query, resolver.emptyScope);
  const target = parts.target === undefined ? [] : [resolver.reference(parts.target, [])];
  const sources = resolver.from(parts.from, resolver.emptyScope, target);
  const scope = { ...resolver.emptyScope, sources };
  for (const expression of parts.expressions) resolver.typeOf(expression, scope);
  return resolver.types;
}

interface ResolvedBody {
  readonly columns: readonly TypedColumn[];
  /** Where the names of an ORDER BY behind it are looked up. */
  readonly orderScope: ColumnScope;
}

class TypeResolver {
  readonly types = new Map<Expression, TypeName | undefined>();
  readonly emptyScope: ColumnScope;
  private readonly commonColumns = new Map<CommonTable, readonly TypedColumn[]>();

  constructor(
    private readonly names: ResolvedNames,
    private readonly catalog: ColumnCatalog,
  ) {
    this.emptyScope = { database: catalog.database, sources: [], labels: [] };
  }

  /** Each expression is looked at once, however often its type is asked for. */
  typeOf(node: Expression, scope: ColumnScope): TypeName | undefined {
    if (this.types.has(node)) return this.types.get(node);
    const type = typeOfExpression(node, scope, {
      typeOf: (part) => this.typeOf(part, scope),
      columnsOf: (query) => this.query(query, scope),
    });
    this.types.set(node, type);
    return type;
  }

  /** The columns that a query answers with. */
  query(query: Query, outer: ColumnScope): readonly TypedColumn[] {
    for (const common of query.with) this.common(common, query.recursive, outer);
    const { columns, orderScope } = this.body(query.body, outer);
    for (const { value } of query.orderBy) this.typeOf(value, orderScope);
    return columns;
  }

  /** A recursive table has the columns of the part that does not name it, which comes first. */
  private common(common: CommonTable, recursive: boolean, outer: ColumnScope): void {
    const { body } = common.query;
    if (recursive && body.kind === 'set-operation') {
      this.commonColumns.set(common, renamed(this.body(body.left, outer).columns, common.columns));
    }
    this.commonColumns.set(common, renamed(this.query(common.query, outer), common.columns));
  }

  private body(body: QueryBody, outer: ColumnScope): ResolvedBody {
    switch (body.kind) {
      case 'query': {
        const columns = this.query(body, outer);
        return { columns, orderScope: { ...this.emptyScope, labels: columns, parent: outer } };
      }
      case 'set-operation': {
        const left = this.body(body.left, outer).columns;
        const right = this.body(body.right, outer).columns;
        if (left.length !== right.length) {
          throw new WarehouseError(
            `each ${body.operator.split(' ')[0]!.toUpperCase()} query must have the same number of columns`,
          );
        }
        const columns = left.map(({ name, type }, index) => ({
          name,
          type: commonType([type, right[index]!.type]),
        }));
        return { columns, orderScope: { ...this.emptyScope, labels: columns, parent: outer } };
      }
      case 'select':
        return this.select(body, outer);
    }
  }

  private select(select: Select, outer: ColumnScope): ResolvedBody {
    const sources = this.from(select.from, outer, []);
    const scope: ColumnScope = { ...this.emptyScope, sources, parent: outer };
    if (select.where !== undefined) this.typeOf(select.where, scope);
    const columns: TypedColumn[] = [];
    for (const item of select.items) {
      // A label may be used in the expressions behind it.
      columns.push(...this.outputColumns(item, { ...scope, labels: [...columns] }));
    }
    const labelled = { ...scope, labels: columns };
    const groups = select.groupBy === undefined || select.groupBy.kind === 'all' ? [] : select.groupBy.items;
    for (const node of [...groups, select.having, select.qualify]) {
      if (node !== undefined) this.typeOf(node, labelled);
    }
    return { columns, orderScope: labelled };
  }

  private outputColumns(item: SelectItem, scope: ColumnScope): readonly TypedColumn[] {
    if (item.kind === 'value') return [{ name: item.label, type: this.typeOf(item.value, scope) }];
    const alias = item.qualifier?.at(-1);
    const sources = scope.sources.filter((source) => alias === undefined || source.alias === alias);
    if (sources.length === 0) {
      if (alias === undefined) throw new WarehouseError('SELECT * with no tables specified is not valid');
      throw new WarehouseError(`relation "${alias}" does not exist`);
    }
    return sources.flatMap(({ columns }) => columns).filter(({ name }) => !item.exclude.includes(name));
  }

  /** What FROM offers. The conditions of joins see all of it. */
  from(
    items: readonly FromItem[],
    outer: ColumnScope,
    before: readonly ColumnSource[],
  ): readonly ColumnSource[] {
    const sources = [...before];
    const conditions: Expression[] = [];
    for (const item of items) this.fromItem(item, outer, sources, conditions);
    const scope = { ...this.emptyScope, sources, parent: outer };
    for (const condition of conditions) this.typeOf(condition, scope);
    return sources;
  }

  private fromItem(
    item: FromItem,
    outer: ColumnScope,
    sources: ColumnSource[],
    conditions: Expression[],
  ): void {
    switch (item.kind) {
      case 'table':
        sources.push(this.reference(item, sources));
        break;
      case 'derived':
        sources.push({ alias: item.alias, columns: renamed(this.query(item.query, outer), item.columns) });
        break;
      case 'join': {
        this.fromItem(item.left, outer, sources, conditions);
        const leftCount = sources.length;
        this.fromItem(item.right, outer, sources, conditions);
        if (item.on !== undefined) conditions.push(item.on);
        mergeShared(item.natural ? 'all' : (item.using ?? []), sources, leftCount);
      }
    }
  }

  reference(reference: TableReference, before: readonly ColumnSource[]): ColumnSource {
    const source = this.names.sources.get(reference);
    const alias = aliasOf(reference);
    switch (source?.kind) {
      case 'common':
        return { alias, columns: renamed(this.commonColumns.get(source.common) ?? [], reference.columns) };
      case 'system':
        return { alias, columns: renamed(this.catalog.systemColumns(source.view), reference.columns) };
      case 'array':
        this.checkArray(reference, before);
        return { alias, columns: [{ name: alias, type: 'super' }] };
      case 'table': {
        const columns = this.catalog.tableColumns(source.table);
        if (columns === undefined)
          throw new WarehouseError(`relation "${writtenName(reference)}" does not exist`);
        const { schema } = source.table;
        const named = reference.alias === undefined && schema !== undefined ? { schema } : {};
        return { alias, ...named, columns: renamed(columns, reference.columns) };
      }
      case undefined:
        throw new Error(`the name ${displayName({ table: alias })} was not resolved`);
    }
  }

  private checkArray({ parts }: TableReference, before: readonly ColumnSource[]): void {
    const [first, ...rest] = parts as [string, ...string[]];
    const steps = rest.map((name) => ({ kind: 'name' as const, name }));
    this.typeOf({ kind: 'column', first, steps }, { ...this.emptyScope, sources: before });
  }
}

/** As the statement has it, without the database. */
const writtenName = ({ parts }: TableReference): string => parts.slice(-2).join('.');

/** The first columns under other names: `AS t (a, b)`. */
const renamed = (columns: readonly TypedColumn[], names: readonly string[]): readonly TypedColumn[] =>
  columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));

/** USING and NATURAL make one column of two: the right side's is gone. */
function mergeShared(shared: 'all' | readonly string[], sources: ColumnSource[], leftCount: number): void {
  const left = new Set(sources.slice(0, leftCount).flatMap(({ columns }) => columns.map(({ name }) => name)));
  const isShared = (name: string): boolean => (shared === 'all' ? left.has(name) : shared.includes(name));
  for (let index = leftCount; index < sources.length; index += 1) {
    const source = sources[index]!;
    sources[index] = { ...source, columns: source.columns.filter(({ name }) => !isShared(name)) };
  }
}
