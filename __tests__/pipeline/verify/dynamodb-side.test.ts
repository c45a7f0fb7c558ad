import { BatchGetItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import { getItems } from '../../../pipeline/verify/dynamodb-reads';
import { dynamodbSide } from '../../../pipeline/verify/dynamodb-side';
import { SYSTEM_CLOCK } from '../../../pipeline/verify/follow-differences';
import { ReadPace } from '../../../pipeline/verify/read-pace';
import type { HashedRow } from '../../../pipeline/verify/side';
import { TRADES } from '../../support/tables';

/** What DynamoDB answers only under load or at sizes that no test needs: small pages, and keys left unread. */
class SparingTable {
  readonly calls: string[] = [];
  readonly consistent = new Set<boolean | undefined>();
  constructor(
    private readonly items: readonly Item[],
    private readonly keysACall = Number.POSITIVE_INFINITY,
  ) {}

  readonly client = { send: async (command: unknown) => this.answer(command) } as unknown as DynamoDBClient;

  private answer(command: unknown): unknown {
    if (command instanceof ScanCommand) {
      const { Segment = 0, TotalSegments = 1, ExclusiveStartKey, ConsistentRead } = command.input;
      this.calls.push('scan');
      this.consistent.add(ConsistentRead);
      const segment = this.items.filter((_, at) => at % TotalSegments === Segment);
      const from = segment.findIndex(({ id }) => id?.S === ExclusiveStartKey?.id?.S) + 1;
      const item = segment[from];
      return {
        Items: item === undefined ? [] : [item],
        LastEvaluatedKey: from + 1 < segment.length ? { id: item?.id } : undefined,
      };
    }
    if (!(command instanceof BatchGetItemCommand)) throw new Error('not a call that is expected here');
    const [name, { Keys = [], ConsistentRead } = {}] =
      Object.entries(command.input.RequestItems ?? {})[0] ?? [];
    this.calls.push(`${Keys.length} keys`);
    this.consistent.add(ConsistentRead);
    if (new Set(Keys.map((key) => key.id?.S)).size < Keys.length) throw new Error('keys contain duplicates');
    const read = Keys.slice(0, this.keysACall);
    const left = Keys.slice(this.keysACall);
    return {
      Responses: { [name!]: this.items.filter(({ id }) => read.some((key) => key.id?.S === id?.S)) },
      UnprocessedKeys: left.length === 0 ? {} : { [name!]: { Keys: left } },
    };
  }
}

const items = Array.from(
  { length: 30 },
  (_, at): Item => ({ id: { S: `item ${at}` }, price: { N: `${at}.5` } }),
);

const sideOf = (table: SparingTable, consistentScan = false) =>
  dynamodbSide(TRADES, {
    client: table.client,
    tableName: 'cdc-dev-trades',
    pace: new ReadPace(undefined, SYSTEM_CLOCK),
    consistentScan,
  });

const ids = (rows: readonly HashedRow[]): string[] => rows.map(({ key }) => key?.[0] ?? '').sort();

async function readAll(table: SparingTable): Promise<HashedRow[]> {
  const rows: HashedRow[] = [];
  await sideOf(table).readRows([...'0123456789abcdef'], (row) => rows.push(row));
  return rows;
}

describe('the DynamoDB side of a comparison', () => {
  it('reads every page of every segment', async () => {
    const table = new SparingTable(items);
    expect(ids(await readAll(table))).toEqual(
      ids(items.map(({ id }) => ({ keyHash: '', rowHash: '', copies: 1, key: [id?.S ?? ''] }))),
    );
    expect(table.calls).toHaveLength(30);
    const buckets = await sideOf(table).readBuckets(1);
    expect([...buckets.values()].reduce((sum, { rowCount }) => sum + rowCount, 0n)).toBe(30n);
  });

  it('scans consistently only when asked, and reads single keys consistently always', async () => {
    const table = new SparingTable(items);
    await sideOf(table, false).readBuckets(1);
    await sideOf(table, true).readBuckets(1);
    expect([...table.consistent]).toEqual([false, true]);
    const again = new SparingTable(items);
    await sideOf(again).readKeys([{ keyHash: 'x', key: ['item 1'] }], () => {});
    expect([...again.consistent]).toEqual([true]);
  });

  it('asks again for keys that a call did not come to', async () => {
    const table = new SparingTable(items, 12);
    const rows: HashedRow[] = [];
    await sideOf(table).readKeys(await readAll(table), (row) => rows.push(row));
    expect(ids(rows)).toEqual(ids(await readAll(table)));
    expect(table.calls.filter((call) => call.endsWith('keys'))).toEqual(['30 keys', '18 keys', '6 keys']);
  });

  it('gives an item once, however often its key is asked for', async () => {
    const rows: HashedRow[] = [];
    // One key under two hashes: an item that cannot be projected, and its row in the target.
    const sought = ['x', 'y'].map((keyHash) => ({ keyHash, key: ['item 1'] }));
    await sideOf(new SparingTable(items)).readKeys(sought, (row) => rows.push(row));
    expect(ids(rows)).toEqual(['item 1']);
  });

  it('takes two notations of a number for one key', async () => {
    const asked: unknown[] = [];
    const client = {
      send: async ({ input }: BatchGetItemCommand) => {
        asked.push(...(input.RequestItems?.counters?.Keys ?? []));
        return {};
      },
    } as unknown as DynamoDBClient;
    const pace = new ReadPace(undefined, SYSTEM_CLOCK);
    const keys = ['1', '1.0', '1e0', '2'].map((N) => ({ id: { N } }));
    await getItems({ client, tableName: 'counters', pace }, keys, () => {});
    expect(asked).toEqual([{ id: { N: '1e0' } }, { id: { N: '2' } }]);
  });

  it('gives nothing for a key that is gone or that only its hash is known of', async () => {
    const rows: HashedRow[] = [];
    const sought = [{ keyHash: 'x', key: ['gone'] }, { keyHash: 'y' }];
    await sideOf(new SparingTable(items)).readKeys(sought, (row) => rows.push(row));
    expect(rows).toEqual([]);
  });
});
