/** What somebody meant by a table that does not exist. */
import { nearest } from './nearest.cjs';
import type { QueryAnswer } from './query-warehouse';

export type AskWarehouse = (sql: string) => Promise<QueryAnswer>;

/** Those that a person may read; the pipeline's own are in the schema `cdc`. */
export async function readTableNames(ask: AskWarehouse): Promise<string[]> {
  const { rows } = await ask('select table_schema, table_name from svv_tables order by 1, 2');
  return rows.map(([schema, table]) => `${schema}.${table}`);
}

/** The message, with the nearest table when a table was not found and one is near. */
export async function withSuggestion(message: string, ask: AskWarehouse): Promise<string> {
  const [, typed] = /relation "([^"]+)" does not exist/.exec(message) ?? [];
  if (typed === undefined) return message;
  const tables = await readTableNames(ask).catch(() => []);
  const meant =
    tables.find((table) => table.endsWith(`.${typed}`)) ??
    nearest(typed, tables) ??
    tables.find((table) => nearest(typed, [table.slice(table.indexOf('.') + 1)]) !== undefined);
  return meant === undefined
    ? `${message}. \\dt in the prompt of sql lists the tables`
    : `${message}. Did you mean ${meant}?`;
}
