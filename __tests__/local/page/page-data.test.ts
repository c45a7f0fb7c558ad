import { buildLinesQuery, buildRowsQuery, readAnalystView } from '../../../local/page/analyst-views';
import { parseAskedChange } from '../../../local/page/asked-change';
import { milliseconds } from '../../../local/page/browser/dom.js';
import { choosePlot } from '../../../local/page/browser/plot-choice.js';
import { buildChangedItem } from '../../../local/page/dynamodb-items';
import { FlowMeter } from '../../../local/page/flow-meter';
import { buildMysqlChange } from '../../../local/page/mysql-rows';
import { PageLog } from '../../../local/page/page-log';
import { buildPageView } from '../../../local/page/page-view';
import { buildPicture } from '../../../local/page/picture';
import type { PictureNode } from '../../../local/page/picture-node';
import { type CallableFunction, FUNCTIONS } from '../../../local/runtime/ports/callable-function';
import { SOURCE_APIS } from '../../../local/runtime/ports/source-api';
import { Registry } from '../../../local/runtime/registry';
import { HitCounter } from '../../../local/services/apigateway/hit-counter';
import { biViews } from '../../../pipeline/bi-views';
import { dynamodbTables, mysqlTables, type ReplicatedTable, TABLES } from '../../../pipeline/tables';
import { parseCatalogue } from '../../../pipeline/values/catalogue';
import { mysqlEntry } from '../../support/catalogue-entries';

const txns = mysqlTables().find(({ name }) => name === 'txns')!;
const trades = dynamodbTables().find(({ name }) => name === 'trades')!;

describe('a change that a person asks for', () => {
  it('becomes a statement whose values are parameters', () => {
    const values = { account_no: "x'; DROP", chip_used: '1' };
    expect(buildMysqlChange(txns, { operation: 'insert', key: {}, values })).toEqual({
      sql: 'INSERT INTO `bank`.`txns` (`account_no`, `chip_used`)\nVALUES (?, ?)',
      parameters: ["x'; DROP", 1],
    });
    expect(buildMysqlChange(txns, { operation: 'delete', key: { txn_id: '7' }, values: {} })).toEqual({
      sql: 'DELETE FROM `bank`.`txns`\nWHERE `txn_id` = ?',
      parameters: ['7'],
    });
  });

  it.each([
    [{ table: 'nothing', operation: 'insert' }, /there is no table nothing/],
    [{ table: 'txns', operation: 'truncate' }, /insert, update or delete/],
    [{ table: 'txns', operation: 'delete', key: {} }, /key of the row is needed: txn_id/],
    [{ table: 'txns', operation: 'update', key: { txn_id: '1' }, values: {} }, /nothing is changed/],
    [{ table: 'txns', operation: 'insert', values: { other: '1' } }, /has no column other/],
    [{ table: 'txns', operation: 'insert', values: { account_no: 1 } }, /must be a text or null/],
  ])('is refused when it is %j', (request, message) => {
    expect(() => parseAskedChange(request)).toThrow(message);
  });

  it('of an item keeps what the catalogue does not know', () => {
    const current = {
      id: { S: 'a' },
      details: { M: { asks: { L: [] }, lag: { N: '1' } } },
      odd: { BOOL: true },
    };
    expect(buildChangedItem(trades, current, { lag: '2.50', ticker: null, price: '3' })).toEqual({
      id: { S: 'a' },
      details: { M: { asks: { L: [] }, lag: { N: '2.50' } } },
      odd: { BOOL: true },
      price: { N: '3' },
    });
    expect(current.details.M.lag.N).toBe('1');
  });
});

describe('the views for analysts', () => {
  const [balances, , freshness] = biViews(TABLES);

  it('are asked for their lines, those with the most rows first', () => {
    expect(buildLinesQuery(balances!, balances!.charts[0]!)).toBe(
      'SELECT "account_no" AS line, COUNT(*) AS row_count\nFROM "bi"."daily_balances"\nWHERE "account_no" IS NOT NULL\nGROUP BY "account_no"\nORDER BY row_count DESC, line\nLIMIT 200',
    );
  });

  it('are read for one line, the newest rows first, whatever its name is', () => {
    expect(buildRowsQuery(balances!, "x'; DROP")).toBe(
      'SELECT "account_no", "day", "transactions", "deposits", "withdrawals", "closing_balance"\nFROM "bi"."daily_balances"\nWHERE "account_no" = \'x\'\'; DROP\'\nORDER BY "day" DESC\nLIMIT 1000',
    );
    expect(buildRowsQuery(freshness!, undefined)).toBe(
      'SELECT "table_name", "source", "arrived_until", "proven_equal_as_of"\nFROM "bi"."data_freshness"\nORDER BY "table_name"\nLIMIT 1000',
    );
  });

  it('are the only ones that can be named', async () => {
    const ask = (sql: string): Promise<never> => Promise.reject(new Error(`asked ${sql}`));
    await expect(readAnalystView(ask, { view: 'bank.txns' })).rejects.toThrow('there is no view bank.txns');
  });
});

describe('what flows', () => {
  it('is sampled by path, with the greatest lag and what waits', () => {
    let now = 1_000_000;
    const meter = new FlowMeter(() => now);
    const applied = {
      type: 'applied',
      table: 'bank.txns',
      inserts: 8,
      updates: 1,
      deletes: 1,
      truncates: 0,
      rejected: 0,
    } as const;
    for (const lagMs of [500, 300])
      meter.see({ type: 'task', identifier: 't', event: { ...applied, lagMs } });
    const outcome = (name: string, fields: object): void =>
      meter.see({
        type: 'outcome',
        functionName: 'f',
        outcome: name,
        fields: { table: 'trades', ...fields },
      });
    outcome('staged', { rows: 4, files: 1, lagMs: 100 });
    now += 2_000;
    expect(meter.sample()).toEqual({
      atMs: now,
      mysql: { rowsPerSecond: 10, lagMs: 500, freshMs: 2_300 },
      dynamodb: { rowsPerSecond: 0, lagMs: null, freshMs: 2_100 },
    });
    outcome('loaded', { files: 1, upserted: 3, deleted: 1, lagMs: 2_500 });
    now += 2_000;
    expect(meter.sample().dynamodb).toEqual({ rowsPerSecond: 2, lagMs: 2_500, freshMs: 0 });
    outcome('ingested', { rows: 12 });
    outcome('ingested', { rows: 3 });
    expect(meter.totals()).toMatchObject({
      ingested: { trades: 15 },
      captured: 20,
      stagedRows: 4,
      loadedRows: 4,
    });
  });

  it('has each line in its parts, which the terminal shows as columns', () => {
    const log = new PageLog('.local');
    const fields = { table: 'dynamodb_a_table_with_a_long_name', rows: 2, files: 1, lagMs: 400 };
    log.see({ type: 'outcome', functionName: 'f', outcome: 'staged', fields });
    log.say('killed', 'the MySQL server');
    expect(log.latest()).toMatchObject([
      { number: 1, what: 'staged', about: fields.table, details: '2 rows in 1 file, lag 0.4 s' },
      { number: 2, what: 'killed', about: '', details: 'the MySQL server' },
    ]);
  });
});

describe('the picture', () => {
  const status = {
    pid: 1,
    page: null,
    upSince: '',
    parts: [],
    tables: [],
    compared: [],
    comparedAt: null,
    schedules: [],
    deadLetters: [],
    failing: [],
  };
  const nodesOf = (functions: readonly string[], tables: readonly ReplicatedTable[]): PictureNode[] => {
    const registry = new Registry();
    for (const name of functions) registry.of(FUNCTIONS).set(name, { name } as CallableFunction);
    const totals = { ...new FlowMeter().totals(), ingested: { txns: 7 } };
    return buildPicture({ status, totals, registry, isReconnecting: false, tables });
  };

  it('calls rows rejected, with the reason, that no change under way will bring', () => {
    const table = 'bank.txns';
    const rejectedBecause = 'column v of bank.txns cannot hold the value: it is longer than 20 bytes';
    const moved = { path: 'MySQL', table, written: 0, deleted: 0, lagMs: null, lagAt: null } as const;
    const compared = [
      { source: `mysql.${table}`, target: table, sourceRows: 3, targetRows: 2, mismatches: 0, inFlight: 1 },
    ];
    const view = (rejected: object) =>
      buildPageView({
        status: { ...status, compared, tables: [{ ...moved, rejected: 0, ...rejected }] },
        totals: new FlowMeter().totals(),
        registry: new Registry(),
        rejected: [],
        isReconnecting: false,
        lastBatch: undefined,
      });
    expect(view({})).toMatchObject({ verdictHealth: 'busy', rejectedRows: [] });
    expect(view({ rejected: 1, rejectedBecause })).toMatchObject({
      verdict: `not every table is equal: ${table} (${table} rejected 1 row because ${rejectedBecause})`,
      verdictHealth: 'failed',
      rejectedRows: [{ table, rows: 1, reason: rejectedBecause }],
    });
  });

  it('counts the requests to an API that the deployment has', () => {
    const registry = new Registry();
    const view = () =>
      buildPageView({
        status,
        totals: new FlowMeter().totals(),
        registry,
        rejected: [],
        isReconnecting: false,
        lastBatch: undefined,
      });
    expect(view().apis).toEqual([]);
    const hits = new HitCounter();
    for (const [answer, ms] of [
      [201, 10],
      [422, 20],
      [500, 90],
    ] as const)
      hits.add(answer, ms);
    registry.of(SOURCE_APIS).set('api', {
      url: 'http://127.0.0.1:1/v1',
      admission: '',
      headersFor: () => ({}),
      hits: () => hits.read(),
    });
    const counted = { requests: 3, refused: 1, failed: 1, medianMs: 20, p99Ms: 90 };
    expect(view().apis).toEqual([{ url: 'http://127.0.0.1:1/v1', ...counted }]);
    expect([null, 0, 19.6, 1_234].map(milliseconds)).toEqual(['–', '0 ms', '20 ms', '1,234 ms']);
  });

  const idsOf = (nodes: readonly PictureNode[]): string[] => nodes.map(({ id }) => id);

  it('has the ingests that the deployment has, by the names of their tables', () => {
    const nodes = nodesOf(['cdc-dev-ingest-txns', 'cdc-dev-ingest-trades'], [txns, trades]);
    const ingests = nodes.filter(({ id }) => id.startsWith('ingest-'));
    expect(ingests.map(({ title, facts: [first] }) => [title, first])).toEqual([
      ['Ingest txns', '7 rows'],
      ['Ingest trades', '0 items'],
    ]);
    expect(ingests[0]?.about).toBe('ingest-txns writes the rows of txns.csv into MySQL.');
    // What the picture has room for: picture.js cuts what is longer.
    for (const { service, title } of nodes)
      expect([service.length <= 19, title.length <= 19]).toEqual([true, true]);
  });

  it('of another catalogue has no part of the demo, and none of a path without a table', () => {
    const own = parseCatalogue({ shop_orders: mysqlEntry([]) });
    expect(idsOf(nodesOf(['cdc-own-reconcile-tables'], own))).toEqual([
      'schedules',
      'mysql',
      'task',
      'warehouse',
      'reconcile',
    ]);
    const items = { ...trades, name: 'dynamodb_quotes' };
    const path = ['dynamodb', 'stage', 's3', 'load'];
    expect(idsOf(nodesOf([], [items]))).toEqual(['schedules', ...path, 'warehouse', 'reconcile']);
  });
});

describe('the plot of an answer', () => {
  const columns = (...types: string[]) => types.map((typeName, at) => ({ name: `c${at}`, typeName }));
  it.each([
    [
      'bars over a text',
      columns('varchar', 'int8'),
      [
        ['a', '1'],
        ['b', null],
      ],
      { kind: 'label', isBars: true, names: ['c1'] },
    ],
    [
      'lines over a time',
      columns('numeric', 'date'),
      [
        ['2', '2024-01-02'],
        ['1', '2024-01-01'],
      ],
      { kind: 'time', names: ['c0'] },
    ],
    [
      'lines over a number',
      columns('int4', 'float8'),
      [
        ['2', '1'],
        ['1', '2'],
      ],
      { kind: 'number', names: ['c1'] },
    ],
  ])('has %s', (_what, given, rows, expected) => {
    expect(choosePlot({ columns: given, rows })).toMatchObject(expected);
  });

  it('is none without a number, or of one row', () => {
    expect(choosePlot({ columns: columns('varchar'), rows: [['a'], ['b']] })).toBeUndefined();
    expect(choosePlot({ columns: columns('int4'), rows: [['1']] })).toBeUndefined();
  });
});
