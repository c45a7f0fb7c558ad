/** Tables that somebody wants a new copy of, until the task comes to it. */
import { UnknownTableError } from '../../../runtime/ports/replication-task';
import type { ControlTables } from './control-tables';
import { ResyncRequested, type TaskTable } from './task-context';

export class ResyncRequests {
  private readonly wanted = new Set<string>();

  constructor(
    private readonly tables: ReadonlyMap<string, TaskTable>,
    private readonly control: ControlTables,
  ) {}

  get isWaiting(): boolean {
    return this.wanted.size > 0;
  }

  /** @throws UnknownTableError for a table that the task does not have */
  async check(tables: readonly string[]): Promise<void> {
    const known = await this.knownTables();
    const unknown = tables.filter((table) => !known.includes(table));
    if (unknown.length === 0) return;
    throw new UnknownTableError(
      `the replication task has no table ${unknown.join(', ')}; it has ${[...known].sort().join(', ') || 'none yet'}`,
    );
  }

  private async knownTables(): Promise<readonly string[]> {
    if (this.tables.size > 0) return [...this.tables.keys()];
    await this.control.prepare();
    return [...(await this.control.readTableStates()).keys()];
  }

  /** For a task that runs. */
  note(tables: readonly string[]): void {
    for (const table of tables) this.wanted.add(table);
  }

  /** For one that does not: it copies them when it is started. */
  async writeDown(tables: readonly string[]): Promise<void> {
    await this.control.prepare();
    for (const table of tables) await this.control.requestResync(table);
  }

  /** For one that ran when they were noted, and failed. */
  async writeDownNoted(): Promise<void> {
    const noted = [...this.wanted];
    await this.writeDown(noted);
    for (const table of noted) this.wanted.delete(table);
  }

  /** Between transactions, with nothing waiting. @throws ResyncRequested when there is something to do */
  take(): void {
    if (this.wanted.size === 0) return;
    const taken = [...this.wanted];
    this.wanted.clear();
    for (const name of taken) {
      const statistics = this.tables.get(name)?.statistics;
      if (statistics === undefined) continue;
      delete statistics.suspendedBecause;
      statistics.state = 'waiting';
    }
    throw new ResyncRequested(taken);
  }
}
