/** `npm start`: runs the synthesized deployment on this machine. */

import { ingestedTables } from '../../pipeline/ingested-tables';
import type { OtlpExport } from '../otlp/start-otlp';
import { PageWatch, startPage } from '../page/start-page';
import type { RuntimeEvent } from '../runtime/events';
import { STATE } from '../runtime/ports/host';
import { REPLICATION_TASKS } from '../runtime/ports/replication-task';
import { SCHEDULES, type Schedule } from '../runtime/ports/schedule';
import { SOURCE_APIS } from '../runtime/ports/source-api';
import { PromptLoads } from '../runtime/prompt-loads';
import type { Registry } from '../runtime/registry';
import { handlerOf, type Runtime } from '../runtime/runtime';
import { listenForStop, StoppedError, type StopSignals } from '../runtime/stop-signals';
import { BUCKETS } from '../services/s3/aws_s3_bucket';
import { psqlCommand } from '../state/client-port';
import { findOwnSource } from '../state/own-source';
import { startCommand, typedCommand } from '../state/typed-command';
import { runCycle } from './cycle';
import { countDeadLetters, describeDeadLetters, exitCodeOf } from './dead-letter-report';
import type { Given, StartFlags } from './given';
import { describeAllLeftOut } from './left-out-tables';
import { openPipelineSession, type PipelineSession } from './pipeline-session';
import { readReplicatedTables } from './replicated-tables';
import { clock } from './report-line';
import { Screen } from './screen';
import { describeSuspended, suspendedOf } from './suspended-tables';
import {
  areEqual,
  buildJsonSummary,
  describeVerdict,
  isAnySuspended,
  parseTableSummaries,
  type TableSummary,
} from './table-summary';
import { readUnfollowed } from './unfollowed-tables';
import { UsageError } from './usage-error';
import { SEED_FOLDER, watchSeeds } from './watch-seeds';

export async function command({ flags: given }: Given<StartFlags>): Promise<number> {
  const isOwn = given.mysql !== undefined || given.dynamodb !== undefined;
  if (!isOwn && findOwnSource(given.dataDir) !== undefined)
    throw new UsageError(
      `${given.dataDir} replicates tables of your own: ${startCommand(given.dataDir)}, or name another --data-dir`,
    );
  // Functions and engines of this run ask the environment.
  if (given.server !== undefined) process.env.CDC_MYSQL_SERVER = given.server;
  const startedAt = performance.now();
  // With --json only the summary goes to standard output.
  const screen = new Screen(given.json ? process.stderr : process.stdout);
  const { print } = screen;
  const signals = listenForStop(print);
  const last = new LastReconciliation();
  const loads = new PromptLoads();
  const pageWatch = given.once || given.noPage ? undefined : new PageWatch(given.dataDir);
  const exported = given.otlp === undefined ? undefined : exportTo(given.otlp, print);
  const showStarting = (): void => screen.show(() => `starting the parts, ${elapsed(startedAt)}`);
  const onEvent = (event: RuntimeEvent): void => {
    loads.see(event);
    pageWatch?.see(event);
    exported?.see(event);
    last.see(event);
    if (event.type === 'part') showStarting();
  };
  // With --fresh a question may come first, which needs the line to itself.
  if (!given.fresh) showStarting();
  let code: number;
  try {
    const session = await signals.during(
      openPipelineSession({ ...given, everySeconds: given.every, print, onEvent }),
    );
    print(`up in ${elapsed(startedAt)}; state and logs: ${session.state.folder}`);
    for (const line of describeAllLeftOut(given.dataDir)) print(line);
    if (!given.once) print(`to read the warehouse: ${psqlCommand(session.state.folder)}`);
    screen.show(() => (signals.wasReceived() ? 'stopping' : describeRunning(session.runtime, given.once)));
    code = given.once
      ? await runOnce(session, signals, { given, print })
      : await runUntilStopped(session, signals, { given, loads, last, pageWatch, print });
  } finally {
    await exported?.stop();
    screen.close();
  }
  if (given.json && last.tables !== undefined) {
    console.log(buildJsonSummary(last.tables, performance.now() - startedAt));
  }
  return code;
}

/** Few runs have it: only they read its files. */
function exportTo(url: string, print: (line: string) => void): OtlpExport {
  const { startOtlpExport } = require('../otlp/start-otlp') as typeof import('../otlp/start-otlp');
  return startOtlpExport({ url, headers: process.env.OTEL_EXPORTER_OTLP_HEADERS, print });
}

/** The line below all others: what runs, and what runs next. */
function describeRunning({ registry }: Runtime, once: boolean): string {
  if (once) return 'running one cycle';
  const next = earliest(registry.of(SCHEDULES).values());
  const what = next === undefined ? '' : `; next: ${handlerOf(next.name)} at ${clock(next.at)}`;
  return `running${what}; Ctrl-C stops`;
}

async function runOnce(
  session: PipelineSession,
  signals: StopSignals,
  { given, print }: Pick<Running, 'given' | 'print'>,
): Promise<number> {
  let tables: readonly TableSummary[];
  for (const { name } of pausedOf(session.runtime).filter(isIngest))
    print(describePaused(session.runtime.registry, handlerOf(name) ?? name));
  try {
    tables = await signals.during(runCycle(session.runtime, session.watch, { skipsIngest: given.noIngest }));
  } catch (error) {
    await session.stop({ drain: false });
    if (error instanceof StoppedError) throw error;
    print(`failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  const letters = countDeadLetters(session.runtime);
  const unfollowed = readUnfollowed(session.runtime.registry);
  const suspended = describeAllSuspended(session.runtime.registry);
  await session.stop();
  print(describeVerdict(tables, unfollowed));
  const leftOut = describeAllLeftOut(given.dataDir);
  for (const line of [...suspended, ...leftOut, ...describeDeadLetters(letters, given.dataDir)]) print(line);
  return exitCodeOf(areEqual(tables) && leftOut.length === 0 && !isAnySuspended(unfollowed), letters);
}

interface Running {
  readonly given: StartFlags;
  readonly loads: PromptLoads;
  readonly last: LastReconciliation;
  /** Absent with --no-page. */
  readonly pageWatch: PageWatch | undefined;
  readonly print: (line: string) => void;
}

/** Ends with exit code 0 at a signal, with 1 when a part stopped that nothing starts again. */
async function runUntilStopped(
  { runtime, watch, board, stop }: PipelineSession,
  signals: StopSignals,
  { given: { dataDir, every: everySeconds, noIngest }, loads, last, pageWatch, print }: Running,
): Promise<number> {
  const page = pageWatch === undefined ? undefined : await startPage({ runtime, board, watch: pageWatch });
  if (!signals.wasReceived()) {
    const schedules = runtime.registry.of(SCHEDULES);
    loads.begin(schedules.values());
    const paused = pausedOf(runtime);
    if (noIngest) for (const schedule of schedules.values()) if (isIngest(schedule)) schedule.pause();
    last.onTables = (tables) => {
      const verdict = describeVerdict(tables, readUnfollowed(runtime.registry));
      print(`${verdict}; ${describeNext(schedules.values())}`);
      for (const text of [...describeAllSuspended(runtime.registry), ...describeAllLeftOut(dataDir)])
        print(text);
    };
    runtime.fireSchedules();
    print(
      everySeconds === undefined
        ? 'running at the rate of the stacks; Ctrl-C stops'
        : `running every ${everySeconds} s; Ctrl-C stops`,
    );
    await keepPauses(runtime, paused, print);
    for (const { url, admission } of runtime.registry.of(SOURCE_APIS).values())
      print(`the API: ${url}, ${admission}`);
    if (page !== undefined) {
      board.page = page.link;
      print(`the live page: ${page.link}`);
    }
  }
  const seeds = watchSeeds({
    store: runtime.registry.the(BUCKETS),
    folder: SEED_FOLDER,
    files: ingestedTables().map(({ seedFile }) => seedFile),
    print,
  });
  const failure = await Promise.race([signals.received.then(() => undefined), watch.fatal]);
  if (failure !== undefined) print(`failed: ${failure.message}`);
  seeds.stop();
  await page?.stop();
  await stop();
  print('stopped');
  return failure === undefined ? 0 : 1;
}

/** As a person left them. Set-up has started the replication task, which stays stopped where nothing would start it again. */
async function keepPauses(
  { registry }: Runtime,
  paused: readonly Schedule[],
  print: (line: string) => void,
): Promise<void> {
  for (const { name } of paused) {
    const handler = handlerOf(name) ?? name;
    const isOfTask = handler === 'start-replication-task';
    if (isOfTask) for (const task of registry.of(REPLICATION_TASKS).values()) await task.stop();
    print(
      isOfTask
        ? `still stopped: the replication task; ${typedCommand(registry.the(STATE).folder, 'start_task')} starts it`
        : describePaused(registry, handler),
    );
  }
}

const pausedOf = ({ registry }: Runtime): Schedule[] =>
  [...registry.of(SCHEDULES).values()].filter((schedule) => schedule.isPaused());

const describePaused = (registry: Registry, handler: string): string =>
  `still paused: ${handler}; ${typedCommand(registry.the(STATE).folder, 'resume', handler)} fires it again`;

/** They stay so over restarts: until a person acts, each comparison says it again. */
const describeAllSuspended = (registry: Registry): string[] =>
  suspendedOf(readReplicatedTables(registry)).map((one) =>
    describeSuspended(registry.the(STATE).folder, one),
  );

class LastReconciliation {
  tables: readonly TableSummary[] | undefined;
  onTables: (tables: readonly TableSummary[]) => void = () => undefined;

  readonly see = (event: RuntimeEvent): void => {
    if (event.type !== 'function-ended' || handlerOf(event.functionName) !== 'reconcile-tables') return;
    const tables = parseTableSummaries(event.payload);
    this.tables = tables;
    if (tables.some(({ isNews = true }) => isNews)) this.onTables(tables);
  };
}

/** When the sources are written next; every other part of a tick follows. */
function describeNext(schedules: Iterable<Schedule>): string {
  const next = earliest([...schedules].filter(isIngest));
  return next === undefined ? 'changes arrive as they happen' : `the next ingest is at ${clock(next.at)}`;
}

/** Of those that will fire, the first. */
function earliest(schedules: Iterable<Schedule>): { readonly name: string; readonly at: Date } | undefined {
  return [...schedules]
    .flatMap((schedule) => {
      const at = schedule.nextAt();
      return at === undefined ? [] : [{ name: schedule.name, at }];
    })
    .sort((one, other) => one.at.getTime() - other.at.getTime())[0];
}

const isIngest = ({ name }: Schedule): boolean => /-ingest-[^-]+$/.test(name);

const elapsed = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
