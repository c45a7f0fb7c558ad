import { join } from 'node:path';
import { TRADES, TXNS } from '../../../pipeline/tables';
import { MYSQL_DIALECT } from '../../../pipeline/verify/mysql-dialect';
import { buildKeyLookup } from '../../../pipeline/verify/mysql-side';
import { buildBucketQuery, buildRowQuery } from '../../../pipeline/verify/queries';
import { buildHistoryQuery, buildRecordInsert } from '../../../pipeline/verify/reconciliation-record';
import { WAREHOUSE_DIALECT } from '../../../pipeline/verify/warehouse-dialect';
import { expectGolden } from '../../support/golden';
import { ALL_TYPES, NO_KEY } from './all-types';

const hash = '0123456789abcdef0123456789abcdef';

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
  'what earlier reconciliations saw': buildHistoryQuery(),
  'the record of a reconciliation': buildRecordInsert({
    tableName: 'txns',
    reconciledAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    sourceRows: 9_007_199_254_740_993n,
    targetRows: 2n,
    mismatches: 1,
    missing: 1,
    extra: 0,
    different: 0,
    inFlight: 3,
    flagged: 4n,
    freshnessSeconds: 300,
    watchText: '[["0123456789abcdef","a","-",1,2]]',
  }),
};

describe('the comparison’s statements', () => {
  const golden = Object.entries(statements)
    .map(([title, sql]) => `-- ${title}\n${sql};\n`)
    .join('\n');

  it('are as the golden file has them', () => {
    expectGolden(join(__dirname, 'queries.golden.sql'), golden);
  });

  it('stay below the 100 KB that the Data API takes, also with all that one statement may name', () => {
    const buckets = Array.from({ length: 8_000 }, (_, at) => at.toString(16).padStart(4, '0'));
    const keyHashes = Array.from({ length: 2_000 }, () => hash);
    for (const filter of [{ buckets }, { keyHashes }]) {
      const sql = buildRowQuery(WAREHOUSE_DIALECT, TRADES, filter, { withKeys: true });
      expect(Buffer.byteLength(sql)).toBeLessThan(100_000);
    }
  });
});
