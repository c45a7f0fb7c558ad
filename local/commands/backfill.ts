/** `npm run backfill -- trades`: brings a DynamoDB table into the warehouse as it is, of a running or a stopped pipeline. */
import { type BackfillReport, backfillTable } from '../runtime/backfill';
import { callControlServer } from '../runtime/control-server';
import { findRuntime } from '../state/state-folder';
import { loadAll } from './cycle';
import type { DataDirFlag, Given } from './given';
import { withStoppedPipeline } from './stopped-pipeline';

export async function command({ words: [table = ''], flags }: Given<DataDirFlag>): Promise<number> {
  const { dataDir } = flags;
  const running = findRuntime(dataDir);
  const report =
    running === undefined
      ? await backfillStopped(dataDir, table)
      : ((await callControlServer(running, 'backfill', { table })) as BackfillReport);
  const when = running === undefined ? 'and loaded' : '; the next load takes them';
  const rejected = report.rejected === 0 ? '' : `, ${report.rejected} of which can never be rows`;
  console.log(`${report.items} items of ${table} staged ${when}${rejected}`.replace(' ;', ';'));
  return 0;
}

const backfillStopped = (dataDir: string, table: string): Promise<BackfillReport> =>
  withStoppedPipeline({ dataDir, drains: true }, async ({ runtime }, signals) => {
    const report = await signals.during(backfillTable(runtime.registry, { table }));
    await signals.during(loadAll(runtime));
    return report;
  });
