import type { TableLoad } from '../../../pipeline/load/load-table';
import { loadTables, PARALLEL_TABLES } from '../../../pipeline/load/load-tables';
import type { DynamodbTable } from '../../../pipeline/tables';
import { TRADES } from '../../support/tables';

const tables = (count: number): DynamodbTable[] =>
  Array.from({ length: count }, (_, number) => ({ ...TRADES, name: `t${number}` }));
const loadOf = ({ name }: DynamodbTable): TableLoad => ({
  table: name,
  files: 1,
  rows: 1,
  upserted: 1,
  deleted: 0,
  rejected: [],
  lastBatchId: undefined,
  newestChangedAtMs: undefined,
});
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('a table that never ends keeps no other of a hundred waiting', async () => {
  const loaded: string[] = [];
  let end: (load: TableLoad) => void = () => {};
  const all = tables(100);
  const run = loadTables(all, {
    remainingMs: () => 60_000,
    load: async (table) => {
      if (table.name === 't3') return new Promise((resolve) => (end = resolve));
      await soon();
      loaded.push(table.name);
      return loadOf(table);
    },
  });
  while (loaded.length < 99) await soon();
  end(loadOf(all[3]!));
  const outcomes = await run;
  expect(outcomes.map(({ table, result }) => `${table.name} ${result.status}`)).toEqual(
    all.map(({ name }) => `${name} loaded`),
  );
});

it('a table that fails is one outcome among others, and not more than so many are loaded at once', async () => {
  let [running, most] = [0, 0];
  const outcomes = await loadTables(tables(40), {
    remainingMs: () => 60_000,
    load: async (table) => {
      most = Math.max(most, ++running);
      await soon();
      running -= 1;
      if (table.name === 't0') throw new Error('no such table');
      return loadOf(table);
    },
  });
  expect(outcomes.filter(({ result }) => result.status === 'loaded')).toHaveLength(39);
  expect(outcomes[0]?.result).toMatchObject({ status: 'failed', error: { message: 'no such table' } });
  expect(most).toBe(PARALLEL_TABLES);
});

it('a table whose turn comes when the time is over is left for the next run', async () => {
  let remainingMs = 60_000;
  const outcomes = await loadTables(tables(3), {
    parallelism: 1,
    remainingMs: () => remainingMs,
    load: async (table) => {
      remainingMs -= 45_000;
      return loadOf(table);
    },
  });
  expect(outcomes.map(({ result }) => result.status)).toEqual(['loaded', 'left', 'left']);
});
