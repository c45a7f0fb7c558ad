/**
 * Runs the pipeline for a long time while writers change both sources and parts fail at random, then compares every row.
 *
 *     npm run soak -- --minutes 60 --seed 1
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Given } from '../local/commands/given';
import { buildChart } from './soak/chart';
import { type ComparedSource, compareWithWarehouse } from './soak/compare';
import {
  DYNAMODB_TARGET,
  openDynamodbItems,
  planDynamodbChanges,
  readDynamodbItems,
} from './soak/dynamodb-items';
import { runFaults } from './soak/faults';
import { KnownState } from './soak/known-state';
import {
  indexMysqlRows,
  MYSQL_TARGET,
  openMysqlRows,
  planMysqlChanges,
  readMysqlRows,
} from './soak/mysql-rows';
import type { SoakOptions } from './soak/options';
import { PipelineProcess } from './soak/pipeline-process';
import { Random } from './soak/random';
import { buildSoakReport, isWhole, type SoakResult } from './soak/report';
import { type Sample, takeSample } from './soak/samples';
import { SourceWriter } from './soak/source-writer';

const SAMPLE_EVERY_MS = 10_000;
const EVEN_OUT_TIMEOUT_MS = 10 * 60_000;

interface SoakFlags {
  readonly minutes: number;
  readonly seed: number;
  readonly rate: number;
  readonly every: number;
  readonly dataDir: string;
  readonly report: string;
}

export async function command({ flags }: Given<SoakFlags>): Promise<number> {
  const { every: everySeconds, report: reportDir, ...others } = flags;
  const options: SoakOptions = { ...others, seed: Math.trunc(flags.seed), everySeconds, reportDir };
  execFileSync(process.execPath, [join(__dirname, 'cdc.mjs'), 'synth'], { stdio: 'ignore' });
  rmSync(options.dataDir, { recursive: true, force: true });
  mkdirSync(options.reportDir, { recursive: true });
  const result = await soak(options);
  const report = buildSoakReport(result);
  writeFileSync(join(options.reportDir, 'report.txt'), report);
  writeFileSync(join(options.reportDir, 'chart.svg'), buildChart(result.samples));
  console.log(report);
  console.log(`report and chart: ${resolve(options.reportDir)}; state: ${resolve(options.dataDir)}`);
  return isWhole(result) ? 0 : 1;
}

async function soak(options: SoakOptions): Promise<SoakResult> {
  const { dataDir, seed, minutes } = options;
  const startedAt = performance.now();
  const secondsNow = (): number => (performance.now() - startedAt) / 1000;
  const say = (text: string): void => console.error(`${secondsNow().toFixed(0).padStart(5)} s  ${text}`);
  const unexpectedEnds: string[] = [];
  const faults = new Map<string, number>();
  const pipeline = new PipelineProcess({
    ...options,
    logFile: join(options.reportDir, 'pipeline.log'),
    onUnexpectedEnd: (exit) => {
      unexpectedEnds.push(`${exit} after ${Math.round(secondsNow())} s`);
      say(`the pipeline ended by itself (${exit})`);
    },
  });
  try {
    await pipeline.waitUntilReady();
    await indexMysqlRows(dataDir);
    say('up; writers and faults start');
    const sources = startWriters(options);
    const stopping = new AbortController();
    const onFault = (name: string): void => {
      faults.set(name, (faults.get(name) ?? 0) + 1);
      say(name);
    };
    const breaking = runFaults({ pipeline, random: new Random(seed + 2), onFault }, stopping.signal);
    const samples = await sampleUntil({
      dataDir,
      pipeline,
      secondsNow,
      untilSeconds: secondsNow() + minutes * 60,
    });
    stopping.abort();
    await breaking;
    await Promise.all(sources.map(({ writer }) => writer.stop()));
    say('writers stopped; waiting for the warehouse to be equal');
    const compared = await compareWithWarehouse({ dataDir, sources, timeoutMs: EVEN_OUT_TIMEOUT_MS, say });
    return {
      options,
      seconds: secondsNow(),
      starts: pipeline.starts,
      unexpectedEnds,
      faults,
      sources: compared,
      samples,
    };
  } finally {
    await pipeline.stop();
  }
}

interface WrittenSource extends ComparedSource {
  readonly writer: SourceWriter;
}

function startWriters({ dataDir, seed, rate }: SoakOptions): WrittenSource[] {
  const start = (
    source: Omit<ComparedSource, 'known'>,
    plan: typeof planMysqlChanges,
    connect: typeof openMysqlRows,
    random: Random,
  ): WrittenSource => {
    const known = new KnownState();
    const writer = new SourceWriter({
      connect: () => connect(dataDir),
      plan: (count) => plan(random, count),
      onAcknowledged: ({ key, state }) => known.acknowledge(key, state),
      onDoubt: ({ key, state }) => known.doubt(key, state),
      rate,
    });
    return { ...source, known, writer };
  };
  const mysql = { name: 'MySQL', target: MYSQL_TARGET, readSource: () => readMysqlRows(dataDir) };
  const dynamodb = {
    name: 'DynamoDB',
    target: DYNAMODB_TARGET,
    readSource: () => readDynamodbItems(dataDir),
  };
  return [
    start(mysql, planMysqlChanges, openMysqlRows, new Random(seed)),
    start(dynamodb, planDynamodbChanges, openDynamodbItems, new Random(seed + 1)),
  ];
}

async function sampleUntil(place: {
  readonly dataDir: string;
  readonly pipeline: PipelineProcess;
  readonly secondsNow: () => number;
  readonly untilSeconds: number;
}): Promise<Sample[]> {
  const { dataDir, pipeline, secondsNow, untilSeconds } = place;
  const samples: Sample[] = [];
  while (secondsNow() < untilSeconds) {
    const { pid, starts } = pipeline;
    if (pid !== undefined)
      samples.push(await takeSample({ dataDir, pid, start: starts, atSeconds: secondsNow() }));
    await pause(Math.min(SAMPLE_EVERY_MS, Math.max(0, untilSeconds - secondsNow()) * 1000));
  }
  return samples;
}
