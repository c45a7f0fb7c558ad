/**
 * What each name in a FROM stands for, and so which tables a statement reads. Needs nothing of the database: it is
 * known before any lock is taken. A common table is visible in the query whose WITH declares it and in what that
 * query contains, and nowhere else: outside, its name is a table's name again, with the privileges that it needs.
 */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { HIDDEN_SCHEMA, type TableName } from '../names';
import type {
  CommonTable,
  Expression,
  FromItem,
  NameParts,
  Query,
  QueryBody,
  Select,
  TableReference,
} from '../syntax/tree';
import { partsOf } from '../syntax/tree-parts';
import type { ReadingParts } from './reading-parts';
import { systemViewOf } from './system-views';

export type ResolvedSource =
  | { readonly kind: 'table'; readonly table: TableName }
  | { readonly kind: 'common'; readonly common: CommonTable }
  | { readonly kind: 'system'; readonly view: string }
  /** The array in a SUPER column of a source before it: one row per element. */
  | { readonly kind: 'array' };

export interface ResolvedNames {
  readonly sources: ReadonlyMap<TableReference, ResolvedSource>;
  /** Tables that are read, the changed table not among them unless it is read by its name as well. */
  readonly reads: readonly TableName[];
}

export interface NameContext {
  readonly database: string;
  /** Where an unqualified name is looked up when no temp table has it. */
  readonly defaultSchema: string;
  /** All schemas of the search path, when there are more. */
  readonly searchPath?: readonly string[];
  /** The first schema of a longer search path that has a table of the name. */
  readonly schemaOf?: ReadonlyMap<string, string>;
  readonly tempTables: ReadonlySet<string>;
}

/** The table that `[[database.]schema.]table` names. */
export function resolveTableName(context: NameContext, parts: NameParts): TableName {
  const table = parts.at(-1)!;
  if (parts.length === 1 && (context.tempTables.has(table) || table.startsWith('#'))) return { table };
  if (parts.length > 3) {
    throw new WarehouseError(`improper qualified name (too many dotted names): ${parts.join('.')}`);
  }
  const [schema, database] = [
    parts.at(-2) ?? context.schemaOf?.get(table) ?? context.defaultSchema,
    parts.at(-3),
  ];
  if (database !== undefined && database !== context.database) {
    throw new WarehouseError(`cross-database reference to "${parts.join('.')}" is not supported`);
  }
  requireVisibleSchema(schema);
  return { schema, table };
}

/** DuckDB finds names in any case, so the twin's own schemas are hidden in any case too. */
export function requireVisibleSchema(schema: string): void {
  if ([HIDDEN_SCHEMA, 'main'].includes(schema.toLowerCase())) {
    throw new WarehouseError(`schema "${schema}" does not exist`);
  }
}

export function resolveNames(parts: ReadingParts, context: NameContext): ResolvedNames {
  const resolver = new NameResolver(context);
  if (parts.target !== undefined) resolver.target(parts.target);
  if (parts.query !== undefined) resolver.query(parts.query, OUTERMOST);
  resolver.from(parts.from, OUTERMOST);
  for (const expression of parts.expressions) resolver.expression(expression, OUTERMOST);
  return resolver;
}

/** What a source is called in its query. */
export const aliasOf = (source: TableReference): string => source.alias ?? source.parts.at(-1)!;

/** The common tables that are visible, the innermost first. */
interface NameScope {
  readonly common: ReadonlyMap<string, CommonTable>;
  readonly parent?: NameScope;
}

const OUTERMOST: NameScope = { common: new Map() };

function findCommon(scope: NameScope | undefined, name: string): CommonTable | undefined {
  for (let at = scope; at !== undefined; at = at.parent) {
    const found = at.common.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

class NameResolver implements ResolvedNames {
  readonly sources = new Map<TableReference, ResolvedSource>();
  readonly reads: TableName[] = [];

  constructor(private readonly context: NameContext) {}

  target(reference: TableReference): void {
    this.sources.set(reference, { kind: 'table', table: resolveTableName(this.context, reference.parts) });
  }

  query(query: Query, outer: NameScope): void {
    const common = new Map<string, CommonTable>();
    const scope: NameScope = { common, parent: outer };
    for (const table of query.with) {
      if (common.has(table.name)) {
        throw new WarehouseError(`WITH query name "${table.name}" specified more than once`);
      }
      // Only WITH RECURSIVE lets a query name itself; without it the name inside is a table's.
      if (query.recursive) common.set(table.name, table);
      this.query(table.query, scope);
      common.set(table.name, table);
    }
    this.body(query.body, scope);
    for (const { value } of query.orderBy) this.expression(value, scope);
  }

  from(items: readonly FromItem[], scope: NameScope): void {
    const aliases = new Set<string>();
    for (const item of items) this.fromItem(item, scope, aliases);
  }

  expression(expression: Expression, scope: NameScope): void {
    const { expressions, queries } = partsOf(expression);
    for (const part of expressions) this.expression(part, scope);
    for (const query of queries) this.query(query, scope);
  }

  private body(body: QueryBody, scope: NameScope): void {
    switch (body.kind) {
      case 'query':
        this.query(body, scope);
        break;
      case 'set-operation':
        this.body(body.left, scope);
        this.body(body.right, scope);
        break;
      case 'select':
        this.select(body, scope);
    }
  }

  private select(select: Select, scope: NameScope): void {
    this.from(select.from, scope);
    for (const item of select.items) if (item.kind === 'value') this.expression(item.value, scope);
    const groups = select.groupBy === undefined || select.groupBy.kind === 'all' ? [] : select.groupBy.items;
    for (const one of [select.where, ...groups, select.having, select.qualify]) {
      if (one !== undefined) this.expression(one, scope);
    }
  }

  private fromItem(item: FromItem, scope: NameScope, aliases: Set<string>): void {
    switch (item.kind) {
      case 'table':
        this.reference(item, scope, aliases);
        aliases.add(aliasOf(item));
        break;
      case 'derived':
        this.query(item.query, scope);
        aliases.add(item.alias);
        break;
      case 'join':
        this.fromItem(item.left, scope, aliases);
        this.fromItem(item.right, scope, aliases);
        if (item.on !== undefined) this.expression(item.on, scope);
    }
  }

  private reference(reference: TableReference, scope: NameScope, aliases: ReadonlySet<string>): void {
    const { parts } = reference;
    const common = parts.length === 1 ? findCommon(scope, parts[0]!) : undefined;
    const view = systemViewOf(parts.length === 3 ? parts.slice(1) : parts);
    if (parts.length > 1 && aliases.has(parts[0]!)) this.sources.set(reference, { kind: 'array' });
    else if (common !== undefined) this.sources.set(reference, { kind: 'common', common });
    else if (view !== undefined) this.sources.set(reference, { kind: 'system', view });
    else {
      const table = resolveTableName(this.context, parts);
      this.reads.push(table);
      this.sources.set(reference, { kind: 'table', table });
    }
  }
}
