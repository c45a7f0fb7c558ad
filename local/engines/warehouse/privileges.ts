/** Whether a user may do what a statement does. */
import type { CommandSession, TableLock } from './commands/command';

/** @throws WarehouseError `permission denied for relation x`. */
export async function requirePrivileges(
  session: CommandSession,
  _locks: readonly TableLock[],
): Promise<void> {
  if (session.superuser) return;
}
