/** What the replication tasks of a running pipeline say of their tables. */
import { REPLICATION_TASKS, type TableStatistics } from '../runtime/ports/replication-task';
import type { Registry } from '../runtime/registry';

export const readReplicatedTables = (registry: Registry): TableStatistics[] =>
  [...registry.of(REPLICATION_TASKS).values()].flatMap((task) => task.describe().tables);
