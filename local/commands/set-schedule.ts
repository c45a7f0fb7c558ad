/** Pauses and resumes the schedule of a function in a running pipeline, by the names that docs/operator.sh has on AWS. */
import { callControlServer } from '../runtime/control-server';
import { STATE } from '../runtime/ports/host';
import { SCHEDULES, type Schedule } from '../runtime/ports/schedule';
import type { Registry } from '../runtime/registry';
import { handlerOf } from '../runtime/runtime';
import { keepPausedSchedule } from '../state/paused-schedules';
import { typedCommand } from '../state/typed-command';
import type { DataDirFlag, Given } from './given';
import { requireRunning } from './require-running';

export type ScheduleChange = 'pause' | 'resume';

export async function setSchedule(
  { words: [handler = ''], flags }: Given<DataDirFlag>,
  change: ScheduleChange,
): Promise<number> {
  const running = requireRunning(flags.dataDir, change, handler);
  console.log(await callControlServer(running, 'schedule', { handler, change }));
  return 0;
}

/** Within the running pipeline. @throws Error that names the schedules there are */
export function changeSchedule(
  registry: Registry,
  { handler, change }: { readonly handler: string; readonly change: string },
): string {
  const schedule = demandSchedule([...registry.of(SCHEDULES).values()], handler);
  if (change === 'pause') schedule.pause();
  else schedule.resume();
  const { folder } = registry.the(STATE);
  keepPausedSchedule(folder, schedule.name, change === 'pause');
  return change === 'pause'
    ? `the schedule of ${handler} is paused, until ${typedCommand(folder, 'resume', handler)}, also over a restart`
    : `the schedule of ${handler} fires again`;
}

/** The schedule that calls the function of a handler. */
export const findScheduleOf = (schedules: readonly Schedule[], handler: string): Schedule | undefined =>
  schedules.find(({ name }) => handlerOf(name) === handler);

function demandSchedule(schedules: readonly Schedule[], handler: string): Schedule {
  const found = findScheduleOf(schedules, handler);
  if (found !== undefined) return found;
  const [prefix = ''] = schedules.map(({ name }) => name.split('-').slice(0, 2).join('-'));
  throw new Error(
    `there is no schedule of ${handler}; scheduled are ${schedules.map(({ name }) => name.replace(`${prefix}-`, '')).join(', ')}`,
  );
}
