/** What a statement's user must be allowed to do. */
import type { TableName } from '../sql/names';

export type TablePrivilege = 'select' | 'insert' | 'update' | 'delete' | 'drop' | 'alter' | 'truncate';

export type PrivilegeNeed =
  /** One of these privileges, or to own the table. */
  | { readonly kind: 'table'; readonly table: TableName; readonly anyOf: readonly TablePrivilege[] }
  /** To be the one who made it. */
  | { readonly kind: 'owner'; readonly table: TableName }
  | { readonly kind: 'schema'; readonly schema: string; readonly privilege: 'create' }
  | { readonly kind: 'database'; readonly privilege: 'create' }
  /** `what` completes "must be superuser to ...". */
  | { readonly kind: 'superuser'; readonly what: string };

export const onTable = (table: TableName, ...anyOf: readonly TablePrivilege[]): PrivilegeNeed => ({
  kind: 'table',
  table,
  anyOf,
});

export const toRead = (tables: readonly TableName[]): PrivilegeNeed[] =>
  tables.map((table) => onTable(table, 'select'));

/** None for a temp table. */
export const toCreateIn = (table: TableName): PrivilegeNeed[] =>
  table.schema === undefined ? [] : [{ kind: 'schema', schema: table.schema, privilege: 'create' }];
