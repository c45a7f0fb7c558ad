/** Writers that change the source at random, through the ends and starts of its server, until they are stopped. */
import type { Connection } from 'mysql2';
import type { SourceLogin } from '../../../../../../local/runtime/ports/replication-task';
import { queryRows } from '../../../../../../local/services/dms/binlog/binlog-stream';
import { openSource } from '../../../../../../local/services/dms/task/source-connection';
import type { Random } from '../../../../../../scripts/soak/random';

export const SOURCE_TABLES: Readonly<Record<string, string>> = {
  keyed: 'id INT PRIMARY KEY, v INT, note VARCHAR(40)',
  bag: 'id INT, v INT',
  wide: 'a VARCHAR(20) COLLATE utf8mb4_bin, b BIGINT UNSIGNED, d DECIMAL(20,5), at DATETIME(6), t TEXT, f DOUBLE, PRIMARY KEY (a, b)',
  branch: 'id INT PRIMARY KEY, v INT',
  altered: 'id INT PRIMARY KEY, v VARCHAR(20), n DECIMAL(10,2)',
};
export const TARGET_TABLES: Readonly<Record<string, string>> = {
  keyed: 'id INTEGER NOT NULL PRIMARY KEY, v INTEGER, note VARCHAR(160)',
  bag: 'id INTEGER, v INTEGER',
  wide: 'a VARCHAR(80) NOT NULL, b NUMERIC(20) NOT NULL, d NUMERIC(20,5), at TIMESTAMP, t VARCHAR(65535), f DOUBLE PRECISION',
  branch: 'id INTEGER NOT NULL PRIMARY KEY, v INTEGER',
  altered: 'id INTEGER NOT NULL PRIMARY KEY, v VARCHAR(400), n NUMERIC(10,2)',
};

const KEYS = 3_000;
const LARGE_ROWS = 20_000;

/** Statements of one piece of work; those that fail (a key that is there, a deadlock) are left. */
function work(random: Random, name: string): string[] {
  const n = (bound: number): number => random.below(bound);
  const from = n(KEYS);
  const range = `id BETWEEN ${from} AND ${from + n(60)}`;
  const rows = (count: number, row: () => string): string => Array.from({ length: count }, row).join(',');
  const keyed = (): string => `(${n(KEYS)}, ${n(1_000)}, ${random.pick(['NULL', "'é'", "'x\\\\y'", "''"])})`;
  const simple = [
    () => `REPLACE INTO keyed VALUES ${rows(1 + n(30), keyed)}`,
    () => `INSERT INTO keyed VALUES ${keyed()} ON DUPLICATE KEY UPDATE v = v + 1`,
    () => `UPDATE keyed SET v = v + 1, note = REPEAT('a', v % 40) WHERE ${range}`,
    () => `DELETE FROM keyed WHERE ${range}`,
    () => `UPDATE keyed SET id = id + ${KEYS * (1 + n(3))} WHERE ${range} ORDER BY id DESC`,
    () => `UPDATE keyed SET id = CASE id WHEN ${from} THEN -1 ELSE ${from} END WHERE id IN (${from}, -1)`,
    () => `INSERT INTO bag VALUES ${rows(1 + n(30), () => `(${n(20)}, ${n(5)})`)}`,
    () => `UPDATE bag SET v = v + 1 WHERE id = ${n(20)} LIMIT ${1 + n(8)}`,
    () => `DELETE FROM bag WHERE id = ${n(20)} LIMIT ${1 + n(20)}`,
    () =>
      `REPLACE INTO wide VALUES ('k${n(50)}', ${n(4)}, ${n(10_000)} / 7, NOW(6), REPEAT('ö', ${n(300)}), ${n(100)} / 3)`,
    () => `UPDATE wide SET d = -d, a = CONCAT(a, 'z') WHERE b = ${n(4)} LIMIT 5`,
    () => `DELETE FROM wide WHERE a LIKE '%zz'`,
  ];
  const one = (): string => random.pick(simple)();
  switch (n(200)) {
    case 0:
      return [
        `INSERT IGNORE INTO keyed SELECT ${n(4) * LARGE_ROWS} + seq, ${n(9)}, NULL FROM helper.numbers LIMIT ${1 + n(LARGE_ROWS)}`,
      ];
    case 1:
      return [`DELETE FROM keyed WHERE id > ${KEYS * 4}`];
    case 2:
    case 3:
      return ['BEGIN', one(), one(), one(), random.pick(['COMMIT', 'ROLLBACK'])];
    case 4:
      return ['BEGIN', one(), 'SAVEPOINT s', one(), 'ROLLBACK TO s', one(), 'COMMIT'];
    case 5:
      return [
        'BEGIN',
        one(),
        'CREATE TEMPORARY TABLE tmp (a INT)',
        one(),
        'ROLLBACK',
        'DROP TEMPORARY TABLE IF EXISTS tmp',
      ];
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
      return [
        `XA START '${name}'`,
        `REPLACE INTO branch VALUES (${n(200)}, ${n(9)})`,
        `XA END '${name}'`,
        ...random.pick([
          [`XA COMMIT '${name}' ONE PHASE`],
          [`XA PREPARE '${name}'`, `XA COMMIT '${name}'`],
          [`XA PREPARE '${name}'`, `XA ROLLBACK '${name}'`],
        ]),
      ];
    default:
      return [one()];
  }
}

/** Changes of the table `altered`. All of them are applied, unless a second one comes before the task read the first. */
function alteration(random: Random): string[] {
  const id = random.below(500);
  if (random.below(60) > 0)
    return [
      `REPLACE INTO altered VALUES (${id}, 'v${id}', ${id} / 4)`,
      `DELETE FROM altered WHERE id = ${id - 7}`,
    ];
  return random.pick([
    ['TRUNCATE TABLE altered'],
    ['ALTER TABLE altered DROP COLUMN n, ADD COLUMN n DECIMAL(10,2) NULL'],
    [`ALTER TABLE altered MODIFY v VARCHAR(${20 + random.below(60)})`],
    ['ALTER TABLE altered ADD INDEX extra (v)', 'ALTER TABLE altered DROP INDEX extra'],
    ['CREATE TABLE IF NOT EXISTS altered (a INT)'],
  ]);
}

export class RandomLoad {
  /** Statements that the source took. */
  done = 0;
  private isStopped = false;
  private readonly writers: Promise<void>[];

  constructor(
    private readonly readLogin: () => Promise<SourceLogin>,
    private readonly database: string,
    random: Random,
  ) {
    this.writers = [
      this.write(() => work(random, 'one')),
      this.write(() => work(random, 'two')),
      this.write(() => alteration(random)),
    ];
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.writers);
  }

  private async write(next: () => string[]): Promise<void> {
    let connection: Connection | undefined;
    while (!this.isStopped) {
      try {
        connection ??= await this.open();
        for (const statement of next()) await this.run(connection, statement);
      } catch {
        // The server is gone; it comes back.
        connection?.destroy();
        connection = undefined;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    connection?.destroy();
  }

  /** @throws what means that the connection is of no use any more */
  private async run(connection: Connection, statement: string): Promise<void> {
    try {
      await queryRows(connection, statement);
      this.done += 1;
    } catch (error) {
      const { errno } = error as { errno?: number };
      if (errno === undefined || LOST.has(errno)) throw error;
    }
  }

  private async open(): Promise<Connection> {
    const connection = await openSource(this.readLogin);
    await queryRows(connection, `USE ${this.database}`);
    await queryRows(connection, "SET SESSION innodb_lock_wait_timeout = 1, sql_mode = ''");
    return connection;
  }
}

/** ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED, and the like. */
const LOST = new Set([1053, 1077, 1184, 1317, 1927, 3169, 4031]);
