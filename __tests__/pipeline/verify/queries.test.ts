import { join } from 'node:path';
import { parseMysqlDeclaration } from '../../../pipeline/values/mysql-declaration';
import { buildLeaseHolder, buildReleaseLease, buildTakeLease } from '../../../pipeline/verify/lease';
import { MYSQL_DIALECT } from '../../../pipeline/verify/mysql-dialect';
import { buildKeyLookup } from '../../../pipeline/verify/mysql-side';
import { buildDifferencesQuery, buildKeepDifferences } from '../../../pipeline/verify/open-differences';
import { buildBoundQuery, buildBucketQuery, buildRowQuery } from '../../../pipeline/verify/queries';
import {
  buildDifferingKeys,
  buildForgetSeen,
  buildSeenInsert,
  buildTargetCounts,
  buildUnseenRows,
  SEEN_ROWS_A_STATEMENT,
} from '../../../pipeline/verify/seen-rows';
import { buildHistoryQuery, buildSweepInsert, buildSweepUpdate } from '../../../pipeline/verify/sweep-record';
import { newSweep } from '../../../pipeline/verify/sweep-table';
import { WAREHOUSE_DIALECT } from '../../../pipeline/verify/warehouse-dialect';
import { expectGolden } from '../../support/golden';
import { TRADES, TXNS } from '../../support/tables';
import { ALL_TYPES, NO_KEY } from './all-types';

const hash = '0123456789abcdef0123456789abcdef';
const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const RANGE = { kind: 'range', after: '500', upTo: '500500' } as const;
const PART = { sweepId: '0a1b2c3d', partId: '4e5f6a7b' };
const SWEEP = {
  ...newSweep('txns', AT_MS),
  sweepId: '0a1b2c3d',
  cursor: 'eyJhZnRlciI6IjUwMDUwMCJ9',
  progressPercent: 50,
  parts: 7,
  sourceRows: 9_007_199_254_740_993n,
  targetRows: 2n,
  flagged: 4n,
  mismatches: 1,
  missing: 1,
  inFlight: 3,
};

const statements: Readonly<Record<string, string>> = {
  'buckets of txns in MySQL': buildBucketQuery(MYSQL_DIALECT, TXNS, 2),
  'buckets of txns in the warehouse': buildBucketQuery(WAREHOUSE_DIALECT, TXNS, 2),
  'buckets of trades in the warehouse': buildBucketQuery(WAREHOUSE_DIALECT, TRADES, 3),
  'rows of two buckets of txns in MySQL': buildRowQuery(
    MYSQL_DIALECT,
    TXNS,
    { buckets: ['0a', 'ff'] },
    { withKeys: true },
  ),
  'rows of two buckets of txns in the warehouse': buildRowQuery(
    WAREHOUSE_DIALECT,
    TXNS,
    { buckets: ['0a', 'ff'] },
    { withKeys: false },
  ),
  'a key of every type again in the warehouse': buildRowQuery(
    WAREHOUSE_DIALECT,
    ALL_TYPES,
    { keyHashes: [hash] },
    { withKeys: true },
  ),
  'a row without a key again in MySQL': buildRowQuery(
    MYSQL_DIALECT,
    NO_KEY,
    { keyHashes: [hash] },
    { withKeys: true },
  ),
  'two keys looked up in MySQL': buildKeyLookup(ALL_TYPES, [
    ['1', 'a'],
    ['2', 'b'],
  ]).sql,
  'a range of txns in MySQL': buildBucketQuery(MYSQL_DIALECT, TXNS, 3, RANGE),
  'a range of txns in the warehouse': buildBucketQuery(WAREHOUSE_DIALECT, TXNS, 3, RANGE),
  'rows of one bucket of a range in the warehouse': buildRowQuery(
    WAREHOUSE_DIALECT,
    TXNS,
    { buckets: ['0a'], slice: RANGE },
    { withKeys: false },
  ),
  'a sixteenth of a table without a key in MySQL': buildBucketQuery(MYSQL_DIALECT, NO_KEY, 3, {
    kind: 'hashes',
    prefix: '0',
  }),
  'where the next range of txns ends': buildBoundQuery(
    MYSQL_DIALECT,
    TXNS,
    { kind: 'range', after: '500' },
    500_000,
  ),
  'what a part of trades has seen': buildSeenInsert(PART, [
    { keyHash: hash, rowHash: hash },
    { keyHash: hash, rowHash: hash },
  ]),
  'keys of a part of trades that differ': buildDifferingKeys(TRADES, PART, 50_000),
  'rows of trades that a sweep did not see': buildUnseenRows(
    TRADES,
    { sweepId: 'sweep', startedAtMs: AT_MS },
    10_001,
  ),
  'rows of trades': buildTargetCounts(TRADES),
  'what a sweep has seen, forgotten': buildForgetSeen('sweep'),
  'what earlier sweeps saw': buildHistoryQuery(),
  'a sweep that begins': buildSweepInsert(SWEEP),
  'a sweep that has come further': buildSweepUpdate(SWEEP, 6),
  'what differs': buildDifferencesQuery('txns'),
  'what differs, replaced': buildKeepDifferences('txns', [
    { keyHash: hash, key: ['1'], source: 'a', target: '-', sourceSince: 1, targetSince: 2 },
    { keyHash: hash, source: 'a', target: 'b', sourceSince: 3, targetSince: 4 },
  ]).statements.join(';\n'),
  'the lease, taken': buildTakeLease({ name: 'reconcile', holder: 'run', seconds: 340 }).join(';\n'),
  'who holds the lease': buildLeaseHolder('reconcile'),
  'the lease, given back': buildReleaseLease({ name: 'reconcile', holder: 'run' }),
};

describe('the comparison’s statements', () => {
  const golden = Object.entries(statements)
    .map(([title, sql]) => `-- ${title}\n${sql};\n`)
    .join('\n');

  it('are as the golden file has them', () => {
    expectGolden(join(__dirname, 'queries.golden.sql'), golden);
  });

  it('read only rows of MySQL that the filters of the table take, whichever rows are sought', () => {
    const type = parseMysqlDeclaration('bigint').type;
    const filters = [{ column: 'txn_id', type, conditions: [{ operator: 'gte', values: ['100'] }] }] as const;
    const table = { ...TXNS, filters };
    for (const sql of [
      buildBucketQuery(MYSQL_DIALECT, table, 1, RANGE),
      buildBucketQuery(MYSQL_DIALECT, table, 1),
      buildBoundQuery(MYSQL_DIALECT, table, RANGE, 10),
      buildKeyLookup(table, [['1'], ['2']]).sql,
    ])
      expect(sql).toMatch(/WHERE \(*`txn_id` >= 100\)/);
    const found = buildKeyLookup(table, [['1'], ['2']]).sql.replace(/\s+/g, ' ');
    expect(found).toMatch(
      /WHERE \(\(`txn_id` >= 100\)\) AND \(\(`txn_id` = CAST\(\? AS SIGNED\)\) OR \(.*\)\) \) AS texts/,
    );
    expect(buildBucketQuery(WAREHOUSE_DIALECT, table, 1)).not.toContain('100');
  });

  it('stay below the 100 KB that the Data API takes, also with all that one statement may name', () => {
    const buckets = Array.from({ length: 8_000 }, (_, at) => at.toString(16).padStart(4, '0'));
    const keyHashes = Array.from({ length: 2_000 }, () => hash);
    for (const filter of [{ buckets }, { keyHashes }]) {
      const sql = buildRowQuery(WAREHOUSE_DIALECT, TRADES, filter, { withKeys: true });
      expect(Buffer.byteLength(sql)).toBeLessThan(100_000);
    }
    const seen = Array.from({ length: SEEN_ROWS_A_STATEMENT }, () => ({ keyHash: hash, rowHash: hash }));
    expect(Buffer.byteLength(buildSeenInsert(PART, seen))).toBeLessThan(100_000);
  });
});
