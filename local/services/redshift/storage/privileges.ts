/** Whether a session's user may do what a statement does. Superusers may do all; temp tables are free to everybody. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { CommandSession } from '../commands/command';
import type { PrivilegeNeed } from '../commands/privilege-need';
import { HIDDEN_SCHEMA, quoteName, quoteText, type TableName } from '../sql/names';

/** A row of the grants table; `owner` stands for all privileges on a table. */
interface Granted {
  readonly kind: string;
  readonly schema: string | null;
  readonly name: string | null;
  readonly privilege: string;
}

/** @throws WarehouseError `permission denied for relation x`, in Redshift's words. */
export async function requirePrivileges(
  session: CommandSession,
  needs: readonly PrivilegeNeed[],
): Promise<void> {
  if (session.superuser || needs.every(isFree)) return;
  const granted = await readGrants(session);
  for (const need of needs) checkNeed(need, granted, session.database);
}

const isFree = (need: PrivilegeNeed): boolean => need.kind === 'table' && need.table.schema === undefined;

async function readGrants(session: CommandSession): Promise<Granted[]> {
  const found = await session.execute(
    `SELECT object_kind, schema_name, object_name, privilege FROM ${grantsTable(session.database)} WHERE grantee IN ('public', ${quoteText(session.user)}) OR grantee IN (SELECT grantee FROM ${quoteName(session.database)}.${HIDDEN_SCHEMA}.identity_members WHERE user_name = ${quoteText(session.user)})`,
  );
  return (found.rows as [string, string | null, string | null, string][]).map(
    ([kind, schema, name, privilege]) => ({ kind, schema, name, privilege }),
  );
}

function checkNeed(need: PrivilegeNeed, granted: readonly Granted[], database: string): void {
  switch (need.kind) {
    case 'superuser':
      throw new WarehouseError(`must be superuser to ${need.what}`);
    case 'database':
      if (granted.some(({ kind, privilege }) => kind === 'database' && privilege === need.privilege)) return;
      throw new WarehouseError(`permission denied for database ${database}`);
    case 'schema':
      if (need.schema === 'public' || hasOnSchema(granted, need.schema, need.privilege)) return;
      throw new WarehouseError(`permission denied for schema ${need.schema}`);
    case 'owner':
      if (need.table.schema === undefined || hasOnTable(granted, need.table, ['owner'])) return;
      throw new WarehouseError(`must be owner of relation ${need.table.table}`);
    case 'table': {
      const { schema, table } = need.table;
      if (schema === undefined) return;
      if (schema !== 'public' && !hasOnSchema(granted, schema, 'usage')) {
        throw new WarehouseError(`permission denied for schema ${schema}`);
      }
      if (hasOnTable(granted, need.table, ['owner', ...need.anyOf])) return;
      throw new WarehouseError(`permission denied for relation ${table}`);
    }
  }
}

const hasOnTable = (
  granted: readonly Granted[],
  { schema, table }: TableName,
  anyOf: readonly string[],
): boolean =>
  granted.some(
    (one) =>
      one.kind === 'table' && one.schema === schema && one.name === table && anyOf.includes(one.privilege),
  );

const hasOnSchema = (granted: readonly Granted[], schema: string, privilege: string): boolean =>
  granted.some((one) => one.kind === 'schema' && one.schema === schema && one.privilege === privilege);

export const grantsTable = (database: string): string => `${quoteName(database)}.${HIDDEN_SCHEMA}.grants`;

/** The user that makes a table owns it. Superusers' tables need no owner on record. */
export async function recordOwner(session: CommandSession, schema: string, table: string): Promise<void> {
  if (session.superuser) return;
  await session.execute(
    `INSERT INTO ${grantsTable(session.database)} VALUES ('table', ${quoteText(schema)}, ${quoteText(table)}, ${quoteText(session.user)}, 'owner')`,
  );
}

/** Whoever owned it does so no longer. */
export async function changeOwner(
  session: CommandSession,
  schema: string,
  table: string,
  user: string,
): Promise<void> {
  const place = `schema_name = ${quoteText(schema)} AND object_name = ${quoteText(table)}`;
  await session.execute(
    `DELETE FROM ${grantsTable(session.database)} WHERE ${place} AND privilege = 'owner'`,
  );
  await session.execute(
    `INSERT INTO ${grantsTable(session.database)} VALUES ('table', ${quoteText(schema)}, ${quoteText(table)}, ${quoteText(user)}, 'owner')`,
  );
}

/** Grants end with what they were given on. */
export async function forgetGrants(session: CommandSession, schema: string, table?: string): Promise<void> {
  const object = table === undefined ? '' : ` AND object_name = ${quoteText(table)}`;
  await session.execute(
    `DELETE FROM ${grantsTable(session.database)} WHERE schema_name = ${quoteText(schema)}${object}`,
  );
}

/** Grants follow a table to its new name. */
export async function moveGrants(
  session: CommandSession,
  schema: string,
  from: string,
  to: string,
): Promise<void> {
  await session.execute(
    `UPDATE ${grantsTable(session.database)} SET object_name = ${quoteText(to)}
     WHERE schema_name = ${quoteText(schema)} AND object_name = ${quoteText(from)}`,
  );
}
