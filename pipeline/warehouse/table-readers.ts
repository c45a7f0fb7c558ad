/**
 * The roles and groups that may read a target, as its entry names them. Set-up grants them and takes back what it
 * granted before and the entry no longer names; what an administrator granted is not its own. A table keeps its grants
 * when its rows are replaced: DMS empties a target and never drops it.
 */
import { CONTROL_SCHEMA, type ReplicatedTable, targetName } from '../tables';
import { foldName } from '../values/catalogue';
import type { TableReader } from '../values/replicated-table';
import type { DataApi } from './data-api';
import { quoteIdentifier, quoteLiteral, quoteTable } from './sql-text';
import type { RefusedTarget } from './table-check';
import { READERS } from './table-definitions';

/** A batch has at most 40 statements, and a reader three. */
const READERS_A_BATCH = 12;

/**
 * Table by table, each reader in one transaction with the record of it, so that a run that stopped anywhere is completed by
 * the next one.
 * @returns tables with a reader that does not exist, and why; their other readers are granted
 */
export async function settleReaders(
  dataApi: DataApi,
  tables: readonly ReplicatedTable[],
): Promise<RefusedTarget[]> {
  const existing = await readIdentities(dataApi);
  const granted = await readGranted(dataApi);
  const unsettled: RefusedTarget[] = [];
  for (const table of tables) {
    const wanted = (table.readers ?? []).map(textOf);
    const missing = wanted.filter((reader) => !existing.has(reader));
    if (missing.length > 0) unsettled.push({ table: targetName(table), reason: missingReason(missing) });
    const known = granted.get(targetName(table)) ?? new Set();
    const statements = [
      ...wanted
        .filter((reader) => existing.has(reader))
        .map((reader) => grant(table, reader, known.has(reader))),
      ...[...known]
        .filter((reader) => !wanted.includes(reader))
        .map((reader) => revoke(table, reader, existing.has(reader))),
    ];
    for (let at = 0; at < statements.length; at += READERS_A_BATCH)
      await dataApi.executeBatch(statements.slice(at, at + READERS_A_BATCH).flat(), {
        name: 'prepare/readers',
      });
  }
  return unsettled;
}

const missingReason = (missing: readonly string[]): string =>
  `its entry names readers that the warehouse does not have: ${missing.join(', ')}. Create them (${missing
    .map((reader) => `CREATE ${reader.split(' ')[0]?.toUpperCase()} …`)
    .join(', ')}) and run set-up again, or take them out of "readers"`;

/** `role analysts`; Redshift folds the names. */
const textOf = (reader: TableReader): string =>
  'role' in reader ? `role ${foldName(reader.role)}` : `group ${foldName(reader.group)}`;

/** Roles and groups of the warehouse: `role x`, `group x`. */
export async function readIdentities(dataApi: DataApi): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const row of dataApi.query('SELECT role_name FROM svv_roles'))
    found.add(`role ${foldName(row.role_name ?? '')}`);
  for await (const row of dataApi.query('SELECT groname FROM pg_group'))
    found.add(`group ${foldName(row.groname ?? '')}`);
  return found;
}

const RECORD = quoteTable(CONTROL_SCHEMA, READERS.table);

async function readGranted(dataApi: DataApi): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const granted = new Map<string, Set<string>>();
  for await (const row of dataApi.query(`SELECT target_table, reader FROM ${RECORD}`)) {
    const readers = granted.get(row.target_table ?? '') ?? new Set();
    granted.set(row.target_table ?? '', readers.add(row.reader ?? ''));
  }
  return granted;
}

/** What GRANT and REVOKE name: `ROLE "analysts"`. */
function identity(reader: string): string {
  const [kind = '', ...name] = reader.split(' ');
  return `${kind.toUpperCase()} ${quoteIdentifier(name.join(' '))}`;
}

/** Also what is granted already: a hand may have taken it away. */
function grant(table: ReplicatedTable, reader: string, isKnown: boolean): string[] {
  const { target } = table;
  return [
    `GRANT USAGE ON SCHEMA ${quoteIdentifier(target.schema)} TO ${identity(reader)}`,
    `GRANT SELECT ON TABLE ${quoteTable(target.schema, target.table)} TO ${identity(reader)}`,
    ...(isKnown
      ? []
      : [`INSERT INTO ${RECORD} VALUES (${quoteLiteral(targetName(table))}, ${quoteLiteral(reader)})`]),
  ];
}

/** The schema stays usable for it: other tables may have been granted by hand, and USAGE alone reads nothing. */
function revoke(table: ReplicatedTable, reader: string, exists: boolean): string[] {
  const { schema, table: name } = table.target;
  return [
    ...(exists ? [`REVOKE SELECT ON TABLE ${quoteTable(schema, name)} FROM ${identity(reader)}`] : []),
    `DELETE FROM ${RECORD} WHERE "target_table" = ${quoteLiteral(targetName(table))} AND "reader" = ${quoteLiteral(reader)}`,
  ];
}
