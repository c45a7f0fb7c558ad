/** `npm run task_tables`: what the replication task did to each table, of a running pipeline. */
import type { DataDirFlag, Given } from './given';
import { askTask } from './task-control';

export const command = (given: Given<DataDirFlag>): Promise<number> => askTask(given, 'task_tables');
