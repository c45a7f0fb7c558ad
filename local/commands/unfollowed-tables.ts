/** Tables whose differences stay: the replication task does not follow them, or did not take some of their rows. */
import type { Registry } from '../runtime/registry';
import { readReplicatedTables } from './replicated-tables';
import { SUSPENDED, type UnfollowedTables } from './table-summary';

/** As far as this run of the task knows. */
export function readUnfollowed(registry: Registry): UnfollowedTables {
  return Object.fromEntries(
    readReplicatedTables(registry).flatMap(({ table, state, rejected }) => {
      if (state === 'suspended') return [[`mysql.${table}`, SUSPENDED]];
      return rejected === 0
        ? []
        : [[`mysql.${table}`, `rejected ${rejected} ${rejected === 1 ? 'row' : 'rows'}`]];
    }),
  );
}

/** Sources of which nothing arrives until somebody brings them back. */
export const readSuspended = (registry: Registry): string[] =>
  readReplicatedTables(registry).flatMap(({ table, state }) =>
    state === 'suspended' ? [`mysql.${table}`] : [],
  );
