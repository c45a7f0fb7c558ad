/** What goes wrong during a soak: parts are killed or stand still, at random moments, in an order that the seed repeats. */
import { setTimeout as pause } from 'node:timers/promises';
import type { PipelineProcess } from './pipeline-process';
import { descendants } from './processes';
import type { Random } from './random';

const ENGINES = {
  mysql: /(^|\/)(mariadbd|mysqld)\s/,
  java: /(^|\/)java\s.*DynamoDBLocal/,
  function: /host\.cjs/,
};
type Engine = keyof typeof ENGINES;

interface Fault {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** @returns whether there was anything to break */
  readonly run: (pipeline: PipelineProcess) => Promise<boolean>;
}

const STAND_STILL_MS = 5_000;

const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of a function',
    weight: 8,
    run: (pipeline) => signalEngine(pipeline, 'function', 'SIGKILL'),
  },
  { name: 'MySQL stands still for 5 s', weight: 3, run: (pipeline) => standStill(pipeline, 'mysql') },
  { name: 'DynamoDB stands still for 5 s', weight: 3, run: (pipeline) => standStill(pipeline, 'java') },
  { name: 'kill -9 of MySQL', weight: 1, run: (pipeline) => signalEngine(pipeline, 'mysql', 'SIGKILL') },
  { name: 'kill -9 of DynamoDB', weight: 1, run: (pipeline) => signalEngine(pipeline, 'java', 'SIGKILL') },
  {
    name: 'kill -9 of the runtime',
    weight: 1,
    run: (pipeline) => pipeline.signal('SIGKILL').then(() => true),
  },
  { name: 'clean restart', weight: 1, run: (pipeline) => pipeline.signal('SIGINT').then(() => true) },
];

export interface FaultLoopOptions {
  readonly pipeline: PipelineProcess;
  readonly random: Random;
  readonly onFault: (name: string) => void;
}

/** Between two faults the pipeline gets time to recover and to reach a steady state. */
const LEAST_GAP_MS = 20_000;
const GAP_SPREAD_MS = 50_000;

export async function runFaults(options: FaultLoopOptions, stopped: AbortSignal): Promise<void> {
  const { pipeline, random, onFault } = options;
  while (!stopped.aborted) {
    await pause(LEAST_GAP_MS + random.below(GAP_SPREAD_MS), undefined, { signal: stopped }).catch(
      () => undefined,
    );
    if (stopped.aborted) return;
    const fault = chooseFault(random);
    if (await fault.run(pipeline)) onFault(fault.name);
  }
}

function chooseFault(random: Random): Fault {
  const tickets = FAULTS.flatMap((fault) => Array.from({ length: fault.weight }, () => fault));
  return random.pick(tickets);
}

async function signalEngine(
  pipeline: PipelineProcess,
  engine: Engine,
  signal: NodeJS.Signals,
): Promise<boolean> {
  const { pid } = pipeline;
  if (pid === undefined) return false;
  const victims = descendants(pid).filter(({ command }) => ENGINES[engine].test(`${command} `));
  for (const victim of victims) tryKill(victim.pid, signal);
  return victims.length > 0;
}

async function standStill(pipeline: PipelineProcess, engine: Engine): Promise<boolean> {
  const { pid } = pipeline;
  if (pid === undefined) return false;
  const victims = descendants(pid).filter(({ command }) => ENGINES[engine].test(`${command} `));
  for (const victim of victims) tryKill(victim.pid, 'SIGSTOP');
  await pause(STAND_STILL_MS);
  for (const victim of victims) tryKill(victim.pid, 'SIGCONT');
  return victims.length > 0;
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
