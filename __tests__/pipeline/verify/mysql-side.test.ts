import fc from 'fast-check';
import { compareBuckets } from '../../../pipeline/verify/bucket-comparison';
import { hashText, joinParts } from '../../../pipeline/verify/canonical-text';
import { mysqlSide } from '../../../pipeline/verify/mysql-side';
import type { ComparedSide, HashedRow } from '../../../pipeline/verify/side';
import { ALL_TYPES, hashOfRow, NO_KEY, type Row, rowsOf } from './all-types';
import { type MysqlFixture, startMysqlFixture } from './mysql-fixture';

const ALL_BUCKETS = [...'0123456789abcdef'];

let mysql: MysqlFixture;
beforeAll(async () => {
  mysql = await startMysqlFixture([ALL_TYPES, NO_KEY]);
});
afterAll(() => mysql?.stop());

async function readAll(side: ComparedSide): Promise<HashedRow[]> {
  const rows: HashedRow[] = [];
  await side.readRows(ALL_BUCKETS, (row) => rows.push(row));
  return rows;
}

const sampled = (count: number, seed: number, table = ALL_TYPES): Row[] =>
  fc.sample(rowsOf(table, count), { numRuns: 1, seed })[0] ?? [];

describe('the MySQL side of a comparison', () => {
  it('hashes random rows of all types as their canonical text is hashed here', async () => {
    const rows = sampled(2_000, 1);
    await mysql.fill(ALL_TYPES, rows);
    const hashed = await readAll(mysqlSide(mysql.secret, ALL_TYPES, mysql.options));
    const byId = new Map(hashed.map(({ key, rowHash }) => [key?.[0], rowHash]));
    const wrong = rows.filter((row) => byId.get(String(row[0])) !== hashOfRow(ALL_TYPES, row));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(hashed).toHaveLength(rows.length);
  });

  it('adds up the same buckets, however many there are, as its rows do', async () => {
    await mysql.fill(ALL_TYPES, sampled(300, 2));
    const side = mysqlSide(mysql.secret, ALL_TYPES, mysql.options);
    const rows = await readAll(side);
    for (const digits of [1, 2, 4]) {
      const expected = new Map<string, { rowCount: bigint; hashSum: bigint; flagged: bigint }>();
      for (const { keyHash, rowHash } of rows) {
        const name = keyHash.slice(0, digits);
        const { rowCount, hashSum } = expected.get(name) ?? { rowCount: 0n, hashSum: 0n };
        const number = BigInt(`0x${rowHash.slice(0, 15)}`);
        expected.set(name, { rowCount: rowCount + 1n, hashSum: hashSum + number, flagged: 0n });
      }
      const comparison = compareBuckets(await side.readBuckets(digits), expected);
      expect(comparison).toMatchObject({ differing: [], sourceRows: 300n, targetRows: 300n });
    }
  });

  it('looks keys up again by their own columns, and gives nothing for those that are gone', async () => {
    const rows = sampled(700, 3);
    await mysql.fill(ALL_TYPES, rows);
    const side = mysqlSide(mysql.secret, ALL_TYPES, mysql.options);
    const all = await readAll(side);
    await mysql.query('DELETE FROM lab.all_types WHERE id < 100');
    const again: HashedRow[] = [];
    await side.readKeys(all, (row) => again.push(row));
    const left = all.filter(({ key }) => Number(key?.[0]) >= 100);
    expect(again.map(({ rowHash }) => rowHash).sort()).toEqual(left.map(({ rowHash }) => rowHash).sort());
    expect(again.every(({ key }) => key?.length === 2)).toBe(true);
  });

  it('does not take a key for another one that differs in trailing blanks', async () => {
    const row = (part: string): Row => ['1', part, ...Array(12).fill(null)];
    await mysql.fill(ALL_TYPES, [row('a')]);
    const side = mysqlSide(mysql.secret, ALL_TYPES, mysql.options);
    const keyHash = hashText(joinParts(['1', '3:a  ']));
    const found: HashedRow[] = [];
    await side.readKeys([{ keyHash, key: ['1', 'a  '] }], (found_) => found.push(found_));
    expect(found).toEqual([]);
  });

  it('counts the copies of rows without a key', async () => {
    const [one, two] = sampled(2, 4, NO_KEY) as [Row, Row];
    await mysql.fill(NO_KEY, [one, two, one, one]);
    const side = mysqlSide(mysql.secret, NO_KEY, mysql.options);
    const rows = await readAll(side);
    expect(rows.map(({ copies }) => copies).sort()).toEqual([1, 3]);
    expect(rows.every(({ keyHash, rowHash }) => keyHash === rowHash)).toBe(true);
    const again: HashedRow[] = [];
    await side.readKeys([{ keyHash: hashOfRow(NO_KEY, one) }], (row) => again.push(row));
    expect(again).toEqual([{ keyHash: hashOfRow(NO_KEY, one), rowHash: hashOfRow(NO_KEY, one), copies: 3 }]);
  });

  it('fails by name, without the statement, when the table is not there', async () => {
    const side = mysqlSide(mysql.secret, { ...ALL_TYPES, name: 'absent' }, mysql.options);
    await expect(side.readBuckets(2)).rejects.toMatchObject({ code: 'SOURCE_NOT_READY' });
    await expect(readAll(side)).rejects.toMatchObject({ code: 'SOURCE_NOT_READY' });
  });
});
