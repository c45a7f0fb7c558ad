/** `npm run resume -- HANDLER`: its schedule fires at once, and then at its rate. */

import type { DataDirFlag, Given } from './given';
import { setSchedule } from './set-schedule';

export const command = (given: Given<DataDirFlag>): Promise<number> => setSchedule(given, 'resume');
