/** `npm run replay -- trades --from T --to T`: loads files again that were loaded in that time, running or stopped. */
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { replayFiles } from '../../pipeline/load/replay-files';
import { findRuntime, type RuntimeInfo } from '../state/state-folder';
import { parseReplayArguments, type ReplayArguments, START_HELP } from './arguments';
import { loadAll } from './cycle';
import { runCommand } from './run-command';
import { withStoppedPipeline } from './stopped-pipeline';

async function main(args: readonly string[]): Promise<number> {
  const given = parseReplayArguments(args);
  if (given.help) {
    console.log(START_HELP);
    return 0;
  }
  const running = findRuntime(given.dataDir);
  const count = running === undefined ? await replayStopped(given) : await replay(running, given);
  const when = running === undefined ? 'loaded again' : 'put back; the next load takes them';
  console.log(`${count} files of ${given.table} ${when}`);
  return 0;
}

async function replay(runtime: RuntimeInfo, { table, range }: ReplayArguments): Promise<number> {
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

const replayStopped = (given: ReplayArguments): Promise<number> =>
  withStoppedPipeline({ dataDir: given.dataDir, drains: true }, async (session, signals) => {
    const runtime = findRuntime(given.dataDir);
    if (runtime === undefined) throw new Error('the pipeline that was started does not say where it is');
    const count = await signals.during(replay(runtime, given));
    await signals.during(loadAll(session.runtime));
    return count;
  });

runCommand(main);
