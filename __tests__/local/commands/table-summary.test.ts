import { describeVerdict, isAnySuspended, type TableSummary } from '../../../local/commands/table-summary';
import { unfollowedOf } from '../../../local/commands/unfollowed-tables';

const rejected = { 'mysql.shop.items': { reason: 'rejected 1 row', rows: 1 } };
const summary = (table: string, mismatches: number, inFlight: number): TableSummary => ({
  source: `mysql.shop.${table}`,
  target: `shop.${table}`,
  sourceRows: 3,
  targetRows: 3,
  mismatches,
  inFlight,
});

it('a difference that no change under way explains is called one', () => {
  const tables = [summary('orders', 0, 2), summary('items', 0, 0)];
  expect(describeVerdict(tables)).toBe('equal but for changes that are under way: shop.orders');
  expect(describeVerdict(tables, { 'mysql.shop.orders': { reason: 'is suspended' } })).toBe(
    'not every table is equal: shop.orders (shop.orders is suspended)',
  );
  expect(describeVerdict(tables, rejected)).toBe('equal but for changes that are under way: shop.orders');
  const differing = [summary('orders', 1, 0), summary('items', 0, 1)];
  expect(describeVerdict(differing, rejected)).toBe(
    'not every table is equal: shop.orders, shop.items (shop.items rejected 1 row)',
  );
});

it('a suspended table is named where its rows are equal', () => {
  const tables = [summary('orders', 0, 0), summary('items', 0, 0)];
  expect(describeVerdict(tables, rejected)).toBe('every table is equal');
  const unfollowed = { 'mysql.shop.orders': { reason: 'is suspended' } };
  expect(describeVerdict(tables, unfollowed)).toBe('every table is equal; suspended: shop.orders');
  expect([isAnySuspended(unfollowed), isAnySuspended(rejected)]).toEqual([true, false]);
});

it('rejected rows explain as many differences as there are of them, whenever they were rejected', () => {
  const unfollowed = unfollowedOf([
    { table: 'shop.orders', rejected: 2, rejectedBecause: 'column v of shop.orders cannot hold the value' },
    { table: 'shop.items', rejected: 0 },
  ]);
  expect(describeVerdict([summary('orders', 0, 2)], unfollowed)).toBe(
    'not every table is equal: shop.orders (shop.orders rejected 2 rows, the last because column v of shop.orders cannot hold the value)',
  );
  expect(describeVerdict([summary('orders', 0, 3)], unfollowed)).toBe(
    'equal but for changes that are under way: shop.orders',
  );
  expect(describeVerdict([summary('orders', 0, 0), summary('items', 0, 0)], unfollowed)).toBe(
    'every table is equal',
  );
});
