/** kill -9 of the task's process and of the server at any moment, under load; then both sides are compared. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../../../../../scripts/soak/random';
import { isProof, proofMs, proofSeed } from '../../../../../support/proof';
import { TcpProxy } from '../../../../../support/tcp-proxy';
import { insertNumbers, loginOf, TaskBed } from '../task-bed';
import {
  LARGE_MISFITS,
  LARGE_SLICE,
  LARGE_SLICE_COUNTS,
  LARGE_SOURCES,
  LARGE_TABLES,
  LARGE_TARGETS,
  largeTransactions,
  sumOf,
} from './large-transactions';
import { RandomLoad, SOURCE_TABLES, TARGET_TABLES } from './random-load';
import { bundleProgram, type Place, ReplicatingProcess } from './replicating-process';

/** The first of the faults in `npm test`. */
const IN_EVERY_RUN = 1;
const FAULTS = ['both', 'cut', 'process', 'server'] as const;
type Fault = (typeof FAULTS)[number];
const KILLS_PROCESS: ReadonlySet<Fault> = new Set(['process', 'both']);
const KILLS_SERVER: ReadonlySet<Fault> = new Set(['server', 'both']);

interface Replica {
  readonly name: string;
  process: ReplicatingProcess;
}
interface Struck {
  /** From the fault, or the new start of what was killed, until the warehouse had all that the source had at the fault. */
  readonly caughtUpMs: number;
  /** What the task did meanwhile. */
  readonly meanwhile: readonly string[];
  readonly resynced: number;
  readonly statements: number;
}

const LIMIT_MB = 512;
/** Within which a task should catch up after a fault. */
const CAUGHT_UP_MS = 5_000;
const ROUNDS_A_DATABASE = 8;
const COPIED_ROWS = 20_000;
const TABLES = Object.keys(SOURCE_TABLES);
const CREATE_NUMBERS = [
  'CREATE DATABASE IF NOT EXISTS helper',
  'CREATE TABLE IF NOT EXISTS helper.numbers (seq INT PRIMARY KEY)',
  `INSERT IGNORE INTO helper.numbers SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d FROM ${['a', 'b', 'c', 'd', 'e'].map((alias) => `(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) ${alias}`).join(', ')} WHERE e.d < 2`,
];

describe('a replication task under load', () => {
  let bed: TaskBed;
  let proxy: TcpProxy;
  let program: string;
  beforeAll(async () => {
    bed = await TaskBed.start({ binlog_row_metadata: 'FULL', max_binlog_size: '1048576' });
    proxy = await TcpProxy.start(bed.server.port);
    program = bundleProgram(bed.folder);
  });
  afterAll(async () => {
    await proxy?.stop();
    await bed?.stop();
  });

  const place = (name: string): Place => ({
    warehouseFile: join(bed.folder, `${name}.duckdb`),
    loginFile: join(bed.folder, 'login.json'),
    database: name,
    targets: [
      `CREATE SCHEMA IF NOT EXISTS ${name}`,
      ...TABLES.map((table) => `CREATE TABLE IF NOT EXISTS ${name}.${table} (${TARGET_TABLES[table]})`),
    ],
  });
  const writeLogin = (): void => {
    proxy.targetPort = bed.server.port;
    writeFileSync(join(bed.folder, 'login.json'), JSON.stringify({ ...bed.login, port: proxy.port }));
  };
  const createSource = async (name: string): Promise<void> => {
    await bed.source(
      `CREATE DATABASE ${name}`,
      ...TABLES.map((table) => `CREATE TABLE ${name}.${table} (${SOURCE_TABLES[table]})`),
      ...CREATE_NUMBERS,
      ...insertNumbers(`${name}.keyed (id, v)`, COPIED_ROWS).map((text) =>
        text.replaceAll(/\((\d+),/g, '(1000000+$1,'),
      ),
      ...insertNumbers(`${name}.bag (id, v)`, COPIED_ROWS),
    );
  };
  /** What a killed session had prepared is there still, and holds its rows. */
  const endPrepared = async (random: Random): Promise<void> => {
    for (const { data } of (await bed.rows('XA RECOVER')) as { data: string }[])
      await bed.source(`XA ${random.pick(['COMMIT', 'ROLLBACK'])} '${data}'`);
  };

  /** One fault under load, what the task makes of it, and a comparison of every table. */
  const strike = async (fault: Fault, random: Random, replica: Replica, loadMs: number): Promise<Struck> => {
    const { name } = replica;
    const load = new RandomLoad(async () => loginOf(bed.server), name, random);
    try {
      await new Promise((resolve) => setTimeout(resolve, random.below(loadMs)));
      const position = await bed.binlogEnd();
      if (fault === 'cut') proxy.cut();
      if (KILLS_PROCESS.has(fault)) await replica.process.kill();
      if (KILLS_SERVER.has(fault)) await bed.killServer();
      writeLogin();
      const from = performance.now();
      if (KILLS_PROCESS.has(fault)) replica.process = ReplicatingProcess.start(program, place(name));
      const { events } = replica.process;
      const before = events.length;
      await replica.process.apply(position);
      const caughtUpMs = Math.round(performance.now() - from);
      const meanwhile = events.slice(before).map(({ event, at }) => `${event.type} ${Math.round(at - from)}`);
      await load.stop();
      await endPrepared(random);
      await replica.process.apply();
      const resynced = await resyncSuspended(replica.process);
      for (const table of TABLES)
        expect([fault, table, await replica.process.rows(table)]).toEqual([
          fault,
          table,
          await bed.sourceRows(name, table),
        ]);
      return { caughtUpMs, meanwhile, resynced, statements: load.done };
    } finally {
      await load.stop();
    }
  };
  const resyncSuspended = async (process: ReplicatingProcess): Promise<number> => {
    const suspended = (await process.tables()).filter(({ state }) => state === 'suspended');
    for (const { suspendedBecause } of suspended)
      expect(suspendedBecause).toMatch(
        /altered again before|changed by ALTER TABLE from varchar|crash recovery had lost the commit/,
      );
    if (suspended.length > 0) {
      await process.resync(suspended.map(({ table }) => table));
      await process.apply();
    }
    return suspended.length;
  };

  it(
    'that is killed, or whose server is, ends equal',
    async () => {
      const random = new Random(isProof ? proofSeed : 1);
      const endAt = performance.now() + proofMs;
      const struck: (Struck & { readonly fault: Fault })[] = [];
      const isDue = (): boolean =>
        struck.length < (isProof ? FAULTS.length : IN_EVERY_RUN) || performance.now() < endAt;
      while (isDue()) {
        const name = `kills_${struck.length}`;
        await createSource(name);
        writeLogin();
        const replica: Replica = { name, process: ReplicatingProcess.start(program, place(name)) };
        try {
          // The first one comes while the tables are copied.
          for (let at = 0; at < ROUNDS_A_DATABASE && isDue(); at += 1) {
            const fault = FAULTS[struck.length] ?? random.pick(FAULTS);
            struck.push({ fault, ...(await strike(fault, random, replica, at === 0 ? 2_500 : 1_200)) });
          }
        } catch (error) {
          console.log(JSON.stringify(replica.process.events.slice(-10).map(({ event }) => event)));
          throw error;
        } finally {
          await replica.process.kill();
        }
        await bed.source(`DROP DATABASE ${name}`);
        rmSync(place(name).warehouseFile, { force: true });
      }
      if (isProof) console.log(JSON.stringify({ server: bed.server.flavour, ...summaryOf(struck) }));
    },
    proofMs + 120_000,
  );

  it(
    'keeps within 512 MB through large transactions',
    async () => {
      const name = 'large';
      await bed.source(
        `CREATE DATABASE ${name}`,
        ...LARGE_SOURCES.map((table) => `CREATE TABLE ${name}.${table}`),
        ...CREATE_NUMBERS,
      );
      writeLogin();
      const targets = [
        `CREATE SCHEMA IF NOT EXISTS ${name}`,
        ...LARGE_TARGETS.map((table) => `CREATE TABLE IF NOT EXISTS ${name}.${table}`),
      ];
      const replica = ReplicatingProcess.start(program, { ...place(name), targets });
      try {
        await replica.apply();
        const large = Object.entries(largeTransactions(name, isProof ? 1_024 : 1));
        for (const [shape, statements] of large.filter(([known]) => isProof || known === LARGE_SLICE)) {
          await bed.source('BEGIN', ...statements, 'COMMIT');
          replica.forgetPeak();
          const from = performance.now();
          await replica.apply();
          const seconds = Math.round((performance.now() - from) / 1_000);
          const peakMb = Math.round(replica.peakBytes() / 1_048_576);
          if (isProof) console.log(JSON.stringify({ server: bed.server.flavour, shape, seconds, peakMb }));
          expect([shape, peakMb < LIMIT_MB, peakMb]).toEqual([shape, true, peakMb]);
        }
        const [wide] = (await replica.tables()).filter(({ table }) => table === `${name}.wide`);
        expect(wide).toMatchObject({ state: 'loaded', ...(isProof ? LARGE_MISFITS : LARGE_SLICE_COUNTS) });
        for (const table of LARGE_TABLES) {
          const [row] = await bed.rows(sumOf(`${name}.${table}`));
          expect([table, await replica.query(sumOf(`${name}.${table}`))]).toEqual([
            table,
            [Object.values(row as object).map(String)],
          ]);
        }
      } finally {
        await replica.kill();
      }
    },
    isProof ? 3_600_000 : 60_000,
  );
});

const lateOf = ({ fault, caughtUpMs, meanwhile }: Struck & { readonly fault: Fault }): object => ({
  fault,
  caughtUpMs,
  because: reasonOf(meanwhile),
  meanwhile,
});

function reasonOf(meanwhile: readonly string[]): string {
  const has = (type: string): boolean => meanwhile.some((one) => one.startsWith(type));
  if (has('snapshot')) return 'tables were being copied';
  if (has('reconnecting')) return 'the source was away';
  return has('status')
    ? 'the start, and the changes since the checkpoint'
    : 'the changes since the checkpoint';
}

function summaryOf(struck: readonly (Struck & { readonly fault: Fault })[]): object {
  const of = (fault: Fault) => struck.filter((one) => one.fault === fault);
  const longest = (some: readonly Struck[]) => Math.max(0, ...some.map(({ caughtUpMs }) => caughtUpMs));
  const isInTime = ({ caughtUpMs }: Struck): boolean => caughtUpMs <= CAUGHT_UP_MS;
  return {
    faults: Object.fromEntries(FAULTS.map((fault) => [fault, of(fault).length])),
    within5s: Object.fromEntries(FAULTS.map((fault) => [fault, of(fault).filter(isInTime).length])),
    longestMs: Object.fromEntries(FAULTS.map((fault) => [fault, longest(of(fault))])),
    // Each with what took its time: a copy that was under way, a source that was away, or the start itself.
    late: struck.flatMap((one) => (isInTime(one) ? [] : [lateOf(one)])),
    statements: struck.reduce((sum, { statements }) => sum + statements, 0),
    resynced: struck.reduce((sum, { resynced }) => sum + resynced, 0),
  };
}
