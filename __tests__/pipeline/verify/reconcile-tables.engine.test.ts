import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import { digestOfItem } from '../../../pipeline/dynamodb/item-digest';
import { projectItem } from '../../../pipeline/dynamodb/project-item';
import { type DynamodbTable, type MysqlTable, sourceName } from '../../../pipeline/tables';
import {
  type ReconciledTable,
  type ReconcileOptions,
  reconcileFailure,
  reconcileTables,
} from '../../../pipeline/verify/reconcile-tables';
import { WIDE } from '../../support/items';
import { ALL_TYPES, columnValue, NO_KEY, PLAIN, type Row, rowsOf } from './all-types';
import { type ComparisonBed, startComparisonBed, TABLE_PREFIX } from './comparison-bed';

/** As WIDE, without the double. */
const PLAIN_WIDE: DynamodbTable = {
  ...WIDE,
  name: 'plain_wide',
  target: { schema: 'lab', table: 'plain_wide' },
  columns: WIDE.columns.filter(({ type }) => type.kind !== 'double'),
};
/** A sort key that is a number: DynamoDB and the warehouse write it in different ways. */
const PAIRS: DynamodbTable = {
  source: 'dynamodb',
  name: 'pairs',
  target: { schema: 'lab', table: 'pairs' },
  key: ['id', 'rank'],
  keyTypes: { id: 'S', rank: 'N' },
  columns: [
    { name: 'id', path: ['id'], type: { kind: 'text', characters: 20 }, nullable: false },
    { name: 'rank', path: ['rank'], type: { kind: 'decimal', precision: 38, scale: 12 }, nullable: false },
  ],
};
const TABLES = [ALL_TYPES, PLAIN, NO_KEY, WIDE, PLAIN_WIDE, PAIRS];

let bed: ComparisonBed;
beforeAll(async () => {
  bed = await startComparisonBed(TABLES);
});
afterAll(() => bed?.stop());

/** Time passes only by waiting. */
class ManualClock {
  ms = Date.UTC(2026, 0, 1);
  onWait: () => Promise<void> = async () => {};
  nowMs = (): number => this.ms;
  wait = async (ms: number): Promise<void> => {
    this.ms += ms;
    await this.onWait();
  };
}

const reconcile = (clock: ManualClock, more: Partial<ReconcileOptions> = {}) =>
  reconcileTables({
    warehouse: bed.warehouse,
    sourceOf: (table) => bed.sourceOf(table, { clock }),
    work: 'all',
    tables: TABLES,
    endsAtMs: clock.ms + 120_000,
    clock,
    ...more,
  });

/** What is found in one table when nothing is under way. */
async function drained(table: (typeof TABLES)[number]): Promise<ReconciledTable> {
  const { tables, failed } = await reconcile(new ManualClock(), { tables: [table], drained: true });
  expect(failed).toEqual([]);
  return tables[0]!;
}

const sample = <Value>(arbitrary: fc.Arbitrary<Value>, seed: number): Value =>
  fc.sample(arbitrary, { numRuns: 1, seed })[0]!;

/** A row with a value in every column, so that each can be changed. */
const fullRow = (table: MysqlTable, id: number): Row =>
  table.columns.map(({ name, type }, at) =>
    name === 'id' ? String(id) : sample(columnValue(type), 100 * id + at),
  );

const item = (id: string, more: Item = {}): Item => ({
  id: { S: id },
  small: { N: '1' },
  whole: { N: '-2' },
  big: { N: '9007199254740993' },
  amount: { N: '1000000.25' },
  ratio: { N: '0.1' },
  flag: { BOOL: true },
  day: { S: '2017-06-29' },
  at: { S: '2012-03-02T22:00:00.000001Z' },
  name: { S: 'é😀|~' },
  doc: { M: { a: { L: [{ N: '1' }, { NULL: true }] } } },
  ...more,
});

/** A scalar attribute as JSON. */
function plainJson(attribute: Item[string] | undefined): string {
  if (attribute?.BOOL !== undefined) return String(attribute.BOOL);
  return attribute?.N ?? JSON.stringify(attribute?.S);
}

describe('equal data', () => {
  it('of all types is found equal, row for row', async () => {
    const rows = sample(rowsOf(ALL_TYPES, 1_500), 11);
    await bed.fillBoth(ALL_TYPES, rows);
    const plain = sample(rowsOf(NO_KEY, 100), 12);
    await bed.fillBoth(NO_KEY, [...plain, ...plain.slice(0, 10), ...plain.slice(0, 10)]);
    const items = [item('a'), item('b', { amount: { N: '1.005' }, name: { N: '1' } }), { id: { S: 'c' } }];
    await bed.fillItems(WIDE, items);
    await bed.fillItemRows(WIDE, items);
    const { tables, failed } = await reconcile(new ManualClock(), {
      tables: [ALL_TYPES, NO_KEY, WIDE],
      drained: true,
    });
    expect(failed).toEqual([]);
    const equal = { mismatches: 0, missing: 0, extra: 0, different: 0, inFlight: 0, isProven: true };
    expect(tables).toMatchObject([
      {
        ...equal,
        source: 'mysql.lab.all_types',
        target: 'lab.all_types',
        sourceRows: 1_500,
        targetRows: 1_500,
      },
      { ...equal, source: 'mysql.lab.no_key', target: 'lab.no_key', sourceRows: 120, targetRows: 120 },
      { ...equal, source: 'dynamodb.wide', target: 'lab.wide', sourceRows: 3, targetRows: 3, flagged: 1 },
    ]);
  });

  it('of 20,000 rows is compared in seconds', async () => {
    const row = (at: number): Row => [
      String(at),
      `part ${at}`,
      '1',
      '2',
      String(at * 7),
      '1.50',
      '2.5',
      '0.1',
      true,
      '2017-06-29',
      '2026-01-02 03:04:05.000006',
      `note ${at}`,
    ];
    await bed.fillBoth(
      PLAIN,
      Array.from({ length: 20_000 }, (_, at) => row(at)),
    );
    const startedAt = performance.now();
    expect(await drained(PLAIN)).toMatchObject({ mismatches: 0, sourceRows: 20_000, targetRows: 20_000 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('every single difference is found and told apart', () => {
  const rows = Array.from({ length: 20 }, (_, id) => fullRow(ALL_TYPES, id));
  const plain = Array.from({ length: 20 }, (_, id) => fullRow(PLAIN, id));

  it('in a MySQL table: a row that is missing, and one that is extra', async () => {
    await bed.mysql.fill(PLAIN, plain);
    await bed.fillTarget(PLAIN, plain.slice(1));
    expect(await drained(PLAIN)).toMatchObject({ mismatches: 1, missing: 1, extra: 0, different: 0 });
    await bed.fillTarget(PLAIN, [...plain, fullRow(PLAIN, 99)]);
    expect(await drained(PLAIN)).toMatchObject({ mismatches: 1, missing: 0, extra: 1, different: 0 });
    await bed.fillTarget(PLAIN, [...plain, plain[3]!]);
    expect(await drained(PLAIN)).toMatchObject({ mismatches: 1, missing: 0, extra: 1, different: 0 });
  });

  it.each(['another value', 'NULL'])('in a MySQL table: %s, in each column', async (kind) => {
    const changeable = ALL_TYPES.columns.filter(({ name }) => !ALL_TYPES.key.includes(name));
    const changed = changeable.map(({ name, type }, place) => {
      const at = ALL_TYPES.columns.findIndex((column) => column.name === name);
      const row = rows[place]!;
      const isOther = (value: unknown): boolean =>
        value !== null && String(value) !== String(row[at]) && Number(value) !== Number(row[at]);
      const other = fc.sample(columnValue(type), { numRuns: 50, seed: 1 }).find(isOther);
      return row.with(at, kind === 'NULL' ? null : (other ?? null));
    });
    await bed.mysql.fill(ALL_TYPES, rows);
    await bed.fillTarget(ALL_TYPES, [...changed, ...rows.slice(changed.length)]);
    expect(await drained(ALL_TYPES)).toMatchObject({
      mismatches: changeable.length,
      different: changeable.length,
    });
  });

  it('in a table without a key: one copy more, or one copy less', async () => {
    const [one, two] = [fullRow(NO_KEY, 1), fullRow(NO_KEY, 2)];
    await bed.mysql.fill(NO_KEY, [one, one, two]);
    await bed.fillTarget(NO_KEY, [one, one, two, two]);
    expect(await drained(NO_KEY)).toMatchObject({ mismatches: 1, extra: 1, sourceRows: 3, targetRows: 4 });
    await bed.fillTarget(NO_KEY, [one, two]);
    expect(await drained(NO_KEY)).toMatchObject({ mismatches: 1, missing: 1, extra: 0 });
    await bed.fillTarget(NO_KEY, [one, two, two]);
    expect(await drained(NO_KEY)).toMatchObject({ mismatches: 2, missing: 1, extra: 1 });
  });

  it('in a DynamoDB table: items that are missing, extra, or whose key no target can hold', async () => {
    await bed.fillItems(PLAIN_WIDE, [item('a'), item('b')]);
    await bed.fillItemRows(PLAIN_WIDE, [item('a'), item('c')]);
    expect(await drained(PLAIN_WIDE)).toMatchObject({ mismatches: 2, missing: 1, extra: 1, different: 0 });
    await bed.fillItems(PLAIN_WIDE, [item('a'), item('x'.repeat(200))]);
    await bed.fillItemRows(PLAIN_WIDE, [item('a')]);
    expect(await drained(PLAIN_WIDE)).toMatchObject({ mismatches: 1, missing: 1 });
  });

  it('in a DynamoDB table: an attribute that no column shows, by the digest', async () => {
    await bed.fillItems(PLAIN_WIDE, [item('a', { other: { N: '1' } })]);
    await bed.fillItemRows(PLAIN_WIDE, [item('a', { other: { S: '1' } })]);
    expect(await drained(PLAIN_WIDE)).toMatchObject({ mismatches: 1, different: 1 });
  });

  it('in a DynamoDB table: in each typed column, the flags, the digest and the document', async () => {
    const changes = [
      'small = 2',
      'amount = NULL',
      'ratio = 0.2',
      'flag = FALSE',
      "day = '2017-06-30'",
      "at = '2012-03-02 22:00:00'",
      "name = ''",
      "_cdc_flags = 'name'",
      "_cdc_digest = ''",
      'item = NULL',
      // As it was, but for one letter, one type, one element.
      `item = JSON_PARSE(REPLACE(JSON_SERIALIZE(item), 'é', 'e'))`,
      `item = JSON_PARSE(REPLACE(JSON_SERIALIZE(item), 'true', '"true"'))`,
      `doc = JSON_PARSE('{"a":["1"]}')`,
    ];
    const items = changes.map((_, at) => item(`i${at}`));
    await bed.fillItems(WIDE, items);
    await bed.fillItemRows(WIDE, items);
    for (const [at, change] of changes.entries()) {
      await bed.run(`UPDATE lab.wide SET ${change} WHERE id = 'i${at}'`);
    }
    expect(await drained(WIDE)).toMatchObject({
      mismatches: changes.length,
      different: changes.length,
      flagged: 1,
    });
  });

  it('and neither the order of names in a document nor the notation of a number in it is one', async () => {
    await bed.fillItems(WIDE, [item('a', { amount: { N: '1E2' } }), item('b')]);
    await bed.fillItemRows(WIDE, [item('a', { amount: { N: '100.0' } }), item('b')]);
    const reversed = Object.entries({ ...item('b'), ratio: 0, doc: 0 }).reverse();
    const names = reversed.map(([name]) => name);
    const values: Record<string, string> = {
      amount: '1000000.250',
      big: '9007199254740993',
      small: '1e0',
      whole: '-2.0',
    };
    const members = names.map((name) =>
      name === 'doc'
        ? '"doc" : {"a": [1.0, null]}'
        : `"${name}": ${values[name] ?? plainJson(item('b')[name])}`,
    );
    await bed.run(
      `UPDATE lab.wide SET doc = JSON_PARSE('{"a":[1.0,null]}'), item = JSON_PARSE('{${members.join(', ')}}') WHERE id = 'b'`,
    );
    expect(await drained(WIDE)).toMatchObject({
      mismatches: 0,
      sourceRows: 2,
      targetRows: 2,
      isProven: true,
    });
  });

  it('in a DynamoDB table: one letter of a document that is too long to be printed, and no other order of its names', async () => {
    const texts = (letter: string) =>
      Object.fromEntries(['p', 'q', 'r', 's'].map((name) => [name, { S: `${'é'.repeat(10_000)}${letter}` }]));
    const [a, b] = [item('a', texts('x')), item('b', texts('x'))];
    await bed.fillItems(WIDE, [a, b]);
    await bed.fillItemRows(WIDE, [item('a', { ...texts('x'), r: texts('y').r! }), b]);
    await bed.run(`UPDATE lab.wide SET _cdc_digest = '${digestOfItem(a)}' WHERE id = 'a'`);
    const members = Object.entries(JSON.parse(projectItem(WIDE, b).item ?? '')).reverse();
    const turned = JSON.stringify(Object.fromEntries(members));
    await bed.run(`UPDATE lab.wide SET item = JSON_PARSE('${turned}') WHERE id = 'b'`);
    expect(await drained(WIDE)).toMatchObject({ mismatches: 1, different: 1 });
  });

  it('however many there are, without a value in the report', async () => {
    await bed.mysql.fill(PLAIN, plain);
    await bed.fillTarget(PLAIN, []);
    const report = await drained(PLAIN);
    expect(report).toMatchObject({ mismatches: 20, missing: 20, sourceRows: 20, targetRows: 0 });
    expect(report.examples).toHaveLength(5);
    expect(report.examples[0]).toEqual({ kind: 'missing', keyHash: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const asked = await reconcile(new ManualClock(), { tables: [PLAIN], drained: true, showKeys: true });
    expect(asked.tables[0]?.examples.map(({ key }) => Number(key?.[0])).sort((a, b) => a - b)).toEqual([
      ...Array(20).keys(),
    ]);
  });

  it('at once where nobody follows a table, without holding up the others', async () => {
    const clock = new ManualClock();
    clock.onWait = async () => {
      throw new Error('nothing is to be waited for');
    };
    await bed.mysql.fill(PLAIN, plain);
    await bed.fillTarget(PLAIN, []);
    const drainedTables = [sourceName(PLAIN)];
    const { tables } = await reconcile(clock, { tables: [PLAIN], work: 'all', drainedTables });
    expect(tables).toMatchObject([{ mismatches: 20, inFlight: 0 }]);
  });
});

describe('while the pipeline runs', () => {
  const rows = Array.from({ length: 10 }, (_, id) => fullRow(PLAIN, id));

  it('rows that arrive, change and go during the comparison are in flight, not mismatches', async () => {
    const clock = new ManualClock();
    await bed.mysql.fill(PLAIN, rows.slice(1));
    await bed.fillTarget(PLAIN, rows.slice(0, 8));
    await bed.fillItems(PLAIN_WIDE, [item('a'), item('b', { small: { N: '2' } })]);
    await bed.fillItemRows(PLAIN_WIDE, [item('b'), item('c')]);
    const once = async (table: (typeof TABLES)[number], change: () => Promise<unknown>) => {
      clock.onWait = async () => {
        clock.onWait = async () => {};
        await change();
      };
      return (await reconcile(clock, { tables: [table] })).tables;
    };
    const settled = { mismatches: 0, inFlight: 3, isProven: true };
    expect(await once(PLAIN, () => bed.fillTarget(PLAIN, rows.slice(1)))).toMatchObject([settled]);
    const arrive = async (): Promise<void> => {
      const TableName = `${TABLE_PREFIX}plain_wide`;
      await bed.dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: { S: 'a' } } }));
      await bed.dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: 'c' }, small: { N: '7' } } }));
      await bed.fillItemRows(PLAIN_WIDE, [
        item('b', { small: { N: '2' } }),
        { id: { S: 'c' }, small: { N: '7' } },
      ]);
    };
    expect(await once(PLAIN_WIDE, arrive)).toMatchObject([settled]);
  });

  it('an item with a number in its key is found again by either side’s notation of it', async () => {
    const clock = new ManualClock();
    const pair = (rank: string, more: Item = {}): Item => ({ id: { S: 'a' }, rank: { N: rank }, ...more });
    await bed.fillItems(PAIRS, [pair('1E1', { x: { S: 'new' } }), pair('-0.5')]);
    await bed.fillItemRows(PAIRS, [pair('10'), pair('-0.5'), pair('12345678901234567890.000000000001')]);
    clock.onWait = async () => {
      clock.onWait = async () => {};
      await bed.fillItemRows(PAIRS, [pair('10', { x: { S: 'new' } }), pair('-0.5'), pair('7')]);
      await bed.dynamodb.send(
        new PutItemCommand({ TableName: `${TABLE_PREFIX}pairs`, Item: pair('7') as never }),
      );
    };
    const { tables } = await reconcile(clock, { tables: [PAIRS] });
    expect(tables).toMatchObject([{ mismatches: 0, inFlight: 2 }]);
    expect(await drained(PAIRS)).toMatchObject({ mismatches: 0, sourceRows: 3, targetRows: 3 });
  });

  it('a loss is in flight at first, and a mismatch once it lasts longer than a change may take', async () => {
    const clock = new ManualClock();
    clock.ms += 86_400_000;
    await bed.fillBoth(PLAIN, rows);
    await bed.fillBoth(NO_KEY, rows);
    const once = async () => {
      const { tables } = await reconcile(clock, { tables: [PLAIN, NO_KEY], allowedLagSeconds: 900 });
      return tables.map(({ mismatches, inFlight, isProven }) => ({ mismatches, inFlight, isProven }));
    };
    const equal = { mismatches: 0, inFlight: 0, isProven: true };
    expect(await once()).toEqual([equal, equal]);
    await bed.fillTarget(PLAIN, rows.slice(1));
    await bed.fillTarget(NO_KEY, rows.slice(1));
    clock.ms += 300_000;
    const early = { mismatches: 0, inFlight: 1, isProven: false };
    expect(await once()).toEqual([early, early]);
    clock.ms += 900_000;
    const late = { mismatches: 1, inFlight: 0, isProven: false };
    expect(await once()).toEqual([late, late]);
    await bed.fillTarget(PLAIN, rows);
    await bed.fillTarget(NO_KEY, rows);
    clock.ms += 300_000;
    expect(await once()).toEqual([equal, equal]);
  });

  it('an item that flips in step with the runs is in flight for as long as its changes arrive', async () => {
    const clock = new ManualClock();
    await bed.fillItems(PLAIN_WIDE, [item('a', { name: { S: 'running' } }), item('b')]);
    await bed.fillItemRows(PLAIN_WIDE, [item('a', { name: { S: 'idle' } })]);
    const once = async () => {
      clock.ms += 300_000;
      const { tables } = await reconcile(clock, { tables: [PLAIN_WIDE], allowedLagSeconds: 900 });
      return [tables[0]?.mismatches, tables[0]?.inFlight];
    };
    const changed = "TIMESTAMP '2026-01-02 03:04:05'";
    for (let run = 1; run <= 6; run += 1) {
      // Since the last look, a was running and is idle again, and b was there and is gone again.
      await bed.run(`UPDATE lab.plain_wide SET _cdc_version = '${String(run).padStart(40, '0')}'`);
      await bed.run('DELETE FROM cdc.plain_wide_tombstones');
      await bed.run(
        `INSERT INTO cdc.plain_wide_tombstones (id, _cdc_version, _cdc_changed_at, recorded_at) VALUES ('b', '${String(run).padStart(40, '0')}', ${changed}, ${changed})`,
      );
      expect(await once()).toEqual([0, 2]);
    }
    await once();
    await once();
    expect(await once()).toEqual([2, 0]);
  });

  it('each run leaves one record a table', async () => {
    await bed.run('DELETE FROM cdc.sweeps');
    await bed.fillBoth(PLAIN, rows);
    await drained(PLAIN);
    await bed.fillTarget(PLAIN, rows.slice(2));
    await drained(PLAIN);
    const records = await bed.warehouse.readRows(
      'SELECT table_name, CAST(source_rows AS VARCHAR) AS s, CAST(target_rows AS VARCHAR) AS t, CAST(mismatches AS VARCHAR) AS m, equal_at IS NOT NULL AS equal FROM cdc.sweeps ORDER BY mismatches',
    );
    expect(records).toEqual([
      { table_name: 'plain', s: '10', t: '10', m: '0', equal: 'true' },
      { table_name: 'plain', s: '10', t: '8', m: '2', equal: 'false' },
    ]);
  });
});

describe('a table that cannot be compared', () => {
  it('does not keep the others from it, and is named in the failure', async () => {
    await bed.fillBoth(PLAIN, []);
    const absent = { ...PLAIN, name: 'absent' };
    const refused = {
      ...PLAIN,
      name: 'refused',
      key: [],
      columns: [{ name: 'id', type: { kind: 'document' }, nullable: true }],
    } as MysqlTable;
    const { tables, failed } = await reconcile(new ManualClock(), {
      tables: [absent, refused, PLAIN],
      drained: true,
    });
    expect(tables).toMatchObject([{ table: 'plain', mismatches: 0 }]);
    const failure = reconcileFailure(failed);
    expect(failure).toMatchObject({
      code: 'RECONCILE_FAILED',
      disposition: 'halt',
      context: { failedCount: 2 },
    });
    expect(failure.message).toMatch(/absent: SOURCE_NOT_READY/);
    expect(failure.message).toMatch(/refused: RECONCILE_FAILED: .*document columns id/);
  });
});
