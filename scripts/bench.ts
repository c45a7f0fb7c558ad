/**
 * Measures capabilities, each next to a baseline (floor) measured in the same run.
 *
 *     npm run bench -- [NAME …] [--json] [--rows=COUNT] [--shape=NAME,…]
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunFolder } from '../local/state/run-folder';
import type { BenchOptions, BenchResult } from './bench/result';

// The SDK warns about old versions of Node; that concerns those who install it, not this output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Each benchmark cleans up behind itself; what a killed one left is removed by the next run.
process.env.TMPDIR = makeRunFolder();

const folder = join(__dirname, 'bench');
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'result.ts')
  .map((file) => file.slice(0, -3))
  .sort();

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

function readOptions(): BenchOptions {
  const givenValue = (name: string): string | undefined =>
    process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
  const [rows, shapes] = [givenValue('rows'), givenValue('shape')];
  if (rows !== undefined && !/^[1-9]\d{0,8}$/.test(rows)) {
    console.error(`--rows must be a whole number of rows, got: ${rows}`);
    process.exit(2);
  }
  return {
    ...(rows === undefined ? {} : { rows: Number(rows) }),
    ...(shapes === undefined ? {} : { shapes: shapes.split(',') }),
  };
}

async function main(): Promise<void> {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`unknown benchmark ${unknown.join(', ')}; available: ${known.join(', ')}`);
    process.exit(2);
  }
  for (const name of names.length > 0 ? names : known) {
    const { bench } = (await import(join(folder, name))) as {
      bench: (options: BenchOptions) => Promise<BenchResult[]>;
    };
    for (const result of await bench(readOptions())) print(result, process.argv.includes('--json'));
  }
}

main().finally(() => rmSync(process.env.TMPDIR ?? '', { recursive: true, force: true }));
