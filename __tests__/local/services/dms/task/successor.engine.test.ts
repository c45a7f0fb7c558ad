/** Another server in the place of the source: a promoted replica, and one that was restored to an earlier time. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import type { MysqlServer } from '../../../../../local/runtime/ports/mysql-server';
import type { SourceLogin } from '../../../../../local/runtime/ports/replication-task';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { queryRows } from '../../../../../local/services/dms/binlog/binlog-stream';
import { openSource } from '../../../../../local/services/dms/task/source-connection';
import { startMysqlServer } from '../../../../../local/services/rds/mysql-server';
import { loginOf, TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';

const isMysql = process.env.CDC_MYSQL_SERVER === 'mysql';
const GTID: Readonly<Record<string, string>> = isMysql
  ? { gtid_mode: 'ON', enforce_gtid_consistency: 'ON' }
  : { log_slave_updates: 'ON' };

describe('a source in another place', () => {
  let bed: TaskBed;
  let replica: MysqlServer;
  let admin: Connection;
  let login: SourceLogin;
  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await queryRows(admin, statement);
  };
  const open = (server: MysqlServer): Promise<Connection> => openSource(async () => loginOf(server));
  const startServer = (name: string, id: number): Promise<MysqlServer> =>
    startMysqlServer({
      folder: join(bed.folder, name),
      parameters: { binlog_format: 'ROW', character_set_server: 'utf8mb4', server_id: String(id), ...GTID },
    });
  const follow = async (): Promise<TestTask> => {
    const made = await bed.task('moved', { source: async () => login });
    made.task.start(made.task.describe().status === 'ready' ? 'start-replication' : 'resume-processing');
    return made;
  };
  const applied = async ({ task }: TestTask): Promise<void> => {
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    for (const table of ['keyed', 'bag']) {
      const rows = (await queryRows(admin, `SELECT id, v FROM moved.${table} ORDER BY id, v`)) as {
        id: number;
        v: number;
      }[];
      expect([table, await bed.target(`SELECT id, v FROM moved.${table} ORDER BY id, v`)]).toEqual([
        table,
        rows.map(({ id, v }) => [BigInt(id), BigInt(v)].map(Number)),
      ]);
    }
  };
  const isThere = (marker: number): Promise<true> =>
    waitUntil(
      async () =>
        ((await queryRows(admin, `SELECT 1 FROM moved.keyed WHERE id = ${marker}`)) as []).length > 0,
      { what: `row ${marker} on the replica`, timeoutMs: TIMEOUT_MS },
    );

  beforeAll(async () => {
    // With it MySQL 9.6 and later is as 8.4: what a foreign key changes is not in the binlog.
    bed = await TaskBed.start({ ...GTID, ...(isMysql ? { innodb_native_foreign_keys: 'ON' } : {}) });
    await bed.createDatabase('moved');
    await bed.source(
      'CREATE TABLE moved.keyed (id INT PRIMARY KEY, v INT)',
      'CREATE TABLE moved.bag (id INT, v INT)',
      'CREATE TABLE moved.child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES moved.keyed (id) ON DELETE CASCADE)',
      'INSERT INTO moved.keyed VALUES (1, 1), (2, 2)',
      'INSERT INTO moved.child VALUES (2)',
      'INSERT INTO moved.bag VALUES (1, 1), (1, 1), (2, 2)',
    );
    await bed.target(
      'CREATE TABLE moved.keyed (id INTEGER NOT NULL PRIMARY KEY, v INTEGER)',
      'CREATE TABLE moved.bag (id INTEGER, v INTEGER)',
      'CREATE TABLE moved.child (id INTEGER NOT NULL PRIMARY KEY)',
    );
    replica = await startServer('replica', 2);
    admin = await open(replica);
    const { host, port, username, password } = bed.login;
    const account = (prefix: string): string =>
      `${prefix}_HOST = '${host}', ${prefix}_PORT = ${port}, ${prefix}_USER = '${username}', ${prefix}_PASSWORD = '${password}', ${prefix}_SSL = 1`;
    if (isMysql)
      await run(
        `CHANGE REPLICATION SOURCE TO ${account('SOURCE')}, SOURCE_AUTO_POSITION = 1`,
        'START REPLICA',
      );
    else
      await run(
        `CHANGE MASTER TO ${account('MASTER')}, MASTER_SSL_CA = '${bed.server.caFile}', MASTER_USE_GTID = slave_pos`,
        'START SLAVE',
      );
    login = bed.login;
  }, 90_000);
  afterAll(async () => {
    admin?.destroy();
    await replica?.stop();
    await bed?.stop();
  });

  it('is followed on a promoted replica, nothing lost and nothing doubled', async () => {
    const running = await follow();
    await bed.source('DELETE FROM moved.keyed WHERE id = 2');
    await running.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await bed.rows('SELECT * FROM moved.child')).toEqual([]);
    expect(running.task.describe().tables.filter(({ state }) => state === 'suspended')).toMatchObject([
      { table: 'moved.child', suspendedBecause: expect.stringMatching(/foreign key .*ON DELETE CASCADE/) },
    ]);
    await bed.source('INSERT INTO moved.bag VALUES (3, 3)');
    const preparing = await open(bed.server);
    for (const statement of [
      "XA START 'x'",
      'INSERT INTO moved.bag VALUES (4, 4)',
      "XA END 'x'",
      "XA PREPARE 'x'",
    ])
      await queryRows(preparing, statement);
    preparing.destroy();
    await running.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await running.task.stop();
    // The task has not read these; the replica has them.
    await bed.source(
      'INSERT INTO moved.bag VALUES (5, 5), (5, 5)',
      'INSERT INTO moved.keyed VALUES (100, 0)',
    );
    await isThere(100);
    await run(isMysql ? 'STOP REPLICA' : 'STOP SLAVE', isMysql ? 'RESET REPLICA ALL' : 'RESET SLAVE ALL');
    await run("XA COMMIT 'x'", 'DELETE FROM moved.bag WHERE id = 1 LIMIT 1');
    await bed.server.stop();
    login = { ...bed.login, port: replica.port, caFile: replica.caFile };
    running.task.start('resume-processing');
    await applied(running);
    expect(running.events).toContainEqual(expect.objectContaining({ type: 'source-changed' }));
    await running.task.close();

    // The next runs too: by GTID first, by position once the task has come to a new file.
    await run('INSERT INTO moved.bag VALUES (6, 6)');
    const next = await follow();
    await applied(next);
    await run('FLUSH BINARY LOGS', 'INSERT INTO moved.bag VALUES (7, 7)');
    await applied(next);
    await next.task.close();
    await run('INSERT INTO moved.bag VALUES (8, 8)');
    const last = await follow();
    await applied(last);
    expect(last.events).not.toContainEqual(expect.objectContaining({ type: 'source-changed' }));
    await last.task.close();
    expect((await bed.target('SELECT file_created_at IS NULL FROM dms_control.awsdms_txn_state'))[0]).toEqual(
      [false],
    );
  });

  it('is refused by name when it was restored to an earlier time, whatever was written there since', async () => {
    admin.destroy();
    await replica.stop();
    cpSync(join(bed.folder, 'replica'), join(bed.folder, 'restored'), { recursive: true });
    rmSync(join(bed.folder, 'restored', 'data', 'auto.cnf'), { force: true });
    replica = await startServer('replica', 2);
    admin = await open(replica);
    login = { ...login, port: replica.port };
    await run('INSERT INTO moved.keyed VALUES (200, 0)');
    const before = await follow();
    await applied(before);
    await before.task.close();
    admin.destroy();
    await replica.stop();

    replica = await startServer('restored', 3);
    admin = await open(replica);
    login = { ...login, port: replica.port, caFile: replica.caFile };
    for (const writes of [0, 5]) {
      for (let write = 0; write < writes; write += 1) await run('INSERT INTO moved.bag VALUES (9, 9)');
      const { task } = await follow();
      await waitUntil(() => task.describe().status === 'failed', {
        what: 'the failure',
        timeoutMs: TIMEOUT_MS,
      });
      expect(task.describe().failure).toMatchObject({
        code: 'SOURCE_REPLACED',
        message: expect.stringMatching(/transactions that the warehouse has.*reload-target/),
      });
      await task.close();
    }
    const again = await bed.task('moved', { source: async () => login });
    again.task.start('reload-target');
    await applied(again);
    await again.task.close();
  });
});
