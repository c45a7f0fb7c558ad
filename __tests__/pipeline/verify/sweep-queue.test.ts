import type { ReplicatedTable } from '../../../pipeline/tables';
import { beginSweeps, inTurn } from '../../../pipeline/verify/sweep-queue';
import type { SweepHistory, SweepRecord } from '../../../pipeline/verify/sweep-record';
import { newSweep } from '../../../pipeline/verify/sweep-table';
import type { DataApi } from '../../../pipeline/warehouse/data-api';
import { TRADES, TXNS } from '../../support/tables';

const table = (name: string): ReplicatedTable => ({ ...TXNS, name });
const historyOf = (sweeps: Readonly<Record<string, Partial<SweepRecord>>>): Map<string, SweepHistory> =>
  new Map(
    Object.entries(sweeps).map(([name, changes]) => [
      name,
      { latest: { ...newSweep(name, 1_000), ...changes }, expectedRows: 7n },
    ]),
  );

it('of hundreds of tables every sweep is begun in a few batches, open ones are left, and remains are removed', async () => {
  const batches: (readonly string[])[] = [];
  const warehouse = {
    executeBatch: async (sqls: readonly string[]) => {
      batches.push(sqls);
    },
  } as unknown as DataApi;
  const tables = [TRADES, ...Array.from({ length: 600 }, (_, number) => table(`t${number}`))];
  const history = historyOf({ t0: {}, trades: { finishedAtMs: 2_000 }, t1: { finishedAtMs: 2_000 } });
  const begun = await beginSweeps(warehouse, tables, { history, nowMs: 5_000 });
  const statements = batches.flat();
  expect(batches).toHaveLength(16);
  expect(statements.filter((sql) => sql.startsWith('INSERT'))).toHaveLength(600);
  expect(statements.filter((sql) => sql.startsWith('DELETE'))).toHaveLength(1);
  expect(begun.get('t0')).toBe(history.get('t0'));
  expect(begun.get('t1')).toMatchObject({ latest: { startedAtMs: 5_000, parts: 0 }, expectedRows: 7n });
});

it('a table of many parts takes its place behind those that were not begun, and proven ones come first', () => {
  const history = historyOf({
    huge: { parts: 900 },
    begun: {},
    proven: { finishedAtMs: 2_000, equalAtMs: 2_000 },
    differing: { finishedAtMs: 2_000, parts: 5 },
  });
  const tables = ['huge', 'differing', 'begun', 'unknown', 'proven'].map(table);
  expect(inTurn(tables, history).map(({ name }) => name)).toEqual([
    'proven',
    'begun',
    'unknown',
    'differing',
    'huge',
  ]);
});
