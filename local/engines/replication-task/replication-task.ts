/** The laptop's twin of the DMS replication task: MySQL → warehouse, snapshot then binlog. */
import type { ReplicationTask, ReplicationTaskOptions } from './task';

/**
 * Parses the task's JSON and reads the state that an earlier run left in the warehouse.
 * @throws TaskDefinitionError listing every rule and setting that cannot be honoured.
 */
export async function createReplicationTask(options: ReplicationTaskOptions): Promise<ReplicationTask> {
  throw new Error(`the twin of ${options.identifier} is not built yet`);
}
