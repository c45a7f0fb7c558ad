import type { TwinSession } from '../../../../../local/services/redshift/storage/warehouse-session';
import { openBed, rowsOf, runAll, singleValue, type WarehouseBed } from '../twin-bed';

let bed: WarehouseBed;
let one: TwinSession;
let two: TwinSession;

beforeAll(async () => {
  bed = await openBed();
});

beforeEach(async () => {
  one = await bed.warehouse.openSession();
  two = await bed.warehouse.openSession();
  await runAll(
    one,
    'DROP TABLE IF EXISTS a',
    'DROP TABLE IF EXISTS b',
    'CREATE TABLE a (n INT)',
    'CREATE TABLE b (n INT)',
  );
});

afterEach(async () => {
  await one.close();
  await two.close();
});

afterAll(() => bed.close());

/** Tells, when asked, whether the statement has ended. */
function started(work: Promise<unknown>): { readonly work: Promise<unknown>; readonly state: () => string } {
  let state = 'waits';
  const watched = work.then(
    () => {
      state = 'done';
    },
    (error: unknown) => {
      state = String(error);
      throw error;
    },
  );
  watched.catch(() => undefined);
  return { work: watched, state: () => state };
}

/** After this, whatever could run has run: other sessions have done several statements meanwhile. */
async function letOthersRun(): Promise<void> {
  const other = await bed.warehouse.openSession();
  for (let count = 0; count < 5; count += 1) await other.run('SELECT 1');
  await other.close();
}

it('a second writer of a table waits for the commit of the first, then sees its rows', async () => {
  await one.begin();
  await one.run('INSERT INTO a VALUES (1)');
  const second = started(two.run('INSERT INTO a SELECT COUNT(*) + 10 FROM a'));
  await letOthersRun();
  expect(second.state()).toBe('waits');
  await one.commit();
  await second.work;
  expect(await rowsOf(one, 'SELECT n FROM a ORDER BY n')).toEqual([[1], [11]]);
});

it('a waiting writer goes on after a rollback, and after a close', async () => {
  for (const end of [(): Promise<void> => one.rollback(), (): Promise<void> => one.close()]) {
    await one.begin();
    await one.run('DELETE FROM a');
    const second = started(two.append('a', ['n'], [['1']]));
    await letOthersRun();
    expect(second.state()).toBe('waits');
    await end();
    await second.work;
  }
  expect(await singleValue(two, 'SELECT COUNT(*) FROM a')).toBe(2n);
});

it('readers do not wait for writers, and see what was committed', async () => {
  await one.begin();
  await one.run('INSERT INTO a VALUES (1)');
  expect(await singleValue(two, 'SELECT COUNT(*) FROM a')).toBe(0n);
  await one.commit();
  expect(await singleValue(two, 'SELECT COUNT(*) FROM a')).toBe(1n);
});

it('writers of two tables do not wait for each other', async () => {
  await one.begin();
  await two.begin();
  await one.run('INSERT INTO a VALUES (1)');
  await two.run('INSERT INTO b VALUES (1)');
  await one.commit();
  await two.commit();
});

it('LOCK keeps readers and writers out until the commit', async () => {
  await one.begin();
  await one.run('LOCK TABLE a, b');
  const reader = started(two.run('SELECT * FROM a'));
  await letOthersRun();
  expect(reader.state()).toBe('waits');
  await one.commit();
  await reader.work;
});

it('of two loaders that lock first and look then, the second sees what the first wrote', async () => {
  const load = async (session: TwinSession): Promise<void> => {
    await session.begin();
    await session.run('LOCK a');
    await session.run('INSERT INTO a SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM a)');
    await session.commit();
  };
  await Promise.all([load(one), load(two)]);
  expect(await singleValue(one, 'SELECT COUNT(*) FROM a')).toBe(1n);
});

it('a deadlock ends with an error for one, and the other goes on', async () => {
  await one.begin();
  await two.begin();
  await one.run('INSERT INTO a VALUES (1)');
  await two.run('INSERT INTO b VALUES (1)');
  const waiting = started(one.run('INSERT INTO b VALUES (2)'));
  await letOthersRun();
  await expect(two.run('INSERT INTO a VALUES (2)')).rejects.toThrow('deadlock detected');
  await two.rollback();
  await waiting.work;
  await one.commit();
  expect(await singleValue(one, 'SELECT COUNT(*) FROM a')).toBe(1n);
});

it('one statement at a time runs in a session, in the order given', async () => {
  await Promise.all([
    one.run('INSERT INTO a VALUES (1)'),
    one.run('UPDATE a SET n = n + 1'),
    one.run('UPDATE a SET n = n * 10'),
  ]);
  expect(await rowsOf(one, 'SELECT n FROM a')).toEqual([[20]]);
});

it('a statement that waits or runs can be cancelled', async () => {
  await one.begin();
  await one.run('LOCK a');
  const waiting = started(two.run('SELECT * FROM a'));
  await letOthersRun();
  two.cancel();
  await expect(waiting.work).rejects.toThrow(/cancelled/);
  await one.rollback();
  expect(await singleValue(two, 'SELECT COUNT(*) FROM a')).toBe(0n);
});

it('a file is opened once in a process', async () => {
  const { openWarehouse } = await import('../../../../../local/services/redshift/storage/open-warehouse');
  const again = openWarehouse({
    file: `${bed.folder}/twin.duckdb`,
    database: 'dev',
    fetchObject: async () => Buffer.alloc(0),
  });
  await expect(again).rejects.toThrow(/already open in this process/);
});

it('a large transaction takes no memory from the statements of other sessions, and has little again after each', async () => {
  await one.append(
    'a',
    ['n'],
    Array.from({ length: 300 }, (_, n) => [String(n)]),
  );
  const texts = `SELECT REPEAT('x', 1000) || CAST(a.n AS VARCHAR) || '-' || CAST(c.n AS VARCHAR) AS r FROM a, a AS c ORDER BY r DESC`;
  const last = `SELECT MAX(r) FROM (${texts}) AS t`;
  const expected = `${'x'.repeat(1000)}99-99`;
  await one.limitMemory(true);
  await expect(one.run(last)).rejects.toThrow(/MiB used/);
  const first: unknown[] = [];
  await two.read(texts, [], async (_columns, next) => {
    first.push((await next())?.[0]?.[0]);
    await one.freeMemory();
  });
  expect(first).toEqual([expected]);
  await two.begin();
  expect(await singleValue(two, last)).toBe(expected);
  await two.commit();
  await expect(one.run(last)).rejects.toThrow(/MiB used/);
  await one.limitMemory(false);
  expect(await singleValue(one, last)).toBe(expected);
});
