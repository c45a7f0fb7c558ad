/** What several parts of the picture say of themselves: health, schedules, rows and times. */
import type { PipelineStatus, ScheduleStatus } from '../commands/pipeline-status';
import { clock } from '../commands/report-line';
import type { PartAction, PictureNode } from './picture-node';

export function healthOfFunction(
  status: PipelineStatus,
  handler: string,
  schedule: ScheduleStatus | undefined,
): Pick<PictureNode, 'health' | 'state' | 'problem'> {
  const problem = failingOf(status, handler);
  if (problem !== undefined) return { health: 'failed', state: 'failing', problem };
  if (schedule?.isPaused === true) return { health: 'stopped', state: 'paused' };
  return { health: 'well', state: 'ready' };
}

export const failingOf = ({ failing }: PipelineStatus, handler: string): string | undefined =>
  failing.find(({ functionName }) => functionName.endsWith(`-${handler}`))?.message;

export const scheduleOf = ({ schedules }: PipelineStatus, handler: string): ScheduleStatus | undefined =>
  schedules.find(({ name }) => name.endsWith(`-${handler}`));

export const switchOf = (schedule: ScheduleStatus | undefined): PartAction[] =>
  schedule === undefined ? [] : [schedule.isPaused ? 'resume' : 'pause'];

export function nextOf(schedule: ScheduleStatus | undefined): string {
  if (schedule === undefined) return 'no schedule';
  if (schedule.isPaused) return 'schedule paused';
  return schedule.nextAt === null ? 'not scheduled' : `next ${timeOf(schedule.nextAt)}`;
}

export function rowsOfSide(
  { compared }: PipelineStatus,
  prefix: string,
  side: 'sourceRows' | 'targetRows',
): string {
  const own = compared.filter(({ source }) => source.startsWith(prefix));
  if (own.length === 0) return 'not compared yet';
  return `${count(own.reduce((sum, table) => sum + table[side], 0))} rows`;
}

export const lagText = (lagMs: number | null): string =>
  lagMs === null ? 'no lag yet' : `lag ${(lagMs / 1000).toFixed(1)} s`;

export const count = (rows: number): string => rows.toLocaleString('en-US');

/** Of this machine's zone, as in the terminal. */
export const timeOf = (iso: string | null): string => (iso === null ? '-' : clock(new Date(iso)));
