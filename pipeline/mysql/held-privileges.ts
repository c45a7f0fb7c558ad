/** What the account of a connection may do, by `SHOW GRANTS`, which counts the roles that are active as well. */
import type { Connection, RowDataPacket } from 'mysql2/promise';

export interface Privilege {
  readonly name: string;
  /** Without it: on everything. */
  readonly database?: string;
  /** Without it: on the whole database. */
  readonly table?: string;
  /** Whether the account may pass it on. */
  readonly isGrantable?: boolean;
}

interface HeldGrant {
  readonly privileges: readonly string[];
  readonly database: string;
  readonly table: string;
  readonly isGrantable: boolean;
}

/** MariaDB's own names, and what is included in others. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  'REPLICATION CLIENT': ['BINLOG MONITOR'],
};

export async function readGrants(connection: Connection): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>('SHOW GRANTS');
  return rows.map((row) => String(Object.values(row)[0]));
}

/** The needed privileges that no grant gives. `grants` are lines of SHOW GRANTS; those of roles by name are no privileges. */
export function missingPrivileges(
  grants: readonly string[],
  needed: readonly Privilege[],
): readonly Privilege[] {
  const held = grants.flatMap(parseGrant);
  return needed.filter((wanted) => !held.some((grant) => gives(grant, wanted)));
}

const GRANT = /^GRANT (.+) ON (?:TABLE )?(`(?:[^`]|``)+`|\*)\.(`(?:[^`]|``)+`|\*) TO /;

function parseGrant(line: string): HeldGrant[] {
  const [, privileges, database, table] = GRANT.exec(line) ?? [];
  if (privileges === undefined || database === undefined || table === undefined) return [];
  return [
    {
      privileges: privileges.split(/,\s*/).map((name) => name.toUpperCase()),
      database: unquoted(database),
      table: unquoted(table),
      isGrantable: line.includes('WITH GRANT OPTION'),
    },
  ];
}

/** A grant on a whole database may have `\_` for an underscore that stands for itself. */
const unquoted = (name: string): string =>
  name === '*'
    ? name
    : name
        .slice(1, -1)
        .replaceAll('``', '`')
        .replaceAll(/\\([_%\\])/g, '$1');

function gives(held: HeldGrant, { name, database, table, isGrantable }: Privilege): boolean {
  const names = ['ALL PRIVILEGES', name, ...(OTHER_NAMES[name] ?? [])];
  return (
    held.privileges.some((privilege) => names.includes(privilege)) &&
    (held.database === '*' || held.database === database) &&
    (held.table === '*' || held.table === table) &&
    (isGrantable !== true || held.isGrantable)
  );
}

/** `SELECT on bank.txns`, `CREATE USER on *.*`. */
export const privilegeText = ({ name, database = '*', table = '*', isGrantable }: Privilege): string =>
  `${name} on ${database}.${table}${isGrantable === true ? ' with grant option' : ''}`;
