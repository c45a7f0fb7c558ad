/** `npm run prove -- NAME [--minutes N] [--seed S]`: more of a test than `npm test` has time for. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

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
  /** A DynamoDB table from its records to the target: loads that stop, replays, backfills, trims and new streams. */
  histories: { file: '__tests__/pipeline/load/histories.engine.test.ts', title: 'after any history' },
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
} as const;

const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '0' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const [name = ''] = positionals;
const isKnown = (given: string): given is keyof typeof PROOFS => Object.hasOwn(PROOFS, given);
const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);

if (!isKnown(name) || positionals.length > 1 || !isNumber(values.minutes) || !/^\d+$/.test(values.seed)) {
  console.error(
    `npm run prove -- NAME [--minutes N] [--seed S]; the names are ${Object.keys(PROOFS).join(', ')}; one round is run, and more until N minutes have passed`,
  );
  process.exit(2);
}
const { file, title } = PROOFS[name];
const { status } = spawnSync(
  'npx',
  ['--no-install', 'jest', file, '-t', title, '--testTimeout', '86400000'],
  {
    stdio: 'inherit',
    env: { ...process.env, CDC_PROVE_MINUTES: values.minutes, CDC_PROVE_SEED: values.seed },
  },
);
process.exit(status ?? 1);
