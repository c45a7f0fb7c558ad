/** What a person asks of the page: to insert, update or delete one row or item. Parsed, for it comes from outside. */
import { type ReplicatedTable, TABLES } from '../../pipeline/tables';

/** Texts as a person typed them; null is NULL, or no attribute. */
export type RowValues = Readonly<Record<string, string | null>>;

export interface AskedChange {
  readonly table: ReplicatedTable;
  readonly operation: 'insert' | 'update' | 'delete';
  /** Of the row that is updated or deleted; of an insert the key columns that were given. */
  readonly key: RowValues;
  /** What an insert gives, or an update changes. */
  readonly values: RowValues;
}

/** @throws Error that says what is wrong with it */
export function parseAskedChange(
  request: Readonly<Record<string, unknown>>,
  tables: readonly ReplicatedTable[] = TABLES,
): AskedChange {
  const table = requireTable(request.table, tables);
  const { operation } = request;
  if (operation !== 'insert' && operation !== 'update' && operation !== 'delete') {
    throw new Error(`the operation must be insert, update or delete, got: ${String(operation)}`);
  }
  const key = parseValues(request.key, table);
  const values = parseValues(request.values, table);
  if (operation === 'insert') return { table, operation, key: {}, values };
  if (table.key.length === 0) {
    throw new Error(`${table.name} has no key, so that no row of it can be named: only insert is possible`);
  }
  const missing = table.key.filter((name) => key[name] == null || key[name] === '');
  if (missing.length > 0) throw new Error(`the key of the row is needed: ${missing.join(', ')}`);
  if (operation === 'update' && Object.keys(values).length === 0) {
    throw new Error('nothing is changed: give at least one column another value');
  }
  return { table, operation, key, values: operation === 'delete' ? {} : values };
}

/** By its name in the catalogue. @throws Error that names those there are */
export function requireTable(name: unknown, tables: readonly ReplicatedTable[] = TABLES): ReplicatedTable {
  const found = tables.find((table) => table.name === name);
  if (found !== undefined) return found;
  throw new Error(
    `there is no table ${String(name)}; there are ${tables.map((table) => table.name).join(', ')}`,
  );
}

function parseValues(given: unknown, table: ReplicatedTable): RowValues {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null) throw new Error('values must be an object');
  const names = new Set(table.columns.map(({ name }) => name));
  const entries = Object.entries(given).map(([name, value]: [string, unknown]) => {
    if (!names.has(name)) throw new Error(`${table.name} has no column ${name}`);
    if (value !== null && typeof value !== 'string') throw new Error(`${name} must be a text or null`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}
