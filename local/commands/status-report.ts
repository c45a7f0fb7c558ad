/** `npm run status` for a person. */
import { typedCommand } from '../state/typed-command';
import type { PipelineStatus, ScheduleStatus, TableStatus } from './pipeline-status';
import { buildSummary } from './report';
import { clock } from './report-line';
import { describeSuspended } from './suspended-tables';
import { buildTextTable } from './text-table';
import { describeRejectedRows } from './unfollowed-tables';

/** @param folder the state folder */
export function buildStatusReport(status: PipelineStatus, folder: string): string {
  const letters = status.deadLetters.filter(({ count }) => count > 0);
  const suspended = status.tables.flatMap(({ table, suspendedBecause: reason }) =>
    reason === undefined ? [] : [{ table, reason }],
  );
  return [
    `running since ${clock(new Date(status.upSince))} as process ${status.pid}; state and logs: ${folder}`,
    ...(status.page === null ? [] : [`the live page: ${status.page}`]),
    '',
    buildTextTable(
      ['part', 'state'],
      status.parts.map(({ name, state }) => [name, state]),
    ),
    '',
    buildTableTable(status.tables),
    '',
    status.comparedAt === null
      ? 'nothing was compared yet'
      : `compared at ${clock(new Date(status.comparedAt))}:\n${buildSummary(status.compared)}`,
    '',
    buildScheduleTable(status.schedules),
    '',
    ...suspended.map((one) => describeSuspended(folder, one)),
    ...status.tables
      .filter(({ path, rejected }) => path === 'MySQL' && rejected > 0)
      .map(
        ({ table, rejected, rejectedBecause }) =>
          `${table} ${describeRejectedRows(rejected, rejectedBecause)}`,
      ),
    ...status.failing.map(
      ({ functionName, message, at }) => `failing since ${clock(new Date(at))}: ${functionName}: ${message}`,
    ),
    ...(letters.length === 0
      ? ['no dead letters']
      : letters.map(({ queue, count }) => describeLetters(folder, { queue, count }))),
  ].join('\n');
}

export const describeLetters = (
  folder: string,
  { queue, count }: { readonly queue: string; readonly count: number },
): string => `dead letters: ${count} in ${queue}; ${typedCommand(folder, 'dead_letters')} shows them`;

function buildTableTable(tables: readonly TableStatus[]): string {
  const numeric = (name: string) => ({ name, isNumeric: true });
  return buildTextTable(
    ['path', 'table', numeric('lag'), 'at', numeric('written'), numeric('deleted'), numeric('rejected')],
    tables.map(({ path, table, lagMs, lagAt, written, deleted, rejected, suspendedBecause }) => [
      path,
      table,
      suspendedBecause !== undefined
        ? 'suspended'
        : lagMs === null
          ? '-'
          : `${(Math.max(0, lagMs) / 1000).toFixed(1)} s`,
      lagAt === null ? '-' : clock(new Date(lagAt)),
      written,
      deleted,
      rejected,
    ]),
  );
}

const buildScheduleTable = (schedules: readonly ScheduleStatus[]): string =>
  buildTextTable(
    ['schedule', { name: 'every', isNumeric: true }, 'next run'],
    schedules.map(({ name, everySeconds, nextAt, isPaused }) => [
      name,
      `${everySeconds} s`,
      isPaused ? 'paused' : nextAt === null ? '-' : clock(new Date(nextAt)),
    ]),
  );
