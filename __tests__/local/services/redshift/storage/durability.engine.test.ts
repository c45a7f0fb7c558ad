import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type KeyedChanges,
  ROW_FATES,
  WarehouseError,
  type WarehouseSession,
} from '../../../../../local/runtime/ports/warehouse';
import { TextColumns } from '../../../../../local/services/dms/task/text-columns';
import { openWarehouse } from '../../../../../local/services/redshift/storage/open-warehouse';
import { readTypescript } from '../../../../../scripts/typescript.cjs';
import { rowsOf, singleValue } from '../twin-bed';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-durable-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the loop until it has said so many batches, kills it in the middle of its work; gives the last batch said. */
async function killAfter(file: string, batches: number): Promise<number> {
  const child = spawn(process.execPath, [...readTypescript, join(__dirname, '..', 'commit-loop.ts'), file], {
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
  const child = spawn(process.execPath, [...readTypescript, join(__dirname, '..', 'commit-loop.ts'), file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  for await (const chunk of child.stderr) errors += String(chunk);
  expect(errors).toMatch(/lock/);
  await warehouse.close();
});

/** Rows as the port takes them by column: a row's texts, null for NULL. */
function pack(names: readonly string[], rows: Iterable<readonly (string | null)[]>): TextColumns {
  const columns = new TextColumns(
    names.map((name) => ({ name })),
    names.map((_name, index) => index),
    names.length,
  );
  for (const row of rows) {
    for (const [index, text] of row.entries()) {
      const column = columns.columnAt(index);
      if (text === null) column?.addNull(columns.rowCount);
      else column?.addText(text);
    }
    columns.endRow();
  }
  return columns;
}

/** @returns which rows do not fit */
async function changeByKey(session: WarehouseSession, changes: KeyedChanges): Promise<readonly number[]> {
  const prepared = await session.prepareChanges('t', changes);
  await prepared.apply();
  await prepared.drop();
  return prepared.misfits;
}

it('columns are appended whole, in more than one group of rows, and changed by key but for what does not fit', async () => {
  const warehouse = await openTwin(join(folder, 'columns.duckdb'));
  const session = await warehouse.openSession();
  await session.run(
    'CREATE TABLE t (id BIGINT NOT NULL, name VARCHAR(12), price NUMERIC(10,2), day DATE, at TIMESTAMP, ok BOOLEAN)',
  );
  const names = ['id', 'name', 'price', 'day', 'at', 'ok'];
  const count = 250_001;
  const row = (id: number): (string | null)[] => [
    String(id),
    id % 3 === 0 ? null : (['', 'é"\n,'][id % 2] ?? ''),
    `${id}.25`,
    '2024-02-29',
    '2024-02-29 01:02:03.000004',
    String(id % 2),
  ];
  const all = pack(
    names,
    Array.from({ length: count }, (_, id) => row(id)),
  );
  await session.appendColumns('t', all.finish(), count);
  expect(
    await rowsOf(
      session,
      "SELECT COUNT(*), COUNT(name), SUM(CASE WHEN name = '' THEN 1 ELSE 0 END), SUM(price), COUNT(DISTINCT id) FROM t",
    ),
  ).toEqual([[250_001n, 166_667n, 83_334n, '31250187500.25', 250_001n]]);

  for (const bad of [
    ['1', 'a name of 13 ', null],
    ['1', null, '123456789.00'],
    [null, null, null],
  ]) {
    const columns = pack(['id', 'name', 'price'], [bad]).finish();
    await expect(session.appendColumns('t', columns, 1)).rejects.toThrow(WarehouseError);
    const change = { columns, key: [0], fates: Uint8Array.of(ROW_FATES.stays), rowCount: 1 };
    await session.begin();
    expect(await changeByKey(session, change)).toEqual([0]);
    expect(await rowsOf(session, 'SELECT id FROM t WHERE id IN (0, 1) ORDER BY id')).toEqual(
      bad[0] === null ? [[0n], [1n]] : [[0n]],
    );
    await session.rollback();
  }
  const images = pack(names, [row(5), ['7', ...new Array<null>(5).fill(null)], row(300_000), row(8), row(9)]);
  const { goes, gone, replaced, stays } = ROW_FATES;
  const fates = Uint8Array.of(stays, goes, stays, replaced, gone);
  expect(await changeByKey(session, { columns: images.finish(), key: [0], fates, rowCount: 5 })).toEqual([]);
  expect(await rowsOf(session, 'SELECT COUNT(*), MAX(id) FROM t')).toEqual([[250_001n, 300_000n]]);
  expect(await rowsOf(session, 'SELECT id FROM t WHERE id IN (5, 7, 8, 9) ORDER BY id')).toEqual([
    [5n],
    [8n],
    [9n],
  ]);

  await session.run('CREATE TABLE d (id BIGINT NOT NULL, whole NUMERIC(20), wide NUMERIC(38,10))');
  const exact: [string, string, string][] = [
    ['1', '18446744073709551615', '1234567890123456789012345678.0123456789'],
    ['2', '-99999999999999999999', '-99999999.9999999999'],
    ['3', '0', '-0.0000000001'],
  ];
  await session.appendColumns('d', pack(['id', 'whole', 'wide'], exact).finish(), 3);
  expect(await rowsOf(session, 'SELECT whole, wide FROM d ORDER BY id')).toEqual(
    exact.map(([, whole, wide]) => [whole, wide]),
  );
  const long = pack(['id', 'whole'], [['4', '100000000000000000000']]).finish();
  await expect(session.appendColumns('d', long, 1)).rejects.toThrow(WarehouseError);
  await warehouse.close();
});
