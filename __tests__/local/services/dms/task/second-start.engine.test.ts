/** RDS runs MySQL: a task there and its server, each started a second time. */
import { findServerProgram } from '../../../../../local/services/rds/mysql-program';
import { TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';

const isThere = ((): boolean => {
  try {
    return findServerProgram('mysql', '').flavour === 'mysql';
  } catch {
    return false;
  }
})();

(isThere ? describe : describe.skip)('on MySQL (skipped where it is not on the machine)', () => {
  let bed: TaskBed;
  beforeAll(async () => {
    bed = await TaskBed.start({}, 'mysql');
  }, 60_000);
  afterAll(() => bed?.stop());

  const run = async (action: 'start-replication' | 'resume-processing'): Promise<TestTask> => {
    const made = await bed.task('second', { source: bed.login });
    made.task.start(action);
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('second', 'keyed', 'bag');
    return made;
  };
  const outcomes = ({ task }: TestTask) =>
    task
      .describe()
      .tables.map(({ table, state, snapshotRows, inserts, updates, deletes, rejected }) => [
        table,
        { state, snapshotRows, inserts, updates, deletes, rejected },
      ]);

  it('a second and a third start copy nothing again, and apply what was written meanwhile once', async () => {
    await bed.createDatabase('second');
    await bed.source(
      'CREATE TABLE second.keyed (id BIGINT UNSIGNED PRIMARY KEY, at DATETIME(6), v VARCHAR(20))',
      'CREATE TABLE second.bag (id INT, v INT)',
      "INSERT INTO second.keyed VALUES (1, '2024-02-29 01:02:03.000004', 'copied'), (18446744073709551615, NULL, NULL)",
      'INSERT INTO second.bag VALUES (1, 1), (1, 1), (2, 2)',
    );
    await bed.target(
      'CREATE TABLE second.keyed (id NUMERIC(20,0) NOT NULL PRIMARY KEY, at TIMESTAMP, v VARCHAR(80))',
      'CREATE TABLE second.bag (id INTEGER, v INTEGER)',
    );
    const first = await run('start-replication');
    expect(first.events.filter(({ type }) => type === 'snapshot-finished')).toHaveLength(2);
    await first.task.close();

    await bed.source(
      "INSERT INTO second.keyed VALUES (2, NULL, 'between')",
      "UPDATE second.keyed SET v = 'changed' WHERE id = 1",
      'DELETE FROM second.bag WHERE id = 1 LIMIT 1',
      'INSERT INTO second.bag VALUES (2, 2)',
    );
    await bed.restartServer();
    const second = await run('resume-processing');
    const loaded = { state: 'loaded', rejected: 0 };
    expect(Object.fromEntries(outcomes(second))).toEqual({
      'second.keyed': { ...loaded, snapshotRows: 2, inserts: 1, updates: 1, deletes: 0 },
      'second.bag': { ...loaded, snapshotRows: 3, inserts: 1, updates: 0, deletes: 1 },
    });
    await second.task.close();

    await bed.source('INSERT INTO second.bag VALUES (3, 3)', 'DELETE FROM second.keyed WHERE id = 2');
    await bed.killServer();
    const third = await run('resume-processing');
    expect(Object.fromEntries(outcomes(third))).toEqual({
      'second.keyed': { ...loaded, snapshotRows: 2, inserts: 0, updates: 0, deletes: 1 },
      'second.bag': { ...loaded, snapshotRows: 3, inserts: 1, updates: 0, deletes: 0 },
    });
    for (const { events } of [second, third])
      expect(events.map(({ type }) => type)).toEqual(
        expect.not.arrayContaining(['snapshot-finished', 'table-suspended', 'source-changed']),
      );
    await third.task.close();
  }, 90_000);
});
