/** Tables that the replication task follows no more: which, why, and the command that brings each back. */
import type { TableStatistics } from '../runtime/ports/replication-task';
import { typedCommand } from '../state/typed-command';

export interface SuspendedTable {
  /** Source `database.table`. */
  readonly table: string;
  readonly reason: string;
}

export const NO_REASON = 'no reason was written down';

export const suspendedOf = (tables: readonly TableStatistics[]): SuspendedTable[] =>
  tables.flatMap(({ table, state, suspendedBecause = NO_REASON }) =>
    state === 'suspended' ? [{ table, reason: suspendedBecause }] : [],
  );

/** @param folder of the state */
export const describeSuspended = (folder: string, { table, reason }: SuspendedTable): string =>
  `suspended: ${table}: ${reason}\n  to bring it back: ${typedCommand(folder, 'resync', table)}`;
