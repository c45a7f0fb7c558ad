/**
 * Measures capabilities, each next to a baseline (floor) measured in the same run.
 *
 *     npm run bench -- [NAME …] [--json] [--rows=COUNT] [--shape=NAME,…]
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Given, JsonFlag } from '../local/commands/given';
import { makeRunFolder } from '../local/state/run-folder';
import type { BenchOptions, BenchResult } from './bench/result';

interface BenchFlags {
  readonly rows?: number;
  /** Names with commas between them. */
  readonly shape?: string;
}

function print(result: BenchResult, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  const perSecond = (value: number): string =>
    `${Math.round(value).toLocaleString('en')} ${result.unit ?? 'rows'}/s`;
  const { cpuSeconds, floorCpuSeconds } = result;
  const ofProcessor =
    cpuSeconds === undefined || floorCpuSeconds === undefined
      ? ''
      : `, processor ${cpuSeconds.toFixed(1)} s, floor ${floorCpuSeconds.toFixed(1)} s, ratio ${(floorCpuSeconds / cpuSeconds).toFixed(2)}`;
  const { rowsPerSecond, p50Ms, p99Ms, floor, floorRowsPerSecond, floorP50Ms, floorP99Ms } = result;
  console.log(
    `${result.name.padEnd(24)} ${result.shape.padEnd(44)} ${perSecond(rowsPerSecond).padStart(18)}${timesOf(p50Ms, p99Ms)}   ` +
      `floor ${floor}: ${perSecond(floorRowsPerSecond)}${timesOf(floorP50Ms, floorP99Ms)}   ratio ${result.ratio.toFixed(2)}${ofProcessor}`,
  );
}

const timesOf = (p50Ms: number | undefined, p99Ms: number | undefined): string =>
  p50Ms === undefined || p99Ms === undefined
    ? ''
    : `, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;

export async function command({ words, flags }: Given<BenchFlags & JsonFlag>): Promise<number> {
  // Each benchmark cleans up behind itself; what a killed one left is removed by the next run.
  const folder = makeRunFolder();
  process.env.TMPDIR = folder;
  const options: BenchOptions = {
    ...(flags.rows === undefined ? {} : { rows: flags.rows }),
    ...(flags.shape === undefined ? {} : { shapes: flags.shape.split(',') }),
  };
  try {
    for (const name of words.length > 0 ? words : await knownBenchmarks()) {
      const { bench } = require(join(__dirname, 'bench', name)) as {
        bench: (given: BenchOptions) => Promise<BenchResult[]>;
      };
      for (const result of await bench(options)) print(result, flags.json);
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const knownBenchmarks = async (): Promise<readonly string[]> =>
  (await import('./command-line/choices.mjs')).benchmarks();
