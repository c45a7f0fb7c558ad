import type { ReplicatedTable } from '../../pipeline/tables';
import { worstOf } from '../../pipeline/verify/measure-freshness';
import { SMALL_CATALOGUE, subjectOf, watchedTables } from '../../pipeline/watched-tables';
import { TRADES, TXNS } from '../support/tables';

const catalogue = (count: number): ReplicatedTable[] => [
  TRADES,
  ...Array.from({ length: count - 1 }, (_, number) => ({ ...TXNS, name: `t${number}` })),
];

it('each table of a small catalogue is watched by itself, the tables of a large one by source', () => {
  const small = catalogue(SMALL_CATALOGUE);
  expect(watchedTables(small).map(({ subject }) => subject)).toEqual(small.map(({ name }) => name));
  const large = catalogue(SMALL_CATALOGUE + 1);
  expect(watchedTables(large).map(({ subject, tables }) => [subject, tables.length])).toEqual([
    ['all-mysql', SMALL_CATALOGUE],
    ['all-dynamodb', 1],
  ]);
});

it('a metric is emitted under the subject that its alarm watches', () => {
  for (const tables of [catalogue(2), catalogue(100)])
    for (const watched of watchedTables(tables)) {
      for (const { name } of watched.tables) expect(subjectOf(name, tables)).toBe(watched.subject);
      expect(subjectOf(watched.subject, tables)).toBe(watched.subject);
    }
});

it('of tables that are watched together the worst is emitted, and nothing while one is not known', () => {
  const measured = [
    { table: 't0', freshnessSeconds: 5, proofAgeSeconds: 9 },
    { table: 't1', freshnessSeconds: 70, proofAgeSeconds: undefined },
    { table: 'trades', freshnessSeconds: 900, proofAgeSeconds: 1 },
  ];
  const together = catalogue(3).filter(({ source }) => source === 'mysql');
  expect(worstOf(measured, together)).toEqual({ freshnessSeconds: 70, proofAgeSeconds: undefined });
});
