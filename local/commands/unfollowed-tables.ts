/** Tables whose differences stay: the replication task does not follow them, or did not take some of their rows. */
import type { TableStatistics } from '../runtime/ports/replication-task';
import type { Registry } from '../runtime/registry';
import { readReplicatedTables } from './replicated-tables';
import { plural } from './report-line';
import { SUSPENDED, type UnfollowedTable, type UnfollowedTables } from './table-summary';

/** What a task says of a table of MySQL, by itself or in the status. */
export type FollowedTable = Pick<
  TableStatistics,
  'table' | 'rejected' | 'rejectedBecause' | 'suspendedBecause'
>;

/** As far as the task has written it down: also of earlier runs. */
export function unfollowedOf(tables: readonly FollowedTable[]): UnfollowedTables {
  return Object.fromEntries(
    tables.flatMap((table) => {
      const found = unfollowed(table);
      return found === undefined ? [] : [[`mysql.${table.table}`, found]];
    }),
  );
}

export const readUnfollowed = (registry: Registry): UnfollowedTables =>
  unfollowedOf(readReplicatedTables(registry));

function unfollowed({
  rejected,
  rejectedBecause,
  suspendedBecause,
}: FollowedTable): UnfollowedTable | undefined {
  if (suspendedBecause !== undefined) return { reason: SUSPENDED };
  if (rejected === 0) return undefined;
  return { reason: describeRejectedRows(rejected, rejectedBecause), rows: rejected };
}

/** `rejected 3 rows, the last because …` */
export function describeRejectedRows(rows: number, reason?: string): string {
  const last = rows === 1 ? '' : ', the last';
  return `rejected ${plural(rows, 'row')}${reason === undefined ? '' : `${last} because ${reason}`}`;
}

/** Sources of which nothing arrives until somebody brings them back. */
export const readSuspended = (registry: Registry): string[] =>
  readReplicatedTables(registry).flatMap(({ table, state }) =>
    state === 'suspended' ? [`mysql.${table}`] : [],
  );
