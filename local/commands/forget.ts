/** `npm run forget -- trades t-1`: removes every copy of an item that its source no longer has, running or stopped. */
import { parseForgetRequest } from '../../pipeline/forget/forget-request';
import { TABLES } from '../../pipeline/tables';
import { callControlServer } from '../runtime/control-server';
import { type ForgetReport, forgetInSteps } from '../runtime/forget';
import { findRuntime, requireState } from '../state/state-folder';
import type { DataDirFlag, Given } from './given';
import { withStoppedPipeline } from './stopped-pipeline';

export async function command({ words, flags: { dataDir } }: Given<DataDirFlag>): Promise<number> {
  const [table = '', ...key] = words;
  const running = findRuntime(dataDir);
  if (running === undefined) {
    requireState(dataDir);
    // As the function does it, before everything that the function needs is started.
    parseForgetRequest({ table, key }, TABLES);
  }
  const report =
    running === undefined
      ? await withStoppedPipeline({ dataDir, drains: true }, ({ runtime }, signals) =>
          signals.during(forgetInSteps(runtime.functionOf('forget-item'), { table, key })),
        )
      : ((await callControlServer(running, 'forget', { table, key })) as ForgetReport);
  for (const line of describe(report)) console.log(line);
  return report.unreadable.length === 0 ? 0 : 1;
}

const describe = ({ table, unreadable, ...copies }: ForgetReport): string[] => [
  `removed from ${table}: ${Object.entries(copies)
    .map(([place, count]) => `${place === 'oldVersions' ? 'old versions' : place} ${count}`)
    .join(', ')}`,
  ...unreadable.map((key) => `cannot be read, so look into it and delete it by hand: ${key}`),
  'Its stream keeps changes for 24 hours: run this again after that. What else is out of reach: docs/operate.md, "Forget an item"',
];
