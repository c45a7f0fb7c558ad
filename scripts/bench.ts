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
  console.log(
    `${result.name.padEnd(24)} ${result.shape.padEnd(44)} ${perSecond(result.rowsPerSecond).padStart(18)}   ` +
      `floor ${result.floor}: ${perSecond(result.floorRowsPerSecond)}   ratio ${result.ratio.toFixed(2)}`,
  );
}

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
