import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplicationTaskOptions } from '../../../../../local/runtime/ports/replication-task';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { testSource } from '../../../../../local/services/dms/endpoint-tests';
import { startMysqlServer } from '../../../../../local/services/rds/mysql-server';
import { loginOf, settings, TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';

describe('the replication task fails loudly', () => {
  let bed: TaskBed;
  beforeEach(() => jest.setTimeout(60_000));
  beforeAll(async () => {
    bed = await TaskBed.start();
  });
  afterAll(async () => {
    await bed?.stop();
  });

  const createTable = async (name: string): Promise<void> => {
    await bed.createDatabase(name);
    await bed.source(`CREATE TABLE ${name}.t (id INT PRIMARY KEY, v VARCHAR(40) COLLATE utf8mb4_bin)`);
    await bed.target(`CREATE TABLE ${name}.t (id INTEGER NOT NULL PRIMARY KEY, v VARCHAR(20))`);
  };
  const started = async (name: string, options: Partial<ReplicationTaskOptions> = {}): Promise<TestTask> => {
    const made = await bed.task(name, options);
    made.task.start(made.task.describe().status === 'ready' ? 'start-replication' : 'resume-processing');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    return made;
  };
  const resumeToFailure = async (name: string, options: Partial<ReplicationTaskOptions> = {}) => {
    const { task } = await bed.task(name, options);
    task.start('resume-processing');
    await waitUntil(() => task.describe().status === 'failed', {
      what: 'the failure',
      timeoutMs: TIMEOUT_MS,
    });
    return task.describe().failure;
  };

  it('when the binlog after the checkpoint was purged', async () => {
    await createTable('purged');
    const { task } = await started('purged');
    await task.close();
    await bed.source("INSERT INTO purged.t VALUES (1, 'x')", 'FLUSH BINARY LOGS');
    const { file } = await bed.binlogEnd();
    // A file that some reader still has open is not purged.
    await waitUntil(
      async () => {
        await bed.source(`PURGE BINARY LOGS TO '${file}'`);
        return (await bed.rows('SHOW BINARY LOGS')).length === 1;
      },
      { what: 'the purge', timeoutMs: TIMEOUT_MS },
    );
    const failure = await resumeToFailure('purged');
    expect(failure?.code).toBe('POSITION_LOST');
    expect(failure?.message).toMatch(/oldest binlog left.*retention.*reload-target/s);
  });

  it('after as many attempts to connect as RecoverableErrorCount says', async () => {
    const { task, events } = await bed.task('away', {
      source: { ...bed.login, port: 1 },
      settings: JSON.stringify(settings({ ErrorBehavior: { RecoverableErrorCount: 2 } })),
    });
    task.start('start-replication');
    await waitUntil(() => task.describe().status === 'failed', {
      what: 'the failure',
      timeoutMs: TIMEOUT_MS,
    });
    expect(events.filter(({ type }) => type === 'reconnecting')).toHaveLength(2);
    const { failure } = task.describe();
    expect(failure?.code).toBe('SOURCE_UNAVAILABLE');
    expect(failure?.message).toMatch(/RecoverableErrorCount is 2.*resume the task/);
  });

  it('when the source is another server, even with the same file names', async () => {
    await createTable('moved');
    const { task } = await started('moved');
    await task.close();
    const folder = mkdtempSync(join(tmpdir(), 'cdc-other-'));
    const other = await startMysqlServer({ folder, parameters: { binlog_format: 'ROW' } });
    try {
      const failure = await resumeToFailure('moved', { source: loginOf(other) });
      expect(failure?.code).toBe('SOURCE_REPLACED');
      expect(failure?.message).toMatch(/reload-target/);
    } finally {
      await other.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('and rejects the row that its target cannot hold, as it was before too, counted, the others replicated', async () => {
    await createTable('misfits');
    await bed.source(`INSERT INTO misfits.t VALUES (1, 'short'), (2, REPEAT('x', 21))`);
    const { task, events } = await started('misfits');
    await bed.source(
      `INSERT INTO misfits.t VALUES (3, 'ok'), (4, REPEAT('é', 11))`,
      `UPDATE misfits.t SET v = REPEAT('y', 30) WHERE id = 1`,
      `DELETE FROM misfits.t WHERE id = 2`,
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await bed.targetRows('misfits', 't')).toEqual(['["3","ok"]']);
    expect(task.describe().tables[0]).toMatchObject({ rejected: 3, state: 'loaded' });
    expect(events).toContainEqual({ type: 'snapshot-finished', table: 'misfits.t', rows: 1, rejected: 1 });
    const exceptions = await bed.target(
      "SELECT table_name, statement, error FROM dms_control.awsdms_apply_exceptions WHERE table_name = 'misfits.t' ORDER BY error_time, statement",
    );
    expect(exceptions).toHaveLength(3);
    expect(exceptions.map((row) => row[1])).toEqual([
      expect.stringMatching(/^copy of row 2 at binlog\.\d+:\d+$/),
      expect.stringMatching(/^insert in the transaction at binlog\.\d+:\d+$/),
      expect.stringMatching(/^update in the transaction at binlog\.\d+:\d+$/),
    ]);
    expect(exceptions[0]?.[2]).toBe(
      'column v of misfits.t cannot hold the value: it is longer than 20 bytes',
    );
    await task.close();
    const rejectedBecause = exceptions[2]?.[2];
    const { task: later } = await started('misfits');
    expect(later.describe().tables[0]).toMatchObject({ rejected: 3, rejectedBecause });
    // A new copy meets those that are there still.
    await later.resync(['misfits.t']);
    await later.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(later.describe().tables[0]).toMatchObject({ rejected: 2, rejectedBecause });
    await bed.source('TRUNCATE TABLE misfits.t', "INSERT INTO misfits.t VALUES (5, 'ok')");
    await later.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    const [statistics] = later.describe().tables;
    expect([statistics?.rejected, statistics?.rejectedBecause]).toEqual([0, undefined]);
    await later.close();
    const counted =
      "SELECT rejected_rows FROM dms_control.awsdms_rejected_rows WHERE table_name = 'misfits.t'";
    expect(await bed.target(counted)).toEqual([]);
  });

  it('and leaves nothing of a row whose key, NULL or date its target cannot hold', async () => {
    await bed.createDatabase('gone');
    // MySQL refuses such dates by default.
    await bed.source("SET SESSION sql_mode = ''");
    const columns = 'k VARCHAR(9), d DATE, n INT';
    await bed.source(
      `CREATE TABLE gone.keyed (${columns}, PRIMARY KEY (k, d))`,
      `CREATE TABLE gone.keyless (${columns})`,
      'CREATE TABLE gone.flagged (k VARCHAR(9) PRIMARY KEY, d DATE, t DATETIME(3))',
      'CREATE TABLE gone.zeros (a INT, x DOUBLE)',
      'CREATE TABLE gone.nullable_later (k VARCHAR(9) PRIMARY KEY, n INT NOT NULL)',
      "INSERT INTO gone.flagged VALUES ('copied', '0000-00-00', '2023-07-00')",
    );
    await bed.target(
      'CREATE TABLE gone.keyed (k VARCHAR(36) NOT NULL, d DATE NOT NULL, n INTEGER NOT NULL)',
      'CREATE TABLE gone.keyless (k VARCHAR(36) NOT NULL, d DATE NOT NULL, n INTEGER NOT NULL)',
      'CREATE TABLE gone.flagged (k VARCHAR(36) NOT NULL, d DATE, t TIMESTAMP)',
      'CREATE TABLE gone.zeros (a INTEGER, x DOUBLE PRECISION)',
      'CREATE TABLE gone.nullable_later (k VARCHAR(36) NOT NULL, n INTEGER NOT NULL)',
    );
    const { task } = await started('gone');
    for (const table of ['gone.keyed', 'gone.keyless']) {
      await bed.source(
        `INSERT INTO ${table} VALUES ('a', '2024-01-01', 1), ('b', '2024-01-01', 1), ('c', '2024-01-01', 1)`,
        `UPDATE ${table} SET k = 'z', d = '0000-00-00' WHERE k = 'a'`,
        `UPDATE ${table} SET d = '2024-02-02' WHERE k = 'z'`,
        `UPDATE ${table} SET n = NULL WHERE k = 'b'`,
        `INSERT INTO ${table} VALUES ('d', '0000-00-00', 1)`,
        `DELETE FROM ${table} WHERE k IN ('c', 'd')`,
      );
    }
    await bed.source(
      "INSERT INTO gone.flagged VALUES ('changed', '2024-02-02', NULL)",
      "UPDATE gone.flagged SET d = '0000-00-00' WHERE k = 'changed'",
      'INSERT INTO gone.zeros VALUES (1, 0), (1, -0.0e0), (2, 0), (2, -0.0e0)',
      'DELETE FROM gone.zeros WHERE a = 1',
      'DELETE FROM gone.zeros WHERE a = 2 LIMIT 1',
      "INSERT INTO gone.nullable_later VALUES ('before', 1)",
      'ALTER TABLE gone.nullable_later MODIFY n INT NULL',
      "INSERT INTO gone.nullable_later VALUES ('none', NULL), ('after', 2)",
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    const kept = ['["z","2024-02-02","1"]'];
    expect(await bed.targetRows('gone', 'keyed')).toEqual(kept);
    expect(await bed.targetRows('gone', 'keyless')).toEqual(kept);
    expect(await bed.targetRows('gone', 'flagged')).toEqual([
      '["changed",null,null]',
      '["copied",null,null]',
    ]);
    expect(await bed.targetRows('gone', 'zeros')).toHaveLength(1);
    expect(await bed.targetRows('gone', 'nullable_later')).toEqual(['["after","2"]', '["before","1"]']);
    const flagged = task.describe().tables.find(({ table }) => table === 'gone.flagged');
    expect(flagged).toMatchObject({ flagged: 3, rejected: 0 });
    const written = await bed.target(
      "SELECT error FROM dms_control.awsdms_apply_exceptions WHERE table_name = 'gone.flagged' ORDER BY error",
    );
    expect(written.map(([error]) => error)).toEqual([
      'column d of gone.flagged is NULL in 1 row whose value it cannot hold: it is not a real date',
      'column d of gone.flagged is NULL in 1 row whose value it cannot hold: it is not a real date',
      'column t of gone.flagged is NULL in 1 row whose value it cannot hold: it is not a real date',
    ]);
    await bed.source('SET SESSION sql_mode = DEFAULT');
  });

  it('and rejects the row whose text is no Unicode, as a key too, in copy and changes', async () => {
    await bed.createDatabase('halves');
    // MariaDB takes half of a surrogate pair in any set, MySQL in UCS-2 only.
    const [set, half, other] =
      bed.server.flavour === 'mariadb'
        ? ['utf8mb4', "_utf8mb4 x'EDA080'", "_utf8mb4 x'61EDB080'"]
        : ['ucs2', "_ucs2 x'D800'", "_ucs2 x'0061DC00'"];
    const source = `v VARCHAR(300) CHARACTER SET ${set} NOT NULL, n INT`;
    const rows = `('a', 1), (${half}, 2), ('?', 3), ('\ufffd', 4), (REPEAT('x', 200), 5), ('z', 6)`;
    const tables = ['halves.keyed', 'halves.keyless'];
    for (const table of tables) {
      await bed.source(
        `CREATE TABLE ${table} (${source}${table === 'halves.keyed' ? ', PRIMARY KEY (v)' : ''})`,
        `INSERT INTO ${table} VALUES ${rows}`,
      );
      await bed.target(`CREATE TABLE ${table} (v VARCHAR(1200) NOT NULL, n INTEGER)`);
    }
    const { task } = await started('halves');
    const kept = ['["?","3"]', '["z","6"]', `["${'x'.repeat(200)}","5"]`, '["\ufffd","4"]'];
    for (const table of ['keyed', 'keyless'])
      expect(await bed.targetRows('halves', table)).toEqual([...kept, '["a","1"]'].sort());
    for (const table of tables)
      await bed.source(
        `UPDATE ${table} SET v = 'whole' WHERE n = 2`,
        `INSERT INTO ${table} VALUES (${half}, 7), ('8', 8)`,
        `UPDATE ${table} SET v = ${other} WHERE n = 1`,
        `UPDATE ${table} SET n = 9 WHERE n = 7`,
        `DELETE FROM ${table} WHERE n = 9`,
      );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    for (const table of ['keyed', 'keyless'])
      expect(await bed.targetRows('halves', table)).toEqual([...kept, '["8","8"]', '["whole","2"]'].sort());
    expect(task.describe().tables.map(({ rejected }) => rejected)).toEqual([4, 4]);
    const [first] = await bed.target(
      "SELECT error FROM dms_control.awsdms_apply_exceptions WHERE table_name = 'halves.keyed'",
    );
    expect(String(first?.[0])).toMatch(/column v of halves\.keyed cannot hold the value: it is not Unicode/);
    await task.close();
  });

  it('and suspends the table or stops, where the error policy says so', async () => {
    await createTable('strict');
    await bed.source('CREATE TABLE strict.u (id INT PRIMARY KEY)', 'INSERT INTO strict.u VALUES (1)');
    await bed.target('CREATE TABLE strict.u (id INTEGER NOT NULL PRIMARY KEY)');
    const policy = settings({ ErrorBehavior: { DataTruncationErrorPolicy: 'SUSPEND_TABLE' } });
    const { task, events } = await started('strict', { settings: policy });
    await bed.source(
      `INSERT INTO strict.t VALUES (1, REPEAT('x', 21))`,
      `INSERT INTO strict.t VALUES (2, 'y')`,
      'INSERT INTO strict.u VALUES (2)',
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await bed.targetRows('strict', 't')).toEqual([]);
    await bed.expectEqual('strict', 'u');
    expect(events).toContainEqual(expect.objectContaining({ type: 'table-suspended', table: 'strict.t' }));
    expect(
      await bed.target(
        "SELECT table_name FROM dms_control.awsdms_suspended_tables WHERE task_name = 'task-strict'",
      ),
    ).toEqual([['strict.t']]);
    await task.close();
    const again = await started('strict', { settings: policy });
    expect(again.task.describe().tables).toContainEqual(
      expect.objectContaining({
        table: 'strict.t',
        state: 'suspended',
        suspendedBecause: expect.stringMatching(/longer than 20 bytes/),
      }),
    );
  });

  it('and suspends the tables that are dropped while they wait for their copy, the others copied', async () => {
    await createTable('vanishing');
    await bed.source("INSERT INTO vanishing.t VALUES (1, 'x')");
    for (const name of ['before', 'behind']) {
      await bed.source(`CREATE TABLE vanishing.${name} (id INT PRIMARY KEY)`);
      await bed.target(`CREATE TABLE vanishing.${name} (id INTEGER NOT NULL PRIMARY KEY)`);
    }
    // The first has been planned then; behind the second step the server says that the table is not there.
    const drops = new Map([
      ['planned', 'before'],
      ['opened', 'behind'],
    ]);
    let step = '';
    const source = async () => {
      if (step === '' && task.describe().tables.length === 3) step = 'planned';
      const name = drops.get(step);
      drops.delete(step);
      if (name !== undefined) await bed.source(`DROP TABLE vanishing.${name}`);
      return bed.login;
    };
    const failpoint: ReplicationTaskOptions['failpoint'] = (reached) => {
      if (reached === 'snapshot:opened') step = 'opened';
    };
    const { task } = await bed.task('vanishing', { source, failpoint });
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source("INSERT INTO vanishing.t VALUES (2, 'y')");
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('vanishing', 't');
    const gone = expect.stringMatching(/gone from the source|dropped at the source/);
    expect(task.describe().tables.map((one) => [one.table, one.suspendedBecause])).toEqual([
      ['vanishing.before', gone],
      ['vanishing.behind', gone],
      ['vanishing.t', undefined],
    ]);
    expect(drops.size).toBe(0);
    await task.close();
  });

  it('when every table is suspended', async () => {
    await createTable('alone');
    const { task, events } = await started('alone');
    await bed.source('ALTER TABLE alone.t DROP COLUMN v');
    await waitUntil(() => task.describe().status === 'failed', {
      what: 'the failure',
      timeoutMs: TIMEOUT_MS,
    });
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      code: 'REPLICATION_TASK_FAILED',
      message: expect.stringMatching(/every table is suspended.*ALTER/s),
    });
    await expect(task.waitUntilApplied({ timeoutMs: 1_000 })).rejects.toThrow(/failed/);
  });

  it('when the target is missing, differs in columns, or has rows of others', async () => {
    await bed.createDatabase('lacking');
    await bed.source(
      'CREATE TABLE lacking.absent (id INT PRIMARY KEY)',
      'CREATE TABLE lacking.narrow (id INT PRIMARY KEY, v POINT)',
      'CREATE TABLE lacking.wide (id INT PRIMARY KEY, other INT)',
      "INSERT INTO lacking.narrow VALUES (1, ST_GeomFromText('POINT(1 2)'))",
      'CREATE TABLE lacking.filled (id INT PRIMARY KEY)',
      'CREATE TABLE lacking.aged (id INT PRIMARY KEY) ENGINE=MERGE UNION=()',
    );
    await bed.target(
      'CREATE TABLE lacking.narrow (id INTEGER NOT NULL PRIMARY KEY)',
      'CREATE TABLE lacking.wide (id INTEGER NOT NULL PRIMARY KEY, extra INTEGER)',
      'CREATE TABLE lacking.filled (id INTEGER NOT NULL PRIMARY KEY)',
      'INSERT INTO lacking.filled VALUES (77)',
    );
    const { task, events } = await bed.task('lacking', {
      settings: settings({ FullLoadSettings: { TargetTablePrepMode: 'DO_NOTHING' } }),
    });
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(events).toContainEqual({ type: 'columns-ignored', table: 'lacking.narrow', columns: ['v'] });
    expect(await bed.targetRows('lacking', 'narrow')).toEqual(['["1"]']);
    const reasons = Object.fromEntries(
      task
        .describe()
        .tables.filter(({ state }) => state === 'suspended')
        .map(({ table, suspendedBecause }) => [table, suspendedBecause]),
    );
    expect(reasons).toEqual({
      'lacking.absent': expect.stringMatching(/does not exist in the warehouse/),
      'lacking.wide': expect.stringMatching(/lacks other; the source lacks extra/),
      'lacking.aged': expect.stringMatching(
        /storage engine is MRG_MyISAM: its rows are those of the tables under it/i,
      ),
      'lacking.filled': expect.stringMatching(/TargetTablePrepMode DO_NOTHING/),
    });
    await task.close();
    await bed.target(
      'DROP TABLE lacking.wide',
      'CREATE TABLE lacking.wide (id INTEGER NOT NULL PRIMARY KEY)',
    );
    await bed.source('INSERT INTO lacking.filled VALUES (1)', 'ALTER TABLE lacking.wide DROP COLUMN other');
    const reload = await bed.task('lacking', {
      settings: settings({ FullLoadSettings: { TargetTablePrepMode: 'TRUNCATE_BEFORE_LOAD' } }),
    });
    reload.task.start('reload-target');
    await reload.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('lacking', 'wide', 'filled');
  });

  it('when the source cannot be reached, and goes on once it can', async () => {
    await createTable('away');
    let reachable = false;
    const source = async () => (reachable ? bed.login : { ...bed.login, port: 1 });
    const { task, events } = await bed.task('away', { source });
    await expect(testSource(source)).rejects.toThrow(/SOURCE_UNAVAILABLE.*certificate/s);
    task.start('start-replication');
    await waitUntil(() => events.some(({ type }) => type === 'reconnecting'), {
      what: 'a try',
      timeoutMs: TIMEOUT_MS,
    });
    reachable = true;
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await testSource(source);
  });

  it('when the source does not log whole rows', async () => {
    await createTable('partial');
    await bed.source('SET GLOBAL binlog_row_image = MINIMAL');
    try {
      const { task } = await bed.task('partial');
      task.start('start-replication');
      await waitUntil(() => task.describe().status === 'failed', {
        what: 'the failure',
        timeoutMs: TIMEOUT_MS,
      });
      expect(task.describe().failure).toMatchObject({
        code: 'SOURCE_NOT_READY',
        message: expect.stringMatching(/binlog_row_image is "MINIMAL" and must be "FULL"/),
      });
    } finally {
      await bed.source('SET GLOBAL binlog_row_image = FULL');
    }
  });

  it('when the binlog was written again to the same length with the same transaction numbers', async () => {
    const build = async (): Promise<void> => {
      await bed.resetBinlogs();
      await bed.source('CREATE DATABASE twice', 'CREATE TABLE twice.t (id INT PRIMARY KEY)');
    };
    await bed.target('CREATE SCHEMA twice', 'CREATE TABLE twice.t (id INTEGER NOT NULL PRIMARY KEY)');
    await build();
    const { task } = await started('twice');
    await task.close();
    const end = await bed.binlogEnd();
    // Files are distinguished by the second in which they were made.
    const second = Math.floor(Date.now() / 1_000);
    await waitUntil(() => Math.floor(Date.now() / 1_000) > second, {
      what: 'the next second',
      timeoutMs: 2_000,
    });
    await bed.source('DROP DATABASE twice');
    await build();
    expect(await bed.binlogEnd()).toEqual(end);
    await bed.source('INSERT INTO twice.t VALUES (1)');
    const failure = await resumeToFailure('twice');
    expect(failure).toEqual({
      code: 'SOURCE_REPLACED',
      message: expect.stringContaining('is another one than at the checkpoint'),
    });
  });

  it('when the binlogs of the source were reset, stopped or running', async () => {
    await createTable('reset');
    const first = await started('reset');
    await first.task.close();
    await bed.resetBinlogs();
    await bed.source("INSERT INTO reset.t VALUES (1, 'x')");
    expect((await resumeToFailure('reset'))?.code).toBe('SOURCE_REPLACED');
    await bed.target('DELETE FROM reset.t');
    const { task } = await bed.task('reset');
    task.start('reload-target');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source('FLUSH BINARY LOGS', 'FLUSH BINARY LOGS', "INSERT INTO reset.t VALUES (2, 'x')");
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('reset', 't');
    await bed.resetBinlogs();
    await waitUntil(() => task.describe().status === 'failed', {
      what: 'the failure',
      timeoutMs: TIMEOUT_MS,
    });
    expect(task.describe().failure?.code).toBe('SOURCE_REPLACED');
  });
});
