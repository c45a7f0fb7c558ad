/** `npm run prove -- NAME [--minutes N] [--seed S]`: more of a test than `npm test` has time for. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Given } from '../local/commands/given';
import { UsageError } from '../local/commands/usage-error';

const PROOFS = {
  /** 0 to 72 hours between two runs, after a clean stop and after a kill, with and without writes meanwhile. */
  days: {
    file: '__tests__/local/services/lambda/stream-mapping/stream-mapping.engine.test.ts',
    title: 'hours later as it must',
  },
  /** Random changes while a table is swept in runs that are cut off anywhere. */
  sweeps: {
    file: '__tests__/pipeline/verify/sweeps.engine.test.ts',
    title: 'no row is reported that is equal',
  },
  /** Damaged and random events of the binlog, without checksums that would tell. */
  decoder: {
    file: '__tests__/local/services/dms/binlog/damaged-binlog.engine.test.ts',
    title: 'whatever bytes an event has',
  },
  /** kill -9 of the task's process and of the source's server, and cut connections, under load. */
  kills: {
    file: '__tests__/local/services/dms/task/kills/kills.engine.test.ts',
    title: 'ends equal',
  },
  /** Source transactions of a gigabyte: inserts, updates and deletes, many tables, no key. */
  memory: {
    file: '__tests__/local/services/dms/task/kills/kills.engine.test.ts',
    title: 'keeps within 512 MB',
  },
  /**
   * DynamoDB tables from their records, by bundles of the stage function, to the target, 20 histories at once: loads that stop,
   * replays, backfills, trims, new streams, other columns. In the first 100, DynamoDB Local has the items and the stream.
   */
  histories: { file: '__tests__/pipeline/load/histories.engine.test.ts', title: 'after any history' },
  /** A DynamoDB table of 100,000 items without a stream, brought in by its entry under writes. */
  'existing-items': {
    file: '__tests__/end-to-end/changes.engine.test.ts',
    title: 'a table that was there without a stream',
  },
  /** The live page by clicks and keys in a browser; writes the pictures of docs/images/. */
  page: { file: '__tests__/end-to-end/one-cycle.engine.test.ts', title: 'its live page' },
  /** Random changes, and crashes of the replication task between any two of its steps. */
  crashes: {
    file: '__tests__/local/services/dms/task/recovery.engine.test.ts',
    title: 'between any two steps of any changes',
  },
  /** The laptop with 500 MySQL and 100 DynamoDB tables: set-up, a first copy, the streams, one comparison of all. */
  catalogue: {
    file: '__tests__/end-to-end/large-catalogue.engine.test.ts',
    title: 'a catalogue of 600 tables',
  },
  /** Rounds of all other tests that take random examples, each with the next seed. */
  properties: 'rounds',
} as const;

interface ProveFlags {
  /** One round without it. */
  readonly minutes?: number;
  readonly seed: number;
}

const isKnown = (given: string): given is keyof typeof PROOFS => Object.hasOwn(PROOFS, given);

export async function command({ words: [name = ''], flags }: Given<ProveFlags>): Promise<number> {
  if (!isKnown(name)) throw new UsageError(`the proofs are ${Object.keys(PROOFS).join(', ')}, got: ${name}`);
  const proof = PROOFS[name];
  const { minutes = 0, seed } = flags;
  if (proof === 'rounds') return proveProperties(minutes, seed);
  const { file, title } = proof;
  return runJest([file, '-t', title], { CDC_PROVE_MINUTES: String(minutes), CDC_PROVE_SEED: String(seed) });
}

function proveProperties(minutes: number, firstSeed: number): number {
  const end = Date.now() + minutes * 60_000;
  let seed = firstSeed;
  do {
    console.log(`properties with seed ${seed}`);
    const status = runJest(filesOfProperties(), { CDC_PROVE_SEED: String(seed) });
    if (status !== 0) return status;
    seed += 1;
  } while (Date.now() < end);
  return 0;
}

/** Those without a proof of their own. */
function filesOfProperties(): string[] {
  const proven = Object.values(PROOFS).map((proof) => (proof === 'rounds' ? '' : proof.file));
  return readdirSync('__tests__', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('__tests__', name))
    .filter(
      (file) =>
        !proven.some((own) => own === file) && readFileSync(file, 'utf8').includes("from 'fast-check'"),
    );
}

function runJest(words: readonly string[], settings: Readonly<Record<string, string>>): number {
  const { status } = spawnSync('npx', ['--no-install', 'jest', ...words, '--testTimeout', '86400000'], {
    stdio: 'inherit',
    env: { ...process.env, ...settings },
  });
  return status ?? 1;
}
