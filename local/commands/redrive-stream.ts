/** `npm run redrive_stream`: stages the records of the dead letters again, of a running or a stopped pipeline. */
import { callControlServer } from '../runtime/control-server';
import { type RedriveReport, redriveStream } from '../runtime/redrive-stream';
import { listenForStop } from '../runtime/stop-signals';
import { findRuntime, requireState } from '../state/state-folder';
import { parseReconcileArguments, START_HELP } from './arguments';
import { EXIT_DEAD_LETTERS } from './dead-letter-report';
import { openPipelineSession } from './pipeline-session';
import { runCommand } from './run-command';

async function main(args: readonly string[]): Promise<number> {
  const given = parseReconcileArguments(args);
  if (given.help) {
    console.log(START_HELP);
    return 0;
  }
  const { staged, left } = await redrive(given.dataDir);
  for (const line of left) console.error(`not staged, so the letter stays: ${line}`);
  console.log(`${staged} staged, ${left.length} left; the next load takes what was staged`);
  return left.length === 0 ? 0 : EXIT_DEAD_LETTERS;
}

async function redrive(dataDir: string): Promise<RedriveReport> {
  const running = findRuntime(dataDir);
  if (running !== undefined) return (await callControlServer(running, 'redrive', {})) as RedriveReport;
  requireState(dataDir);
  const signals = listenForStop(console.error);
  const session = await signals.during(openPipelineSession({ dataDir, print: console.error }));
  try {
    const { runtime } = session;
    return await signals.during(redriveStream(runtime.registry, runtime.functionOf('stage-stream-records')));
  } finally {
    await session.stop({ drain: !signals.wasReceived() });
  }
}

runCommand(main);
