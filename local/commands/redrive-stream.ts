/** `npm run redrive_stream`: stages the records of the dead letters again, of a running or a stopped pipeline. */
import { callControlServer } from '../runtime/control-server';
import { type RedriveReport, redriveStream } from '../runtime/redrive-stream';
import { findRuntime } from '../state/state-folder';
import { EXIT_DEAD_LETTERS } from './dead-letter-report';
import type { DataDirFlag, Given } from './given';
import { withStoppedPipeline } from './stopped-pipeline';

export async function command({ flags }: Given<DataDirFlag>): Promise<number> {
  const { staged, left } = await redrive(flags.dataDir);
  for (const line of left) console.error(`not staged, so the letter stays: ${line}`);
  console.log(`${staged} staged, ${left.length} left; the next load takes what was staged`);
  return left.length === 0 ? 0 : EXIT_DEAD_LETTERS;
}

async function redrive(dataDir: string): Promise<RedriveReport> {
  const running = findRuntime(dataDir);
  if (running !== undefined) return (await callControlServer(running, 'redrive', {})) as RedriveReport;
  return withStoppedPipeline({ dataDir, drains: true }, ({ runtime }, signals) =>
    signals.during(redriveStream(runtime.registry, runtime.functionOf('stage-stream-records'))),
  );
}
