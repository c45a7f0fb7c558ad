/** What the account of a connection may do, by `SHOW GRANTS`, which counts the roles that are active as well. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type Folding, isSameName } from './folded-name';

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

/**
 * The needed privileges that no grant gives. `grants` are lines of SHOW GRANTS; those of roles by name are no privileges.
 * @param folding of the server, whose grants are in lower case where it does not tell capitals apart
 */
export function missingPrivileges(
  grants: readonly string[],
  needed: readonly Privilege[],
  folding: Folding,
): readonly Privilege[] {
  const held = grants.flatMap(parseGrant);
  return needed.filter((wanted) => !held.some((grant) => gives(grant, wanted, folding)));
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

function gives(
  held: HeldGrant,
  { name, database = '', table = '', isGrantable }: Privilege,
  folding: Folding,
): boolean {
  const names = ['ALL PRIVILEGES', name, ...(OTHER_NAMES[name] ?? [])];
  return (
    held.privileges.some((privilege) => names.includes(privilege)) &&
    (held.database === '*' || isSameName(held.database, database, folding)) &&
    (held.table === '*' || isSameName(held.table, table, folding)) &&
    (isGrantable !== true || held.isGrantable)
  );
}

/** `SELECT on bank.txns`, `CREATE USER on *.*`. */
export const privilegeText = ({ name, database = '*', table = '*', isGrantable }: Privilege): string =>
  `${name} on ${database}.${table}${isGrantable === true ? ' with grant option' : ''}`;
