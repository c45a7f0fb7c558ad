/** `npm run reconcile`: compares the sources with the warehouse, of a running pipeline or of a stopped one. */

import { callControlServer } from '../runtime/control-server';
import { findRuntime } from '../state/state-folder';
import { drainAndReconcile } from './cycle';
import {
  countDeadLetters,
  type DeadLetterCount,
  describeDeadLetters,
  exitCodeOf,
} from './dead-letter-report';
import type { DataDirFlag, Given, JsonFlag } from './given';
import { describeAllLeftOut } from './left-out-tables';
import { buildSummary } from './report';
import { withStoppedPipeline } from './stopped-pipeline';
import {
  areEqual,
  buildJsonSummary,
  describeVerdict,
  isAnySuspended,
  parseTableSummaries,
  type TableSummary,
  type UnfollowedTables,
} from './table-summary';
import { readUnfollowed } from './unfollowed-tables';
import { whileWaiting } from './while-waiting';

export async function command({ flags }: Given<DataDirFlag & JsonFlag>): Promise<number> {
  const startedAt = performance.now();
  const { tables, letters, unfollowed } = await reconcile(flags);
  console.log(
    flags.json
      ? buildJsonSummary(tables, performance.now() - startedAt)
      : `${buildSummary(tables)}\n\n${describeVerdict(tables, unfollowed)}`,
  );
  const leftOut = describeAllLeftOut(flags.dataDir);
  for (const line of [...leftOut, ...describeDeadLetters(letters, flags.dataDir)]) console.error(line);
  return exitCodeOf(areEqual(tables) && leftOut.length === 0 && !isAnySuspended(unfollowed), letters);
}

interface Compared {
  readonly tables: readonly TableSummary[];
  readonly letters: DeadLetterCount;
  readonly unfollowed: UnfollowedTables;
}

async function reconcile({ dataDir }: DataDirFlag): Promise<Compared> {
  const running = findRuntime(dataDir);
  if (running !== undefined) {
    const answer = await whileWaiting(
      { dataDir, doing: 'comparing' },
      callControlServer(running, 'reconcile', {}),
    );
    const { deadLetters, unfollowed } = answer as {
      readonly deadLetters: DeadLetterCount;
      readonly unfollowed: UnfollowedTables;
    };
    return { tables: parseTableSummaries(answer), letters: deadLetters, unfollowed };
  }
  // What was under way when it stopped is brought to its end first.
  return withStoppedPipeline(
    { dataDir, print: printProgress, drains: true },
    async ({ runtime, watch }, signals) => {
      const tables = await signals.during(drainAndReconcile(runtime, watch));
      return { tables, letters: countDeadLetters(runtime), unfollowed: readUnfollowed(runtime.registry) };
    },
  );
}

/** Progress without the summary table, which is this command's own answer and is printed once. */
const printProgress = (line: string): void => {
  if (!line.startsWith('\n')) console.error(line);
};
