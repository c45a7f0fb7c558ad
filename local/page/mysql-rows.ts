/** Rows of MySQL that a person looks at and changes by the page. */
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { quoteMysqlIdentifier, quoteMysqlTable } from '../../pipeline/mysql/mysql-identifier';
import type { MysqlTable } from '../../pipeline/tables';
import type { AskedChange, RowValues } from './asked-change';

/** As many as a person picks from. */
const MOST_ROWS = 25;

/** The newest by key, or any where there is none. Binary values are left out. */
export async function readNewestRows(connection: Connection, table: MysqlTable): Promise<RowValues[]> {
  const columns = table.columns.map(({ name }) => quoteMysqlIdentifier(name)).join(', ');
  const order = table.key.map((name) => `${quoteMysqlIdentifier(name)} DESC`).join(', ');
  const [rows] = await connection.query<RowDataPacket[]>(
    [
      `SELECT ${columns}`,
      `FROM ${quoteMysqlTable(table)}`,
      ...(order === '' ? [] : [`ORDER BY ${order}`]),
      `LIMIT ${MOST_ROWS}`,
    ].join('\n'),
  );
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).flatMap(([name, value]) => textOf(name, value))),
  );
}

function textOf(name: string, value: unknown): [string, string | null][] {
  if (value === null || value === undefined) return [[name, null]];
  if (Buffer.isBuffer(value)) return [];
  return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
}

/**
 * @returns the key of the row, with a number that the server gave it
 * @throws Error when there is no such row, or the change leaves it as it is: nothing would travel
 */
export async function changeMysqlRow(
  connection: Connection,
  { table, operation, key, values }: AskedChange & { readonly table: MysqlTable },
): Promise<RowValues> {
  const { sql, parameters } = buildMysqlChange(table, { operation, key, values });
  const [result] = await connection.query<ResultSetHeader>(sql, parameters).catch((error: unknown) => {
    // The person who typed the values may read what the server says of them.
    const { sqlMessage } = error as { sqlMessage?: string };
    throw sqlMessage === undefined ? error : new Error(`MySQL refused it: ${sqlMessage}`);
  });
  if (operation === 'insert') {
    const given = Object.fromEntries(table.key.map((name) => [name, values[name] ?? null]));
    const { autoIncrement } = table;
    return autoIncrement === undefined || values[autoIncrement] != null
      ? given
      : { ...given, [autoIncrement]: String(result.insertId) };
  }
  if (result.affectedRows === 0) throw new Error(`${table.name} has no row with this key`);
  if (operation === 'update' && result.changedRows === 0) {
    throw new Error('the row has these values already: there is no change that could travel');
  }
  return key;
}

/** Values are parameters; names are quoted. */
export function buildMysqlChange(
  table: MysqlTable,
  { operation, key, values }: Pick<AskedChange, 'operation' | 'key' | 'values'>,
): { readonly sql: string; readonly parameters: (string | number | null)[] } {
  const place = quoteMysqlTable(table);
  const names = Object.keys(values);
  const booleans = new Set(
    table.columns.filter(({ type }) => type.kind === 'boolean').map(({ name }) => name),
  );
  // The text '1' in a column of bits is the bits of its character.
  const given = names.map((name) => {
    const value = values[name] ?? null;
    return value !== null && booleans.has(name) ? Number(value) : value;
  });
  if (operation === 'insert') {
    const columns = names.map(quoteMysqlIdentifier).join(', ');
    return {
      sql: `INSERT INTO ${place} (${columns})\nVALUES (${names.map(() => '?').join(', ')})`,
      parameters: given,
    };
  }
  const where = table.key.map((name) => `${quoteMysqlIdentifier(name)} = ?`).join(' AND ');
  const keys = table.key.map((name) => key[name] ?? null);
  if (operation === 'delete') return { sql: `DELETE FROM ${place}\nWHERE ${where}`, parameters: keys };
  const set = names.map((name) => `${quoteMysqlIdentifier(name)} = ?`).join(', ');
  return { sql: `UPDATE ${place}\nSET ${set}\nWHERE ${where}`, parameters: [...given, ...keys] };
}
