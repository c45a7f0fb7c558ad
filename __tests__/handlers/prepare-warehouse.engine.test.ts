import { gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { buildManifest } from '../../pipeline/load/manifest';
import { buildMerge } from '../../pipeline/load/merge-sql';
import { changeTable } from '../../pipeline/warehouse/change-table';
import { buildLayoutChanges, readLayouts } from '../../pipeline/warehouse/layout-changes';
import { beginRebuild, settleRebuilt } from '../../pipeline/warehouse/rebuilt-targets';
import { settleBiViews } from '../../pipeline/warehouse/settle-bi-views';
import { readExistingTables } from '../../pipeline/warehouse/table-check';
import { targetDefinition } from '../../pipeline/warehouse/table-definitions';
import { settleReaders } from '../../pipeline/warehouse/table-readers';
import { buildWarehouseTable } from '../../pipeline/warehouse/warehouse-ddl';
import {
  type CapturedLines,
  captureLines,
  lambdaContext,
  setEnvironment,
} from '../support/handler-environment';
import { MemorySecrets } from '../support/memory-secrets';
import { TRADES, TXNS } from '../support/tables';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../support/warehouse-bed';

const ADMIN_SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin';
const DMS_SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:dms';
const BI_SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:bi';
const secrets = new MemorySecrets();
let bed: WarehouseBed;
let lines: CapturedLines;
let invoke: (event?: unknown) => Promise<unknown>;

beforeAll(async () => {
  bed = await startWarehouseBed({ tables: [], secrets });
  secrets.values.set(ADMIN_SECRET, JSON.stringify({ username: 'admin', password: 'Admin123' }));
  setEnvironment({
    ...bed.environment,
    CLUSTER_IDENTIFIER: 'cdc-dev',
    DATABASE_NAME: 'dev',
    WAREHOUSE_HOST: 'cdc-dev.abc.eu-central-1.redshift.amazonaws.com',
    WAREHOUSE_PORT: '5439',
    WAREHOUSE_ADMIN_SECRET_ARN: ADMIN_SECRET,
    WAREHOUSE_DMS_SECRET_ARN: DMS_SECRET,
    LOADER_DB_USER: 'IAMR:cdc-dev-load-staged-batches',
    RECONCILER_DB_USER: 'IAMR:cdc-dev-reconcile-tables',
    FRESHNESS_DB_USER: 'IAMR:cdc-dev-measure-freshness',
    FORGETTER_DB_USER: 'IAMR:cdc-dev-forget-item',
    BI_VIEWS: 'on',
    WAREHOUSE_BI_SECRET_ARN: BI_SECRET,
    DATA_BUCKET: BUCKET,
    SET_UP_FINGERPRINT: 'set-up-of-this-test',
  });
  lines = captureLines();
  const { handler } = await import('../../handlers/prepare-warehouse');
  invoke = (event = {}) => handler(event, lambdaContext('cdc-dev-prepare-warehouse'));
});

afterAll(async () => {
  lines.stop();
  await bed.stop();
});

const columnsOf = (schema: string, table: string) =>
  bed.dataApi.readRows(
    `SELECT column_name, data_type FROM svv_columns WHERE table_schema = '${schema}' AND table_name = '${table}' ORDER BY ordinal_position`,
  );

it('nothing is touched when the deployment is destroyed', async () => {
  const prepared = await invoke({ tf: { action: 'delete', prev_input: {} } });
  expect(prepared).toEqual({ schemas: [], tables: [], users: [], laidOut: [], refused: [] });
  expect(secrets.writes).toBe(0);
  expect(await columnsOf('bank', 'txns')).toEqual([]);
});

it('set-up makes schemas, tables, users and the secrets of those that have a password', async () => {
  expect(await invoke({ tf: { action: 'create', prev_input: null } })).toEqual({
    schemas: ['bank', 'market', 'cdc_heartbeat', 'cdc', 'dms_control'],
    tables: [
      'bank.txns',
      'market.trades',
      'cdc_heartbeat.heartbeats',
      'cdc.formats',
      'cdc.load_ledger',
      'cdc.leases',
      'cdc.sweeps',
      'cdc.differences',
      'cdc.seen_rows',
      'cdc.readers',
      'cdc.trades_tombstones',
    ],
    users: [
      'IAMR:cdc-dev-load-staged-batches',
      'IAMR:cdc-dev-reconcile-tables',
      'IAMR:cdc-dev-measure-freshness',
      'IAMR:cdc-dev-forget-item',
      'cdc_dms',
      'cdc_quicksight',
    ],
    laidOut: [],
    refused: [],
    views: ['bi.daily_balances', 'bi.hourly_trades', 'bi.data_freshness'],
  });
  expect(await columnsOf('bank', 'txns')).toHaveLength(10);
  expect(await columnsOf('market', 'trades')).toContainEqual({ column_name: 'item', data_type: 'super' });
  const record = await bed.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'set-up/prepare-warehouse' }));
  expect(await record.Body?.transformToString()).toBe('set-up-of-this-test');
  const passwords = [
    [DMS_SECRET, 'cdc_dms'],
    [BI_SECRET, 'cdc_quicksight'],
  ].map(([arn = '', username]) => {
    const login = JSON.parse(secrets.values.get(arn) ?? '{}') as Record<string, unknown>;
    expect(login).toMatchObject({
      username,
      host: 'cdc-dev.abc.eu-central-1.redshift.amazonaws.com',
      port: 5439,
      password: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
    });
    expect(JSON.stringify(lines.read())).not.toContain(login.password);
    return login.password;
  });
  expect(new Set(passwords).size).toBe(2);
});

it('each user may do what its function does, and no more', async () => {
  const loader = bed.dataApiAs('cdc-dev-load-staged-batches');
  const reconciler = bed.dataApiAs('cdc-dev-reconcile-tables');
  const batch = { batchId: 'b1', manifest: 'manifests/trades/b1.json', fileCount: 1 };
  await bed.store.writeText('manifests/trades/b1.json', buildManifest(BUCKET, ['incoming/trades/1.json.gz']));
  const line =
    '{"_cdc_operation":"delete","_cdc_version":"0000000000000000000000000000000000000001","_cdc_changed_at":"2026-01-01 00:00:00","id":"x"}';
  await bed.s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: 'incoming/trades/1.json.gz', Body: gzipSync(line) }),
  );
  const copyRoleArn = 'arn:aws:iam::123456789012:role/cdc-dev-copy';
  await loader.executeBatch(buildMerge(TRADES, batch, { bucket: BUCKET, copyRoleArn, tombstoneDays: 30 }));
  expect(await reconciler.readRows('SELECT batch_id FROM cdc.load_ledger')).toEqual([{ batch_id: 'b1' }]);
  expect(await reconciler.readRows('SELECT id FROM market.trades')).toEqual([]);
  await expect(loader.readRows('SELECT * FROM bank.txns')).rejects.toThrow(/permission denied/);
  await expect(loader.execute('DELETE FROM cdc.load_ledger')).rejects.toThrow(/permission denied/);
  await expect(reconciler.execute('DELETE FROM market.trades')).rejects.toThrow(/permission denied/);
});

it('ledger and tombstones carry their format, and one of a newer version stops set-up by name', async () => {
  const loader = bed.dataApiAs('cdc-dev-load-staged-batches');
  const formats = await loader.readRows('SELECT table_name, format FROM cdc.formats ORDER BY table_name');
  expect(formats).toEqual([
    { table_name: 'cdc.load_ledger', format: '1' },
    { table_name: 'cdc.trades_tombstones', format: '1' },
  ]);
  await bed.dataApi.execute("UPDATE cdc.formats SET format = 9 WHERE table_name = 'cdc.trades_tombstones'");
  await expect(invoke()).rejects.toMatchObject({
    code: 'WAREHOUSE_NOT_READY',
    message: expect.stringContaining(
      'cdc.trades_tombstones has format 9, and this version knows formats up to 1',
    ),
  });
  await bed.dataApi.execute("UPDATE cdc.formats SET format = 1 WHERE table_name = 'cdc.trades_tombstones'");
});

it('a second run changes nothing: same password, same tables, rows kept', async () => {
  const login = secrets.values.get(DMS_SECRET);
  const writes = secrets.writes;
  await bed.dataApi.execute(
    "INSERT INTO bank.txns (txn_id, account_no, date, ingested_at) VALUES (1, 'x', '2026-01-01', '2026-01-01 00:00:00')",
  );
  await invoke();
  expect(secrets.values.get(DMS_SECRET)).toBe(login);
  expect(secrets.writes).toBe(writes);
  expect(await bed.dataApi.readRows('SELECT txn_id FROM bank.txns')).toHaveLength(1);
});

it('a secret that lost its value gets a new password, and a moved warehouse its new address', async () => {
  secrets.values.set(DMS_SECRET, '{"username":"cdc_dms"}');
  await invoke();
  const remade = JSON.parse(secrets.values.get(DMS_SECRET) ?? '{}') as Record<string, unknown>;
  secrets.values.set(DMS_SECRET, JSON.stringify({ ...remade, host: 'elsewhere' }));
  await invoke();
  expect(JSON.parse(secrets.values.get(DMS_SECRET) ?? '{}')).toEqual(remade);
});

it('readers of an entry may read its target, those taken out no longer, and a missing one is named for its table', async () => {
  const privileges = async (table: string) =>
    (
      await bed.dataApi.readRows(
        `SELECT identity_type, identity_name FROM svv_relation_privileges WHERE relation_name = '${table}' AND privilege_type = 'SELECT' AND identity_type <> 'user' ORDER BY identity_name`,
      )
    ).map((row) => `${row.identity_type} ${row.identity_name}`);
  for (const statement of ['CREATE ROLE analysts', 'CREATE ROLE auditors', 'CREATE GROUP bi'])
    await bed.dataApi.execute(statement);
  // Somebody else's grant is not set-up's to take away.
  await bed.dataApi.execute('GRANT SELECT ON bank.txns TO ROLE auditors');
  const txns = { ...TXNS, readers: [{ role: 'Analysts' }, { role: 'nobody' }] };
  const trades = { ...TRADES, readers: [{ group: 'bi' }, { role: 'analysts' }] };
  expect(await settleReaders(bed.dataApi, [txns, trades])).toEqual([
    { table: 'bank.txns', reason: expect.stringMatching(/does not have: role nobody. .*CREATE ROLE/) },
  ]);
  expect(await privileges('txns')).toEqual(['role analysts', 'role auditors']);
  expect(await privileges('trades')).toEqual(['role analysts', 'group bi']);
  expect(await settleReaders(bed.dataApi, [TXNS, { ...trades, readers: [{ group: 'bi' }] }])).toEqual([]);
  expect(await privileges('txns')).toEqual(['role auditors']);
  expect(await privileges('trades')).toEqual(['group bi']);
});

it('another distribution, sort order or encoding is planned, then made in place, and rows and grants stay', async () => {
  await bed.dataApi.execute('CREATE ROLE planners');
  await bed.dataApi.execute('GRANT SELECT ON bank.txns TO ROLE planners');
  const rows = await bed.dataApi.readRows('SELECT txn_id FROM bank.txns');
  const columns = TXNS.columns.map((column) =>
    column.name === 'account_no' ? { ...column, encoding: 'zstd' } : column,
  );
  const definitions = [
    targetDefinition({ ...TXNS, columns, distKey: 'account_no', sortKey: ['date', 'txn_id'] }),
    targetDefinition(TRADES),
  ];
  const planned = buildLayoutChanges(definitions, await readLayouts(bed.dataApi, definitions));
  expect(planned).toEqual([
    {
      table: 'bank.txns',
      change: 'distributed by account_no instead of txn_id',
      statement: 'ALTER TABLE "bank"."txns" ALTER DISTSTYLE KEY DISTKEY "account_no"',
    },
    {
      table: 'bank.txns',
      change: 'sorted by date, txn_id instead of txn_id',
      statement: 'ALTER TABLE "bank"."txns" ALTER COMPOUND SORTKEY ("date", "txn_id")',
    },
    {
      table: 'bank.txns',
      change: 'account_no encoded as zstd instead of none',
      statement: 'ALTER TABLE "bank"."txns" ALTER COLUMN "account_no" ENCODE zstd',
    },
  ]);
  for (const { statement } of planned) await bed.dataApi.execute(statement);
  expect(buildLayoutChanges(definitions, await readLayouts(bed.dataApi, definitions))).toEqual([]);
  // The layout stays when a column is added, and set-up leaves alone what the entry does not name.
  await bed.dataApi.execute('ALTER TABLE bank.txns ADD COLUMN more INTEGER');
  await bed.dataApi.execute('ALTER TABLE bank.txns DROP COLUMN more');
  expect(buildLayoutChanges(definitions, await readLayouts(bed.dataApi, definitions))).toEqual([]);
  expect(await invoke()).toMatchObject({ laidOut: [] });
  expect(await bed.dataApi.readRows('SELECT txn_id FROM bank.txns')).toEqual(rows);
  expect(
    await bed.dataApi.readRows(
      "SELECT identity_name FROM svv_relation_privileges WHERE relation_name = 'txns' AND identity_name = 'planners'",
    ),
  ).toHaveLength(1);
});

it('columns removed, renamed or of another type are planned, then changed in one transaction, with rows and grants', async () => {
  const notes = { name: 'notes', type: { kind: 'text', characters: 30 }, nullable: true } as const;
  const amount = { name: 'amount', type: { kind: 'smallint' }, nullable: true } as const;
  const table = { ...TXNS, name: 'lines', target: { schema: 'bank', table: 'lines' } };
  const columns = TXNS.columns.slice(0, 2);
  const earlier = { ...table, columns: [...columns, notes, amount, { ...notes, name: 'gone' }] };
  const wanted = {
    ...table,
    columns: [...columns, { ...amount, type: { kind: 'bigint' } as const }, { ...notes, name: 'memo' }],
  };
  await bed.dataApi.executeBatch([
    buildWarehouseTable(targetDefinition(earlier)),
    "INSERT INTO bank.lines VALUES (1, 'x', 'first', 7, 'g'), (2, 'y', NULL, NULL, NULL)",
    'GRANT SELECT, DELETE ON bank.lines TO cdc_dms',
    'GRANT SELECT ON bank.lines TO ROLE planners',
  ]);
  const request = { table: 'bank.lines', renamed: { notes: 'memo' }, isEmpty: false };
  const columnsNow = async () => (await columnsOf('bank', 'lines')).map((row) => row.column_name);
  expect(await changeTable(bed.dataApi, [wanted], { ...request, confirmed: false })).toEqual({
    table: 'bank.lines',
    plan: [
      'amount becomes bigint from smallint',
      'memo is renamed from notes',
      'gone is removed',
      expect.stringContaining('the grants of 2 grantees, and the name bank.lines, in one transaction'),
      expect.stringContaining('the table of now stays as bank._cdc_replaced_lines'),
      expect.stringContaining('late-binding'),
    ],
    done: false,
  });
  expect(await columnsNow()).toContain('gone');
  expect(await changeTable(bed.dataApi, [wanted], { ...request, confirmed: true })).toMatchObject({
    done: true,
  });
  expect(await columnsNow()).toEqual(['txn_id', 'account_no', 'amount', 'memo']);
  expect(await bed.dataApi.readRows('SELECT * FROM bank.lines ORDER BY txn_id')).toEqual([
    { txn_id: '1', account_no: 'x', amount: '7', memo: 'first' },
    { txn_id: '2', account_no: 'y', amount: null, memo: null },
  ]);
  expect(
    await bed.dataApi.readRows(
      "SELECT identity_name, privilege_type FROM svv_relation_privileges WHERE relation_name = 'lines' ORDER BY 1, 2",
    ),
  ).toEqual([
    { identity_name: 'cdc_dms', privilege_type: 'DELETE' },
    { identity_name: 'cdc_dms', privilege_type: 'SELECT' },
    { identity_name: 'planners', privilege_type: 'SELECT' },
  ]);
  expect(await bed.dataApi.readRows('SELECT COUNT(gone) AS n FROM bank._cdc_replaced_lines')).toEqual([
    { n: '1' },
  ]);
  expect(await changeTable(bed.dataApi, [wanted], { ...request, renamed: {}, confirmed: true })).toEqual({
    table: 'bank.lines',
    plan: ['nothing differs from the catalogue'],
    done: false,
  });
  // A value that does not fit leaves everything as it was.
  await bed.dataApi.execute("INSERT INTO bank.lines VALUES (3, 'z', 40000, NULL)");
  const narrow = { ...wanted, columns: [...columns, amount, { ...notes, name: 'memo' }] };
  await expect(
    changeTable(bed.dataApi, [narrow], { ...request, renamed: {}, confirmed: true }),
  ).rejects.toThrow(/LOAD_STATEMENT_FAILED/);
  expect(await bed.dataApi.readRows('SELECT COUNT(*) AS n FROM bank.lines')).toEqual([{ n: '3' }]);
  const asDate = { ...wanted, columns: [...columns, { ...amount, type: { kind: 'date' } as const }] };
  await expect(
    changeTable(bed.dataApi, [asDate], { ...request, renamed: { nothing: 'x' }, confirmed: true }),
  ).rejects.toThrow(/there is no column nothing to rename.*amount cannot become date from bigint/s);
  // What only the source can tell: the table begins empty, with its grants.
  const emptied = { ...request, renamed: {}, isEmpty: true, confirmed: true };
  expect((await changeTable(bed.dataApi, [asDate], emptied)).plan).toEqual([
    'amount becomes date from bigint',
    'memo is removed',
    'a new table takes the grants of 2 grantees, and the name bank.lines, in one transaction',
    'no row is taken over: it is empty until a resync of bank.lines',
    expect.stringContaining('the table of now stays as bank._cdc_replaced_lines'),
    expect.stringContaining('late-binding'),
  ]);
  expect(await columnsNow()).toEqual(['txn_id', 'account_no', 'amount']);
  expect(await bed.dataApi.readRows('SELECT * FROM bank.lines')).toEqual([]);
  expect(await bed.dataApi.readRows('SELECT COUNT(*) AS n FROM bank._cdc_replaced_lines')).toEqual([
    { n: '3' },
  ]);
  await expect(invoke({ change: { table: 'bank.nothing' } })).rejects.toThrow(
    /no entry has the target bank.nothing/,
  );
  expect(await invoke({ change: { table: 'bank.txns' } })).toMatchObject({ done: false });
});

it('what a target is to be waits beside it for a new copy, with its grants, and goes once the catalogue says otherwise', async () => {
  const table = { ...TXNS, name: 'waits', target: { schema: 'bank', table: 'waits' } };
  const [key, ...others] = TXNS.columns.slice(0, 2) as [(typeof TXNS.columns)[0], (typeof TXNS.columns)[0]];
  const wanted = { ...table, columns: [key, { ...others[0], type: { kind: 'date' } as const }] };
  const settle = async () => {
    const existing = await readExistingTables(bed.dataApi, [targetDefinition(wanted)]);
    return settleRebuilt(bed.dataApi, [wanted], { existing, differing: new Set(['bank.waits']) });
  };
  await bed.dataApi.executeBatch([
    buildWarehouseTable(targetDefinition({ ...table, columns: [key, ...others] })),
    "INSERT INTO bank.waits VALUES (1, 'x')",
    'GRANT SELECT ON bank.waits TO ROLE planners',
  ]);
  expect(await beginRebuild(bed.dataApi, wanted)).toEqual([
    expect.stringMatching(/^account_no becomes date from character varying/),
  ]);
  expect(await bed.dataApi.readRows('SELECT account_no FROM bank.waits')).toEqual([{ account_no: 'x' }]);
  expect(await columnsOf('bank', '_cdc_rebuilt_waits')).toContainEqual({
    column_name: 'account_no',
    data_type: 'date',
  });
  expect(
    await bed.dataApi.readRows(
      "SELECT identity_name, privilege_type FROM svv_relation_privileges WHERE relation_name = '_cdc_rebuilt_waits'",
    ),
  ).toEqual([{ identity_name: 'planners', privilege_type: 'SELECT' }]);
  expect(await settle()).toEqual([
    { table: 'bank.waits', reason: expect.stringContaining('npm run resync -- bank.waits') },
  ]);
  const existing = await readExistingTables(bed.dataApi, [targetDefinition(wanted)]);
  expect(await settleRebuilt(bed.dataApi, [wanted], { existing, differing: new Set() })).toEqual([]);
  expect(await columnsOf('bank', '_cdc_rebuilt_waits')).toEqual([]);
  expect(await settle()).toEqual([]);

  const lax = { ...table, columns: [key, { ...others[0], nullable: true }] };
  expect(await beginRebuild(bed.dataApi, lax)).toEqual(['account_no may be NULL']);
  const unlike = {
    existing: await readExistingTables(bed.dataApi, [targetDefinition(lax)]),
    differing: new Set<string>(),
  };
  expect(await settleRebuilt(bed.dataApi, [lax], unlike)).toEqual([
    { table: 'bank.waits', reason: expect.stringContaining('npm run resync -- bank.waits') },
  ]);
  const change = { table: 'bank.waits', renamed: {}, isEmpty: false, confirmed: true };
  expect(await changeTable(bed.dataApi, [lax], change)).toMatchObject({
    done: true,
    plan: expect.arrayContaining(['account_no may be NULL']),
  });
  await bed.dataApi.executeBatch(['INSERT INTO bank.waits VALUES (2, NULL)']);
  expect(await bed.dataApi.readRows('SELECT COUNT(*) AS n FROM bank.waits')).toEqual([{ n: '2' }]);
  expect(await beginRebuild(bed.dataApi, lax)).toEqual([]);
});

describe('the views for analysts', () => {
  const analyst = (): ReturnType<typeof bed.dataApiAs> => bed.dataApiAs('analyst');
  const ask = (statement: string) => analyst().readRows(statement);
  const trade = (id: string, ticker: string, price: string, shares: string, at: string): string =>
    `('${id}', '${ticker}', ${price}, ${shares}, '${at}', '${id}', '${'0'.repeat(40)}', '${at}')`;

  beforeAll(async () => {
    for (const statement of [
      'DELETE FROM bank.txns',
      'DELETE FROM market.trades',
      `INSERT INTO bank.txns (txn_id, account_no, date, withdrawal_amt, deposit_amt, balance_amt, ingested_at) VALUES
        (1, 'a', '2026-01-01', NULL, 100.10, 100.10, '2026-01-02'), (2, 'a', '2026-01-01', 0.05, NULL, 100.05, '2026-01-02'),
        (3, 'a', '2026-01-02', 200.06, NULL, -100.01, '2026-01-02'), (4, 'b', '2026-01-01', NULL, NULL, 7.00, '2026-01-02')`,
      `INSERT INTO market.trades (id, ticker, price, shares, traded_at, _cdc_digest, _cdc_version, _cdc_changed_at) VALUES
        ${[
          trade('1', 'abcd', '10', '100', '2026-01-01 09:59:59.999'),
          trade('2', 'abcd', '11', '300', '2026-01-01 09:00:00'),
          trade('3', 'abcd', '12.5', '4', '2026-01-01 10:00:00'),
          trade('4', 'efgh', '1', '0', '2026-01-01 10:30:00'),
        ].join(', ')}`,
      `INSERT INTO cdc_heartbeat.heartbeats VALUES (1, '2026-01-02 00:00:30')`,
      `INSERT INTO cdc.load_ledger VALUES ('b9', 'trades', 'm', 1, 4, 4, 0, '2026-01-01 10:30:00', '2026-01-01 10:31:00')`,
      'CREATE USER "IAMR:analyst" PASSWORD DISABLE',
      'GRANT ROLE bi_readers TO "IAMR:analyst"',
    ])
      await bed.dataApi.execute(statement);
  });

  it('have the numbers that their columns say', async () => {
    expect(await ask('SELECT * FROM bi.daily_balances ORDER BY account_no, day')).toEqual([
      {
        account_no: 'a',
        day: '2026-01-01',
        transactions: '2',
        deposits: '100.10',
        withdrawals: '0.05',
        closing_balance: '100.05',
      },
      {
        account_no: 'a',
        day: '2026-01-02',
        transactions: '1',
        deposits: '0.00',
        withdrawals: '200.06',
        closing_balance: '-100.01',
      },
      {
        account_no: 'b',
        day: '2026-01-01',
        transactions: '1',
        deposits: '0.00',
        withdrawals: '0.00',
        closing_balance: '7.00',
      },
    ]);
    expect(
      await ask(
        'SELECT ticker, hour, trades, shares, vwap, low, high FROM bi.hourly_trades ORDER BY ticker, hour',
      ),
    ).toEqual([
      {
        ticker: 'abcd',
        hour: '2026-01-01 09:00:00.0',
        trades: '2',
        shares: '400',
        vwap: '10.75',
        low: '10.000000000000',
        high: '11.000000000000',
      },
      {
        ticker: 'abcd',
        hour: '2026-01-01 10:00:00.0',
        trades: '1',
        shares: '4',
        vwap: '12.5',
        low: '12.500000000000',
        high: '12.500000000000',
      },
      {
        ticker: 'efgh',
        hour: '2026-01-01 10:00:00.0',
        trades: '1',
        shares: '0',
        vwap: null,
        low: '1.000000000000',
        high: '1.000000000000',
      },
    ]);
    expect(await ask('SELECT * FROM bi.data_freshness ORDER BY table_name')).toEqual([
      {
        table_name: 'bank.txns',
        source: 'mysql',
        arrived_until: '2026-01-02 00:00:30.0',
        proven_equal_as_of: null,
      },
      {
        table_name: 'market.trades',
        source: 'dynamodb',
        arrived_until: '2026-01-01 10:30:00.0',
        proven_equal_as_of: null,
      },
    ]);
  });

  it('are read by the user of QuickSight, who has their role and no other right', async () => {
    expect(
      await bed.dataApi.readRows('SELECT user_name, role_name FROM svv_user_grants ORDER BY user_name'),
    ).toEqual([
      { user_name: 'IAMR:analyst', role_name: 'bi_readers' },
      { user_name: 'cdc_quicksight', role_name: 'bi_readers' },
    ]);
    expect(
      await bed.dataApi.readRows(
        "SELECT relation_name FROM svv_relation_privileges WHERE identity_name = 'cdc_quicksight'",
      ),
    ).toEqual([]);
  });

  it('are all that their role reads', async () => {
    for (const table of ['bank.txns', 'market.trades', 'cdc.load_ledger', 'cdc_heartbeat.heartbeats'])
      await expect(ask(`SELECT * FROM ${table}`)).rejects.toThrow(/permission denied/);
    await expect(analyst().execute('CREATE VIEW bi.mine AS SELECT 1 AS n')).rejects.toThrow(
      /permission denied/,
    );
  });

  it('say what they are, and survive a set-up and a table that takes the place of its own', async () => {
    expect(
      await bed.dataApi.readRows("SELECT remarks FROM svv_tables WHERE table_name = 'hourly_trades'"),
    ).toEqual([{ remarks: expect.stringContaining('One row for each ticker and hour') }]);
    await bed.dataApi.executeBatch([
      'CREATE TABLE market.trades_beside (LIKE market.trades)',
      'ALTER TABLE market.trades RENAME TO trades_before',
      'ALTER TABLE market.trades_beside RENAME TO trades',
    ]);
    expect(await ask('SELECT COUNT(*) AS n FROM bi.hourly_trades')).toEqual([{ n: '0' }]);
    await bed.dataApi.executeBatch([
      'DROP TABLE market.trades',
      'ALTER TABLE market.trades_before RENAME TO trades',
    ]);
    await bed.dataApi.execute('ALTER TABLE market.trades ALTER COLUMN ticker TYPE VARCHAR(512)');
    await settleBiViews(bed.dataApi);
    expect(await ask('SELECT COUNT(*) AS n FROM bi.hourly_trades')).toEqual([{ n: '3' }]);
  });
});

it('a target that differs from the catalogue is refused by name and left as it is, and the others are set up', async () => {
  await bed.dataApi.executeBatch([
    'DROP TABLE bank.txns',
    'DROP TABLE market.trades',
    'CREATE TABLE market.trades (id VARCHAR(100) NOT NULL, price NUMERIC(10,2))',
  ]);
  expect(await invoke()).toMatchObject({
    tables: expect.not.arrayContaining(['market.trades']),
    refused: [
      {
        table: 'market.trades',
        reason: expect.stringMatching(
          /expected .*id character varying\(2048\).*got .*price numeric\(10,2\).*npm run alter/,
        ),
      },
    ],
  });
  expect(await columnsOf('market', 'trades')).toHaveLength(2);
  expect(await columnsOf('bank', 'txns')).not.toHaveLength(0);
});

it('set-up fails when no target is left, or a table of its own differs', async () => {
  await bed.dataApi.executeBatch(['DROP TABLE bank.txns', 'CREATE TABLE bank.txns (account_no BIGINT)']);
  const notReady = { code: 'WAREHOUSE_NOT_READY', disposition: 'halt' };
  await expect(invoke()).rejects.toMatchObject({
    ...notReady,
    message: expect.stringMatching(/bank\.txns: .*market\.trades: /s),
  });
  await bed.dataApi.executeBatch([
    'DROP TABLE bank.txns',
    'DROP TABLE cdc.readers',
    'CREATE TABLE cdc.readers (a BIGINT)',
  ]);
  await expect(invoke()).rejects.toMatchObject({
    ...notReady,
    message: expect.stringContaining('cdc.readers: '),
  });
});
