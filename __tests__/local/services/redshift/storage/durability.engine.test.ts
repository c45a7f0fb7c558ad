import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWarehouse } from '../../../../../local/services/redshift/storage/open-warehouse';
import { rowsOf, singleValue } from '../twin-bed';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-durable-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the loop until it has said so many batches, kills it in the middle of its work; gives the last batch said. */
async function killAfter(file: string, batches: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '..', 'commit-loop.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split('\n').length > batches) child.kill('SIGKILL');
  }
  await ended;
  return Number(output.trimEnd().split('\n').at(-1));
}

const openTwin = (file: string) =>
  openWarehouse({ file, database: 'dev', fetchObject: async () => Buffer.alloc(0) });

it('a process that is killed leaves every commit that was reported to it, and of the last one all or nothing', async () => {
  const file = join(folder, 'twin.duckdb');
  for (const batches of [3, 7]) {
    const said = await killAfter(file, batches);
    expect(said).toBeGreaterThanOrEqual(batches);
    const warehouse = await openTwin(file);
    const session = await warehouse.openSession();
    const [first, last] = (await rowsOf(session, 'SELECT MIN(batch), MAX(batch) FROM ledger'))[0]!;
    expect(first).toBe(1);
    expect(Number(last)).toBeGreaterThanOrEqual(said);
    expect(await singleValue(session, 'SELECT COUNT(*) FROM ledger')).toBe(BigInt(last as number));
    expect(
      await rowsOf(
        session,
        'SELECT batch FROM target GROUP BY batch HAVING COUNT(*) <> 3000 OR SUM(n) <> 4498500',
      ),
    ).toEqual([]);
    expect(await singleValue(session, 'SELECT COUNT(DISTINCT batch) FROM target')).toBe(
      BigInt(last as number),
    );
    await warehouse.close();
  }
});

it('users, grants, declared types and errors of loads survive a restart', async () => {
  const file = join(folder, 'restart.duckdb');
  let warehouse = await openTwin(file);
  let session = await warehouse.openSession();
  await session.run('CREATE TABLE t (id INT IDENTITY(1, 1), v VARCHAR(3))');
  await session.run('CREATE USER reader PASSWORD DISABLE');
  await session.run('GRANT SELECT ON t TO reader');
  await session.run("INSERT INTO t (v) VALUES ('abc')");
  await warehouse.close();
  warehouse = await openTwin(file);
  session = await warehouse.openSession({ user: 'reader' });
  expect(await rowsOf(session, 'SELECT id, v FROM t')).toEqual([[1, 'abc']]);
  await expect(session.run("INSERT INTO t (v) VALUES ('abc')")).rejects.toThrow(/permission denied/);
  const admin = await warehouse.openSession();
  await expect(admin.run("INSERT INTO t (v) VALUES ('abcd')")).rejects.toThrow(/character varying\(3\)/);
  await admin.run("INSERT INTO t (v) VALUES ('d')");
  expect(await rowsOf(admin, 'SELECT COUNT(DISTINCT id) FROM t')).toEqual([[2n]]);
  await warehouse.close();
});

it('a second process is refused', async () => {
  const file = join(folder, 'twin.duckdb');
  const warehouse = await openTwin(file);
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, '..', 'commit-loop.ts'), file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  for await (const chunk of child.stderr) errors += String(chunk);
  expect(errors).toMatch(/lock/);
  await warehouse.close();
});
