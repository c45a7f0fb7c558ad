/** `npm run start_task`: starts the replication task from its checkpoint, of a running pipeline. */
import type { DataDirFlag, Given } from './given';
import { askTask } from './task-control';

export const command = (given: Given<DataDirFlag>): Promise<number> => askTask(given, 'start_task');
