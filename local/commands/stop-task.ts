/** `npm run stop_task`: stops the replication task, and keeps it so, of a running pipeline. */
import type { DataDirFlag, Given } from './given';
import { askTask } from './task-control';

export const command = (given: Given<DataDirFlag>): Promise<number> => askTask(given, 'stop_task');
