/** `npm run task`: the state of the replication task, of a running pipeline. */
import type { DataDirFlag, Given } from './given';
import { askTask } from './task-control';

export const command = (given: Given<DataDirFlag>): Promise<number> => askTask(given, 'task');
