/** Values that their column cannot hold, but whose rows it takes all the same: counted by column, and written down. */
import type { ApplyException } from './control-tables';
import type { MisfitColumn } from './mapped-table';
import type { TaskTable } from './task-context';

interface Flagged {
  readonly table: TaskTable;
  readonly misfit: MisfitColumn;
  count: number;
}

export class FlaggedValues {
  private readonly found = new Map<string, Flagged>();

  add(table: TaskTable, misfit: MisfitColumn): void {
    const key = JSON.stringify([table.name, misfit.column, misfit.reason]);
    const known = this.found.get(key);
    if (known === undefined) this.found.set(key, { table, misfit, count: 1 });
    else known.count += 1;
    table.statistics.flagged += 1;
  }

  /** One line for each column and reason since the last call. `statement`: where the values came from. */
  drain(statement: string): ApplyException[] {
    const lines = [...this.found.values()].map(({ table, misfit, count }) => ({
      table: table.name,
      statement,
      error: `column ${misfit.column} of ${table.replicated?.targetTable ?? table.name} is ${misfit.kind === 'cut' ? 'cut' : 'NULL'} in ${count} ${count === 1 ? 'row' : 'rows'} whose value it cannot hold: it ${misfit.reason}`,
    }));
    this.found.clear();
    return lines;
  }
}
