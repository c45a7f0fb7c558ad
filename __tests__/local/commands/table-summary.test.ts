import { describeVerdict, isAnySuspended, type TableSummary } from '../../../local/commands/table-summary';

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
  expect(describeVerdict(tables, { 'mysql.shop.orders': 'is suspended' })).toBe(
    'not every table is equal: shop.orders (shop.orders is suspended)',
  );
  expect(describeVerdict(tables, { 'mysql.shop.items': 'rejected 1 row' })).toBe(
    'equal but for changes that are under way: shop.orders',
  );
  const differing = [summary('orders', 1, 0), summary('items', 0, 1)];
  expect(describeVerdict(differing, { 'mysql.shop.items': 'rejected 1 row' })).toBe(
    'not every table is equal: shop.orders, shop.items (shop.items rejected 1 row)',
  );
});

it('a suspended table is named where its rows are equal', () => {
  const tables = [summary('orders', 0, 0), summary('items', 0, 0)];
  expect(describeVerdict(tables, { 'mysql.shop.items': 'rejected 1 row' })).toBe('every table is equal');
  const unfollowed = { 'mysql.shop.orders': 'is suspended' };
  expect(describeVerdict(tables, unfollowed)).toBe('every table is equal; suspended: shop.orders');
  expect([isAnySuspended(unfollowed), isAnySuspended({ 'mysql.shop.items': 'rejected 1 row' })]).toEqual([
    true,
    false,
  ]);
});
