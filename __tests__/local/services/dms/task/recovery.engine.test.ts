import fc from 'fast-check';
import type { Connection } from 'mysql2';
import type { Failpoint } from '../../../../../local/runtime/ports/replication-task';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { queryRows } from '../../../../../local/services/dms/binlog/binlog-stream';
import { limitSilence } from '../../../../../local/services/dms/task/silence-limit';
import { isConnectionLoss, openSource } from '../../../../../local/services/dms/task/source-connection';
import { assertRuns } from '../../../../support/proof';
import { TcpProxy } from '../../../../support/tcp-proxy';
import { insertNumbers, loginOf, selectAll, settings, TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';

/** The copies are all opened as one; then come the batches and the tables. */
const SNAPSHOT_CRASHES: readonly { readonly step: Failpoint; readonly occurrence: number }[] = [
  { step: 'snapshot:opened', occurrence: 1 },
  { step: 'snapshot:batch', occurrence: 1 },
  { step: 'snapshot:batch', occurrence: 2 },
  { step: 'snapshot:table-done', occurrence: 1 },
  { step: 'snapshot:table-done', occurrence: 2 },
];
const APPLY_STEPS: readonly Failpoint[] = [
  'apply:before',
  'apply:rows-written',
  'apply:before-commit',
  'apply:committed',
];

/** A crash at the `occurrence`-th time that a step is reached; afterwards the process is another one. */
class Crash {
  reached = 0;

  constructor(
    private readonly step: Failpoint,
    private readonly occurrence: number,
  ) {}

  readonly failpoint = (step: Failpoint): void => {
    if (step !== this.step) return;
    this.reached += 1;
    if (this.reached === this.occurrence) throw new Error(`crash at ${step}`);
  };
}

describe('a task that is killed', () => {
  let bed: TaskBed;
  beforeAll(async () => {
    bed = await TaskBed.start({ binlog_row_metadata: 'FULL' });
  });
  afterAll(async () => {
    await bed?.stop();
  });

  const createTables = async (name: string): Promise<void> => {
    await bed.createDatabase(name);
    await bed.source(
      `CREATE TABLE ${name}.keyed (id INT PRIMARY KEY, v INT)`,
      `CREATE TABLE ${name}.bag (id INT, v INT)`,
    );
    await bed.target(
      `CREATE TABLE ${name}.keyed (id INTEGER NOT NULL PRIMARY KEY, v INTEGER)`,
      `CREATE TABLE ${name}.bag (id INTEGER, v INTEGER)`,
    );
  };
  const begin = ({ task }: TestTask): void =>
    task.start(task.describe().status === 'ready' ? 'start-replication' : 'resume-processing');
  const isFollowing = ({ task }: TestTask): boolean => {
    const { tables } = task.describe();
    return tables.length > 0 && tables.every(({ state }) => state === 'loaded');
  };
  /** Starts, waits for the crash, and drops the process. */
  const runIntoCrash = async (name: string, crash: Crash, meanwhile: () => Promise<void>): Promise<void> => {
    const started = await bed.task(name, { failpoint: crash.failpoint });
    begin(started);
    await waitUntil(() => isFollowing(started) || started.task.describe().status === 'failed', {
      what: 'the copies, or the crash',
      timeoutMs: TIMEOUT_MS,
    });
    await meanwhile();
    await waitUntil(() => started.task.describe().status === 'failed', {
      what: 'the crash',
      timeoutMs: TIMEOUT_MS,
      lastState: () => JSON.stringify(started.task.describe()),
    });
    await started.task.close();
  };

  it.each(SNAPSHOT_CRASHES)(
    'at $step (time $occurrence) copies again and ends equal, with changes in between',
    async ({ step, occurrence }) => {
      const name = `copy_${step.replace(/\W/g, '_')}_${occurrence}`;
      await createTables(name);
      await bed.source(...insertNumbers(`${name}.keyed`, 3_000), ...insertNumbers(`${name}.bag`, 3_000));
      await runIntoCrash(name, new Crash(step, occurrence), async () => {});
      await bed.source(
        `UPDATE ${name}.keyed SET v = -v WHERE id % 7 = 0`,
        `DELETE FROM ${name}.bag WHERE id % 5 = 0`,
        `INSERT INTO ${name}.bag VALUES (1, 1), (1, 1)`,
      );
      const again = await bed.task(name);
      begin(again);
      await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
      await bed.expectEqual(name, 'keyed', 'bag');
      await again.task.stop();
    },
  );

  it('while it copies a table goes on behind the last chunk, and without a key starts from the beginning', async () => {
    const name = 'broken_off';
    await createTables(name);
    await bed.source(
      ...insertNumbers(`${name}.keyed`, 3_000),
      ...insertNumbers(`${name}.bag`, 3_000),
      `CREATE TABLE ${name}.ordered (a VARCHAR(20) COLLATE utf8mb4_general_ci, n BIGINT UNSIGNED, d DATE, v INT, PRIMARY KEY (a, n, d))`,
      `INSERT INTO ${name}.ordered SELECT CONCAT('Äé'' \\\\', id % 7), 18446744073709551615 - id DIV 100, DATE '2024-02-29' + INTERVAL id DAY, id FROM ${name}.keyed`,
    );
    await bed.target(
      `CREATE TABLE ${name}.ordered (a VARCHAR(80) NOT NULL, n NUMERIC(20) NOT NULL, d DATE NOT NULL, v INTEGER)`,
    );
    const leave = { settings: settings({ FullLoadSettings: { TargetTablePrepMode: 'DO_NOTHING' } }) };
    // Each run begins where the last one broke off; a table ends with a batch of its own.
    for (const [table, occurrence] of [
      ['bag', 3],
      ['keyed', 6],
      ['ordered', 5],
    ] as const) {
      const crashing = await bed.task(name, {
        ...leave,
        failpoint: new Crash('snapshot:batch', occurrence).failpoint,
      });
      begin(crashing);
      await waitUntil(() => crashing.task.describe().status === 'failed', {
        what: `the crash in ${table}`,
        timeoutMs: TIMEOUT_MS,
      });
      await crashing.task.close();
    }
    // The copies are at places of their own; what is changed on either side of them is applied over all of it.
    await bed.source(
      `UPDATE ${name}.keyed SET v = -v WHERE id % 7 = 0`,
      `DELETE FROM ${name}.keyed WHERE id % 11 = 0`,
      `UPDATE ${name}.keyed SET id = id + 5000 WHERE id % 13 = 0`,
      `UPDATE ${name}.ordered SET a = CONCAT(a, 'z') WHERE v % 5 = 0`,
    );
    const again = await bed.task(name, leave);
    begin(again);
    await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual(name, 'keyed', 'ordered');
    expect(await bed.target(`SELECT COUNT(*) FROM ${name}.bag`)).toEqual([[2_000n + 3_000n]]);
    await again.task.close();
  });

  it('among many small tables, of which one has a row that does not fit, copies the others once and ends equal', async () => {
    const name = 'many';
    await bed.createDatabase(name);
    const tables = Array.from({ length: 60 }, (_, index) => `t${index}`);
    for (const [index, table] of tables.entries()) {
      // One is empty, and one has no key.
      const key = index === 7 ? '' : ' PRIMARY KEY';
      await bed.source(
        `CREATE TABLE ${name}.${table} (id INT${key}, v INT)`,
        ...(index === 11 ? [] : insertNumbers(`${name}.${table}`, 3 + (index % 5))),
      );
      await bed.target(`CREATE TABLE ${name}.${table} (id INTEGER NOT NULL, v SMALLINT)`);
    }
    await bed.source(`INSERT INTO ${name}.t40 VALUES (99, 40000)`);
    await runIntoCrash(name, new Crash('snapshot:table-done', 20), async () => {});
    await bed.source(`UPDATE ${name}.t3 SET v = 33 WHERE id = 1`, `INSERT INTO ${name}.t50 VALUES (100, 1)`);
    const again = await bed.task(name);
    begin(again);
    await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source(`DELETE FROM ${name}.t40 WHERE id = 99`);
    await bed.expectEqual(name, ...tables);
    expect(
      await bed.target(
        `SELECT table_name FROM dms_control.awsdms_apply_exceptions WHERE table_name LIKE '${name}.%'`,
      ),
    ).toEqual([[`${name}.t40`]]);
    const copied = again.events.flatMap((event) => (event.type === 'snapshot-finished' ? [event.table] : []));
    expect(new Set(copied).size).toBe(copied.length);
    expect(copied).toContain(`${name}.t40`);
    expect(copied).not.toContain(`${name}.t0`);
    await again.task.close();
  });

  test('while it copies under writes, of other databases too, ends equal', async () => {
    const name = 'busy';
    await createTables(name);
    await bed.source(
      'CREATE DATABASE elsewhere',
      'CREATE TABLE elsewhere.ticks (n INT)',
      ...insertNumbers(`${name}.keyed`, 4_000),
      ...insertNumbers(`${name}.bag (id, v)`, 4_000),
    );
    const { task } = await bed.task(name, { settings: settings({ FullLoadSettings: { CommitRate: 4 } }) });
    const isLoaded = (): boolean => {
      const { tables } = task.describe();
      return tables.length > 0 && tables.every(({ state }) => state === 'loaded');
    };
    task.start('start-replication');
    for (let index = 0; !isLoaded() && index < 20_000; index += 1) {
      await bed.source(
        `UPDATE ${name}.keyed SET v = v + 1 WHERE id = ${(index % 4_000) + 1}`,
        `INSERT INTO ${name}.bag (id, v) VALUES (${index % 10}, 0)`,
        `DELETE FROM ${name}.bag WHERE id = ${(index * 3) % 10} LIMIT 1`,
        `INSERT INTO elsewhere.ticks VALUES (${index})`,
      );
    }
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual(name, 'keyed', 'bag');
    await task.close();
  });

  test('that copies while the server commits in slow groups of six writers has each of their rows once', async () => {
    const name = 'grouped';
    await createTables(name);
    await bed.source(...insertNumbers(`${name}.keyed`, 2_000), ...insertNumbers(`${name}.bag`, 2_000));
    const isMysql = bed.server.flavour === 'mysql';
    const group = isMysql
      ? { binlog_group_commit_sync_delay: 200_000, binlog_group_commit_sync_no_delay_count: 0 }
      : { binlog_commit_wait_usec: 200_000, binlog_commit_wait_count: 100 };
    for (const [variable, value] of Object.entries(group))
      await bed.source(`SET GLOBAL ${variable} = ${value}`);
    const { task } = await bed.task(name, { settings: settings({ FullLoadSettings: { CommitRate: 4 } }) });
    let isOver = false;
    const write = async (writer: number): Promise<number> => {
      const connection = await openSource(async () => loginOf(bed.server));
      let count = 0;
      try {
        for (; !isOver; count += 1)
          for (const table of ['keyed', 'bag'])
            await queryRows(
              connection,
              `INSERT INTO ${name}.${table} VALUES (${writer * 100_000 + count}, ${writer})`,
            );
        return count;
      } finally {
        connection.destroy();
      }
    };
    const writing = Promise.all([1, 2, 3, 4, 5, 6].map(write));
    try {
      await waitUntil(
        async () =>
          ((await bed.rows(`SELECT 1 FROM ${name}.bag WHERE v = 6 AND id > 600000`)) as []).length > 0,
        { what: 'the writers', timeoutMs: TIMEOUT_MS },
      );
      begin({ task, events: [] });
      await waitUntil(() => isFollowing({ task, events: [] }), { what: 'the copies', timeoutMs: TIMEOUT_MS });
    } finally {
      isOver = true;
      await writing.catch(() => undefined);
      for (const variable of Object.keys(group)) await bed.source(`SET GLOBAL ${variable} = DEFAULT`);
    }
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    const written = (await writing).reduce((sum, count) => sum + count, 0);
    for (const table of ['keyed', 'bag'])
      expect([table, await bed.target(`SELECT COUNT(*) FROM ${name}.${table}`)]).toEqual([
        table,
        [[BigInt(2_000 + written)]],
      ]);
    await bed.expectEqual(name, 'keyed', 'bag');
    await task.close();
  });

  /** What one source transaction does; the numbers choose rows. */
  const operation = fc.record({
    kind: fc.constantFrom('insert', 'update', 'delete', 'move', 'truncate', 'crash'),
    table: fc.constantFrom('keyed', 'bag'),
    from: fc.integer({ min: 1, max: 40 }),
    count: fc.integer({ min: 1, max: 30 }),
    step: fc.constantFrom(...APPLY_STEPS),
  });

  it('between any two steps of any changes ends equal, nothing doubled', async () => {
    let run = 0;
    await assertRuns(
      fc.asyncProperty(fc.array(operation, { minLength: 4, maxLength: 14 }), async (operations) => {
        run += 1;
        const name = `random_${run}`;
        await createTables(name);
        let next = 1;
        let current = await bed.task(name);
        begin(current);
        for (const { kind, table, from, count, step } of operations) {
          const range = `id BETWEEN ${from} AND ${from + count}`;
          const whole = `${name}.${table}`;
          if (kind === 'insert') {
            const rows = Array.from(
              { length: count },
              () => `(${table === 'keyed' ? next++ : from}, ${count})`,
            );
            await bed.source(`INSERT INTO ${whole} VALUES ${rows.join(',')}`);
          } else if (kind === 'update') await bed.source(`UPDATE ${whole} SET v = v + 1 WHERE ${range}`);
          else if (kind === 'delete') await bed.source(`DELETE FROM ${whole} WHERE ${range} LIMIT ${count}`);
          else if (kind === 'move')
            await bed.source(`UPDATE ${whole} SET id = id + 1000 WHERE ${range} ORDER BY id DESC`);
          else if (kind === 'truncate') await bed.source(`TRUNCATE TABLE ${whole}`);
          else {
            await current.task.close();
            await runIntoCrash(name, new Crash(step, 1), () =>
              bed.source(
                `INSERT INTO ${name}.keyed VALUES (${next++}, 0)`,
                `INSERT INTO ${name}.bag VALUES (1, 1)`,
              ),
            );
            current = await bed.task(name);
            begin(current);
          }
        }
        await current.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
        await bed.expectEqual(name, 'keyed', 'bag');
        await current.task.close();
      }),
      { numRuns: 5, seed: 20_260_101 },
    );
  });

  it('in the parts of a large transaction leaves none of them behind', async () => {
    const name = 'parts';
    await createTables(name);
    const first = await bed.task(name);
    begin(first);
    await first.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await first.task.close();
    await runIntoCrash(name, new Crash('apply:before-commit', 1), () =>
      bed.source(
        'START TRANSACTION',
        ...insertNumbers(`${name}.keyed`, 55_000),
        `INSERT INTO ${name}.bag VALUES (1, 1)`,
        'COMMIT',
      ),
    );
    expect(await bed.target(`SELECT COUNT(*) FROM ${name}.keyed`)).toEqual([[0n]]);
    const again = await bed.task(name);
    begin(again);
    await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual(name, 'keyed', 'bag');
  });

  it('by the loss of its connection goes on by itself', async () => {
    const name = 'cut';
    await createTables(name);
    const { task, events } = await bed.task(name);
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await waitUntil(
      async () => {
        const readers = await bed.rows(
          "SELECT id AS id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'",
        );
        for (const { id } of readers as { id: number }[]) await bed.rows(`KILL ${id}`).catch(() => {});
        return events.some(({ type }) => type === 'reconnecting');
      },
      { what: 'the loss of the connection', timeoutMs: TIMEOUT_MS },
    );
    await bed.source(`INSERT INTO ${name}.keyed VALUES (1, 1)`);
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual(name, 'keyed', 'bag');
    await task.close();
  });

  it('by a network that stalls and is cut, in the copy and in the binlog, ends equal; another table altered meanwhile is the only one looked at again', async () => {
    const name = 'network';
    await createTables(name);
    await bed.source(
      `CREATE TABLE ${name}.waits (id INT PRIMARY KEY, v INT)`,
      ...['bag', 'keyed', 'waits'].flatMap((table) => insertNumbers(`${name}.${table}`, 4_000)),
    );
    await bed.target(`CREATE TABLE ${name}.waits (id INTEGER NOT NULL PRIMARY KEY, v BIGINT)`);
    const proxy = await TcpProxy.start(bed.server.port);
    const stall = (): void => {
      proxy.set('stalled');
      setTimeout(() => proxy.set('open'), 300);
    };
    const done: Promise<void>[] = [];
    const faults: Readonly<Record<number, () => void>> = {
      2: stall,
      // In the copy of the second table.
      5: () => proxy.cut(),
      7: () =>
        void done.push(
          bed.source(
            `ALTER TABLE ${name}.waits MODIFY v BIGINT`,
            `UPDATE ${name}.waits SET v = 5000000000 WHERE id = 1`,
            `UPDATE ${name}.bag SET v = -1 WHERE id < 9`,
          ),
        ),
    };
    let batches = 0;
    const { task, events } = await bed.task(name, {
      source: async () => ({ ...bed.login, port: proxy.port }),
      settings: settings({ FullLoadSettings: { CommitRate: 40 } }),
      failpoint: (step) => {
        if (step !== 'snapshot:batch') return;
        batches += 1;
        faults[batches]?.();
      },
    });
    try {
      task.start('start-replication');
      await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
      expect(done).toHaveLength(1);
      await Promise.all(done);
      stall();
      for (let round = 1; round <= 3; round += 1) {
        await bed.source(
          `INSERT INTO ${name}.bag VALUES (1, 1), (1, 1)`,
          `UPDATE ${name}.keyed SET id = id + 10000 WHERE id % 5 = ${round}`,
          `DELETE FROM ${name}.waits WHERE id % 7 = ${round}`,
        );
        if (round === 2) proxy.cut();
      }
      await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
      await bed.expectEqual(name, 'bag', 'keyed', 'waits');
      expect(events.filter(({ type }) => type === 'reconnecting').length).toBeGreaterThanOrEqual(2);
      const copied = events.flatMap((event) => (event.type === 'snapshot-finished' ? [event.table] : []));
      expect(copied).toEqual([`${name}.bag`, `${name}.keyed`, `${name}.waits`]);
    } finally {
      await task.close();
      await proxy.stop();
    }
  });

  it('by a network that carries nothing, and closes nothing, takes the connection as lost', async () => {
    const proxy = await TcpProxy.start(bed.server.port);
    const connections = await Promise.all(
      [1, 2].map(() => openSource(async () => ({ ...bed.login, port: proxy.port }))),
    );
    try {
      const [asks, pauses] = connections as [Connection, Connection];
      for (const connection of connections) limitSilence(connection, 400);
      // It may be silent while nothing is asked, or nothing is taken.
      const held = queryRows(pauses, 'SELECT 1 AS one');
      pauses.pause();
      const from = performance.now();
      await waitUntil(async () => performance.now() - from > 1_200, {
        what: 'three limits',
        timeoutMs: TIMEOUT_MS,
      });
      expect(await queryRows(asks, 'SELECT 1 AS one')).toHaveLength(1);
      pauses.resume();
      expect(await held).toHaveLength(1);
      proxy.set('slow');
      expect(await queryRows(asks, `SELECT REPEAT('x', 800000) AS long_text`)).toHaveLength(1);
      proxy.set('stalled');
      const error = await queryRows(asks, 'SELECT 1 AS one').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ message: expect.stringMatching(/sent nothing for 400 ms/) });
      expect(isConnectionLoss(error)).toBe(true);
      expect(await queryRows(asks, 'SELECT 1').catch((thrown: Error) => thrown)).toBeInstanceOf(Error);
    } finally {
      for (const connection of connections) connection.destroy();
      await proxy.stop();
    }
  });

  it('or stopped takes in a table that was created meanwhile', async () => {
    const name = 'grown';
    await createTables(name);
    const { task } = await bed.task(name);
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.target(`CREATE TABLE ${name}.late (id INTEGER NOT NULL PRIMARY KEY)`);
    await bed.source(
      `CREATE TABLE ${name}.late (id INT PRIMARY KEY)`,
      `INSERT INTO ${name}.late VALUES (1), (2)`,
    );
    await waitUntil(
      () => task.describe().tables.some(({ table, state }) => table === `${name}.late` && state === 'loaded'),
      {
        what: 'the new table',
        timeoutMs: TIMEOUT_MS,
      },
    );
    await bed.source(`INSERT INTO ${name}.late VALUES (3)`, `INSERT INTO ${name}.bag VALUES (3, 3)`);
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual(name, 'keyed', 'bag', 'late');
  });

  it('or stopped copies a table again that its mappings did not select for a while', async () => {
    const name = 'chosen';
    await createTables(name);
    await bed.source(
      `INSERT INTO ${name}.keyed VALUES (1, 1)`,
      `INSERT INTO ${name}.bag VALUES (1, 1), (2, 2)`,
    );
    const tablesOf = async (options: Parameters<TaskBed['task']>[1]): Promise<string[]> => {
      const made = await bed.task(name, options);
      begin(made);
      await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
      const { tables } = made.task.describe();
      await made.task.close();
      return tables.map(({ table, state }) => `${table} ${state}`);
    };
    const all = [`${name}.bag loaded`, `${name}.keyed loaded`];
    expect((await tablesOf({})).sort()).toEqual(all);
    const { rules } = selectAll(name);
    const locator = { 'schema-name': name, 'table-name': 'bag' };
    const but = {
      ...rules[0],
      'rule-id': '2',
      'rule-name': '2',
      'rule-action': 'exclude',
      'object-locator': locator,
    };
    const tableMappings = JSON.stringify({ rules: [...rules, but] });
    expect(await tablesOf({ tableMappings })).toEqual([`${name}.keyed loaded`]);
    await bed.source(`DELETE FROM ${name}.bag WHERE id = 1`, `INSERT INTO ${name}.bag VALUES (3, 3), (3, 3)`);
    expect(await tablesOf({ tableMappings })).toEqual([`${name}.keyed loaded`]);
    expect((await tablesOf({})).sort()).toEqual(all);
    await bed.expectEqual(name, 'keyed', 'bag');
  });

  it('or stopped goes on after a table that was created and dropped meanwhile', async () => {
    const name = 'brief';
    await createTables(name);
    const { task, events } = await bed.task(name);
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await task.stop();
    await bed.source(
      `CREATE TABLE ${name}.gone (id INT PRIMARY KEY)`,
      `INSERT INTO ${name}.gone VALUES (1)`,
      `DROP TABLE ${name}.gone`,
      `INSERT INTO ${name}.keyed VALUES (1, 1)`,
    );
    task.start('resume-processing');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual(name, 'keyed', 'bag');
    expect(events).toContainEqual({
      type: 'table-suspended',
      table: `${name}.gone`,
      reason: expect.stringContaining('dropped again'),
    });
    await task.close();
  });
});
