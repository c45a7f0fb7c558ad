/**
 * Locks on tables, held to the end of a transaction. Writers of one table wait for each other and then continue, as
 * in Redshift; LOCK, TRUNCATE and DROP keep readers out too. DuckDB alone would fail the second writer at commit.
 */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { LockMode, TableLock } from '../commands/command';

/** Anything that is one per session. */
type Owner = object;

interface Waiter {
  readonly owner: Owner;
  readonly mode: LockMode;
  readonly grant: () => void;
  readonly refuse: (error: Error) => void;
}

interface TableState {
  readonly holders: Map<Owner, LockMode>;
  waiters: Waiter[];
}

const RANK: Readonly<Record<LockMode, number>> = { read: 0, write: 1, exclusive: 2 };

/** Read goes with read and write; write goes with read only. */
const compatible = (one: LockMode, other: LockMode): boolean =>
  one !== 'exclusive' && other !== 'exclusive' && !(one === 'write' && other === 'write');

export class TableLocks {
  private readonly tables = new Map<string, TableState>();

  /** @throws WarehouseError when waiting would never end, or the wait was cancelled. */
  async acquire(owner: Owner, table: string, mode: LockMode): Promise<void> {
    const state = this.tables.get(table) ?? { holders: new Map<Owner, LockMode>(), waiters: [] };
    this.tables.set(table, state);
    const held = state.holders.get(owner);
    if (held !== undefined && RANK[held] >= RANK[mode]) return;
    if (this.isFree(state, owner, mode) && (held !== undefined || !this.mustQueue(state, mode))) {
      state.holders.set(owner, mode);
      return;
    }
    if (this.waitsFor(table, owner, mode, owner)) throw new WarehouseError('deadlock detected');
    await new Promise<void>((grant, refuse) => {
      const waiter = { owner, mode, grant, refuse };
      // A stronger lock on what one already holds goes first; else it would wait for those behind it.
      state.waiters = held === undefined ? [...state.waiters, waiter] : [waiter, ...state.waiters];
    });
  }

  /** Ends all locks of a session, and lets the next ones in. */
  release(owner: Owner): void {
    for (const [table, state] of this.tables) {
      if (state.holders.delete(owner)) this.grantNext(state);
      if (state.holders.size === 0 && state.waiters.length === 0) this.tables.delete(table);
    }
  }

  /** Refuses what a session is waiting for. */
  cancel(owner: Owner): void {
    for (const state of this.tables.values()) {
      const refused = state.waiters.filter((waiter) => waiter.owner === owner);
      state.waiters = state.waiters.filter((waiter) => waiter.owner !== owner);
      for (const waiter of refused) waiter.refuse(new WarehouseError("Query cancelled on user's request"));
      this.grantNext(state);
    }
  }

  private isFree(state: TableState, owner: Owner, mode: LockMode): boolean {
    return [...state.holders].every(([holder, held]) => holder === owner || compatible(held, mode));
  }

  /** Readers pass waiting writers; nobody passes a waiting exclusive lock, which would otherwise starve. */
  private mustQueue(state: TableState, mode: LockMode): boolean {
    return state.waiters.some((waiter) => !compatible(waiter.mode, mode));
  }

  private grantNext(state: TableState): void {
    for (;;) {
      const next = state.waiters[0];
      if (next === undefined || !this.isFree(state, next.owner, next.mode)) return;
      state.waiters.shift();
      state.holders.set(next.owner, next.mode);
      next.grant();
    }
  }

  /** Whether some session that blocks this lock waits, through others, for `goal`. */
  private waitsFor(
    table: string,
    owner: Owner,
    mode: LockMode,
    goal: Owner,
    seen = new Set<Owner>(),
  ): boolean {
    const state = this.tables.get(table);
    if (state === undefined) return false;
    const inTheWay = [
      ...[...state.holders]
        .filter(([holder, held]) => holder !== owner && !compatible(held, mode))
        .map(([holder]) => holder),
      ...state.waiters
        .filter((waiter) => waiter.owner !== owner && !compatible(waiter.mode, mode))
        .map(({ owner: one }) => one),
    ];
    return inTheWay.some((other) => {
      if (other === goal) return true;
      if (seen.has(other)) return false;
      seen.add(other);
      return [...this.tables].some(([name, { waiters }]) =>
        waiters.some(
          (waiter) => waiter.owner === other && this.waitsFor(name, other, waiter.mode, goal, seen),
        ),
      );
    });
  }
}

/** Stronger locks first on one table; the order of tables stays as the statement has it, as in Redshift. */
export function inLockOrder(locks: readonly TableLock[]): TableLock[] {
  const rank = { exclusive: 0, write: 1, read: 2 };
  return [...locks].sort((one, other) => rank[one.mode] - rank[other.mode]);
}
