/** Batches of more rows than a group of the part file has, whose columns are NULL late, early, in turn and never. */
import { TaskBed } from './task-bed';

jest.setTimeout(180_000);

const COLUMNS = [
  'late VARCHAR(30)',
  'early DECIMAL(20,0)',
  'odd DATETIME(6)',
  'whole BIGINT UNSIGNED',
  'never INT NOT NULL',
  'amount DECIMAL(38,10)',
  'always TEXT',
  'flag BOOLEAN',
];
/** Of a row by its number `seq`. */
const VALUES = [
  "IF(seq < 124000, CONCAT('v\\'\"\\\\é', seq), NULL)",
  'IF(seq < 70000, NULL, 99999999999999000000 + seq)',
  "IF(seq % 2 = 0, TIMESTAMP('2024-02-29') + INTERVAL seq MICROSECOND, NULL)",
  'IF(seq = 131073, NULL, 18446744073709551615 - seq)',
  'seq',
  'IF(seq % 1000 = 999, NULL, seq / 7 - 10000)',
  'NULL',
  'IF(seq > 122880, seq % 3 = 0, NULL)',
].join(', ');

describe('of large batches, whatever is NULL where, every value arrives', () => {
  let bed: TaskBed;
  beforeAll(async () => {
    bed = await TaskBed.start();
  });
  afterAll(() => bed?.stop());

  it('by the copy, and by changes', async () => {
    await bed.createDatabase('large');
    const thousand = Array.from({ length: 1_000 }, (_, index) => `(${index})`).join(', ');
    await bed.source(
      'CREATE DATABASE numbers',
      'CREATE TABLE numbers.n (seq INT PRIMARY KEY)',
      `INSERT INTO numbers.n VALUES ${thousand}`,
      'INSERT INTO numbers.n SELECT a.seq * 1000 + b.seq FROM numbers.n a, numbers.n b WHERE a.seq BETWEEN 1 AND 220',
    );
    const create = `CREATE TABLE large.t (id INT PRIMARY KEY, ${COLUMNS.join(', ')})`;
    const insert = (from: number, to: number): string =>
      `INSERT INTO large.t SELECT seq, ${VALUES} FROM numbers.n WHERE seq BETWEEN ${from} AND ${to}`;
    await bed.source(create, insert(1, 135_000));
    await bed.target(
      'CREATE TABLE large.t (id INTEGER NOT NULL, late VARCHAR(120), early NUMERIC(20,0), odd TIMESTAMP, whole NUMERIC(20,0), never INTEGER NOT NULL, amount NUMERIC(38,10), always VARCHAR(65535), flag BOOLEAN)',
    );
    const { task } = await bed.task('large');
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: 100_000 });
    await bed.source(
      'SET SESSION autocommit = 0',
      insert(136_001, 206_000),
      'UPDATE large.t SET late = NULL, whole = id WHERE id % 7 = 0 AND id > 60000',
      "UPDATE large.t SET always = CONCAT('text ', id), early = NULL WHERE id % 11 = 0",
      'DELETE FROM large.t WHERE id % 5 = 0',
      insert(206_001, 216_000),
      'UPDATE large.t SET id = id + 1000000 WHERE id % 13 = 0',
      'COMMIT',
      'SET SESSION autocommit = 1',
    );
    await task.waitUntilApplied({ timeoutMs: 100_000 });
    await bed.expectEqual('large', 't');
    await task.close();
  });
});
