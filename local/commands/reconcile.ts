/** `npm run reconcile`: compares the sources with the warehouse, of a running pipeline or of a stopped one. */

import { callControlServer } from '../runtime/control-server';
import { listenForStop } from '../runtime/stop-signals';
import { findRuntime, requireState } from '../state/state-folder';
import { parseReconcileArguments, type ReconcileArguments, START_HELP } from './arguments';
import { drainAndReconcile } from './cycle';
import {
  countDeadLetters,
  type DeadLetterCount,
  describeDeadLetters,
  exitCodeOf,
} from './dead-letter-report';
import { openPipelineSession } from './pipeline-session';
import { buildSummary } from './report';
import { runCommand } from './run-command';
import { areEqual, buildJsonSummary, parseTableSummaries, type TableSummary } from './table-summary';

async function main(args: readonly string[]): Promise<number> {
  const given = parseReconcileArguments(args);
  if (given.help) {
    console.log(START_HELP);
    return 0;
  }
  const startedAt = performance.now();
  const { tables, letters } = await reconcile(given);
  console.log(
    given.json
      ? buildJsonSummary(tables, performance.now() - startedAt)
      : `${buildSummary(tables)}\n\n${areEqual(tables) ? 'every table is equal' : 'not every table is equal'}`,
  );
  for (const line of describeDeadLetters(letters)) console.error(line);
  return exitCodeOf(areEqual(tables), letters);
}

interface Compared {
  readonly tables: readonly TableSummary[];
  readonly letters: DeadLetterCount;
}

async function reconcile({ dataDir }: ReconcileArguments): Promise<Compared> {
  const running = findRuntime(dataDir);
  if (running !== undefined) {
    const answer = await callControlServer(running, 'reconcile', {});
    const { deadLetters } = answer as { readonly deadLetters: DeadLetterCount };
    return { tables: parseTableSummaries(answer), letters: deadLetters };
  }
  requireState(dataDir);
  // Nothing is ingested; what was under way when it stopped is brought to its end first.
  const signals = listenForStop(console.error);
  const session = await signals.during(openPipelineSession({ dataDir, print: printProgress }));
  try {
    const tables = await signals.during(drainAndReconcile(session.runtime, session.watch));
    return { tables, letters: countDeadLetters(session.runtime) };
  } finally {
    await session.stop({ drain: !signals.wasReceived() });
  }
}

/** Progress without the summary table, which is this command's own answer and is printed once. */
const printProgress = (line: string): void => {
  if (!line.startsWith('\n')) console.error(line);
};

runCommand(main);
