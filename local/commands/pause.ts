/** `npm run pause -- HANDLER`: its schedule fires no more, until it is resumed. */

import type { DataDirFlag, Given } from './given';
import { setSchedule } from './set-schedule';

export const command = (given: Given<DataDirFlag>): Promise<number> => setSchedule(given, 'pause');
