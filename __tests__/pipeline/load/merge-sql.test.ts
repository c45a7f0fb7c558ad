import { join } from 'node:path';
import { buildMerge } from '../../../pipeline/load/merge-sql';
import type { DynamodbTable } from '../../../pipeline/tables';
import { expectGolden } from '../../support/golden';
import { WIDE } from '../../support/items';
import { TRADES } from '../../support/tables';

const golden = (name: string): string => join(__dirname, `${name}.golden.sql`);
const script = (statements: readonly string[]): string =>
  `${statements.map((sql) => `${sql};`).join('\n\n')}\n`;

const batch = { batchId: '0123abcd', manifest: 'manifests/trades/0123abcd.json', fileCount: 3 };
const options = {
  bucket: 'cdc-dev-123456789012-data',
  copyRoleArn: 'arn:aws:iam::123456789012:role/cdc-dev-copy',
  tombstoneDays: 30,
};

const twoKeys: DynamodbTable = {
  ...WIDE,
  name: 'orders',
  target: { schema: 'lab', table: 'orders' },
  key: ['id', 'whole'],
  keyTypes: { id: 'S', whole: 'N' },
};

it('the merge of a batch is the agreed transaction', () => {
  expectGolden(golden('merge-trades'), script(buildMerge(TRADES, batch, options)));
});

it('a table with partition and sort key is merged by both', () => {
  expectGolden(golden('merge-two-keys'), script(buildMerge(twoKeys, batch, options)));
});

it('a batch stays within the limits of the Data API', () => {
  const columns = Array.from({ length: 300 }, (_, index) => ({
    name: `a_column_with_a_rather_long_name_${index}`,
    type: { kind: 'timestamp' } as const,
    path: ['x'],
    nullable: true,
  }));
  const statements = buildMerge({ ...TRADES, columns: [...TRADES.columns, ...columns] }, batch, options);
  expect(statements.length).toBeLessThanOrEqual(40);
  for (const sql of statements) expect(Buffer.byteLength(sql)).toBeLessThan(100_000);
});
