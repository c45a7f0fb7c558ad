/** `npm run replay -- trades --from T --to T`: loads files again that were loaded in that time, running or stopped. */
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { replayFiles } from '../../pipeline/load/replay-files';
import { findRuntime, type RuntimeInfo } from '../state/state-folder';
import { loadAll } from './cycle';
import type { DataDirFlag, Given } from './given';
import { withStoppedPipeline } from './stopped-pipeline';
import { UsageError } from './usage-error';

interface ReplayFlags extends DataDirFlag {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

interface Replayed {
  readonly dataDir: string;
  readonly table: string;
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

export async function command({ words: [table = ''], flags }: Given<ReplayFlags>): Promise<number> {
  const { dataDir, from, to } = flags;
  if (from >= to) throw new UsageError('--from must be a time before --to');
  const given: Replayed = { dataDir, table, range: { fromMs: from, toMs: to } };
  const running = findRuntime(given.dataDir);
  const count = running === undefined ? await replayStopped(given) : await replay(running, given);
  const when = running === undefined ? 'loaded again' : 'put back; the next load takes them';
  console.log(`${count} files of ${given.table} ${when}`);
  return 0;
}

async function replay(runtime: RuntimeInfo, { table, range }: Replayed): Promise<number> {
  const { gatewayEndpoint: endpoint, accessKeyId, secretAccessKey, region } = runtime;
  const client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  try {
    const { Buckets: buckets = [] } = await client.send(new ListBucketsCommand({}));
    const bucket = buckets.find(({ Name: name = '' }) => name.endsWith('-data'))?.Name;
    if (bucket === undefined) throw new Error('no stack declares a data bucket');
    const id = new Date().toISOString().replace(/\D/g, '');
    return await replayFiles(client, { bucket, table, range, id });
  } finally {
    client.destroy();
  }
}

const replayStopped = (given: Replayed): Promise<number> =>
  withStoppedPipeline({ dataDir: given.dataDir, drains: true }, async (session, signals) => {
    const runtime = findRuntime(given.dataDir);
    if (runtime === undefined) throw new Error('the pipeline that was started does not say where it is');
    const count = await signals.during(replay(runtime, given));
    await signals.during(loadAll(session.runtime));
    return count;
  });
