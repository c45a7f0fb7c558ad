import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { TABLES } from '../../pipeline/tables';
import {
  type ComparisonBed,
  SECRET_ARN,
  startComparisonBed,
  TABLE_PREFIX,
} from '../pipeline/verify/comparison-bed';
import { type BundledHandler, bundleHandler, type HandlerRun } from '../support/run-handler';
import { TRADES, TXNS } from '../support/tables';

let bed: ComparisonBed;
let handler: BundledHandler<'reconcile-tables'>;

beforeAll(async () => {
  [bed, handler] = await Promise.all([startComparisonBed(TABLES), bundleHandler('reconcile-tables')]);
});
afterAll(async () => {
  handler?.remove();
  await bed?.stop();
});

const invoke = (event: unknown, secretArn = SECRET_ARN): Promise<HandlerRun> =>
  handler.run(
    {
      CLUSTER_IDENTIFIER: 'cdc-dev',
      DATABASE_NAME: 'dev',
      TABLE_PREFIX,
      MYSQL_SECRET_ARN: secretArn,
      READ_UNITS_PER_SECOND: '4000',
      SPREAD_SECONDS: '0',
    },
    bed.environment,
    event,
  );

const txn = (id: number) => [
  String(id),
  "409000611074'",
  '2017-06-29',
  'TRF "x", y',
  true,
  null,
  null,
  '1000000.00',
  '1000000.00',
  '2026-01-02 03:04:05.000000',
];
const trade = (id: string) => ({ id: { S: id }, price: { N: '110' }, details: { M: { lag: { N: '0' } } } });

async function fill(): Promise<void> {
  await bed.fillBoth(TXNS, [txn(1), txn(2)]);
  await bed.fillItems(TRADES, [trade('a')]);
  await bed.fillItemRows(TRADES, [trade('a')]);
}

it('returns counts and emits mismatches and progress for every table', async () => {
  await fill();
  const { result, lines, failure } = await invoke({ drained: true });
  expect(failure).toBeUndefined();
  const equal = {
    mismatches: 0,
    missing: 0,
    extra: 0,
    different: 0,
    inFlight: 0,
    flagged: 0,
    progressPercent: 100,
    isProven: true,
    isComplete: true,
    readUnits: expect.any(Number),
    isNews: true,
    examples: [],
  };
  expect(result).toEqual({
    isSkipped: false,
    tables: [
      { source: 'mysql.bank.txns', target: 'bank.txns', sourceRows: 2, targetRows: 2, ...equal },
      { source: 'dynamodb.trades', target: 'market.trades', sourceRows: 1, targetRows: 1, ...equal },
    ],
  });
  for (const [table, rows] of [
    ['txns', 2],
    ['trades', 1],
  ]) {
    expect(lines).toContainEqual(
      expect.objectContaining({
        outcome: 'reconciled',
        table,
        sourceRows: rows,
        targetRows: rows,
        mismatches: 0,
        inFlight: 0,
        flagged: 0,
        isProven: true,
      }),
    );
    const metrics = {
      Mismatches: 0,
      SweepProgressPercent: 100,
      ReadUnits: expect.any(Number),
      SourceRows: rows,
      TargetRows: rows,
      FlaggedRows: 0,
    };
    for (const [metric, value] of Object.entries(metrics)) {
      expect(lines).toContainEqual(expect.objectContaining({ table, [metric]: value }));
    }
  }
});

it('names each mismatch by the hash of its key, and shows no value', async () => {
  await fill();
  await bed.fillTarget(TXNS, [txn(1)]);
  const { result, lines, output } = await invoke({ drained: true });
  expect(result).toMatchObject({ tables: [{ mismatches: 1, missing: 1 }, { mismatches: 0 }] });
  expect(lines).toContainEqual(
    expect.objectContaining({
      table: 'txns',
      kind: 'missing',
      keyHash: expect.stringMatching(/^[0-9a-f]{32}$/),
    }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ table: 'txns', Mismatches: 1 }));
  expect(output).not.toContain('409000611074');
});

it('takes a scheduled event, and the lag that a caller allows', async () => {
  await fill();
  const scheduled = await invoke({ 'detail-type': 'Scheduled Event', source: 'aws.scheduler' });
  expect(scheduled.result).toMatchObject({ tables: [{ mismatches: 0 }, { mismatches: 0 }] });
  const TableName = `${TABLE_PREFIX}trades`;
  await bed.dynamodb.send(new PutItemCommand({ TableName, Item: trade('b') }));
  const { result } = await invoke({ work: 'begin', allowedLagSeconds: 0 });
  expect(result).toMatchObject({ tables: [{ mismatches: 0 }, { mismatches: 1, missing: 1 }] });
});

it('compares the other tables and fails by name when one cannot be compared', async () => {
  await fill();
  const { failure, lines } = await invoke(
    { drained: true },
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:absent',
  );
  expect(failure).toMatch(/^RECONCILE_FAILED: .*txns: SOURCE_NOT_READY/);
  expect(lines).toContainEqual(
    expect.objectContaining({ outcome: 'reconciled', table: 'trades', mismatches: 0 }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ code: 'RECONCILE_FAILED', tables: 'txns' }));
});

it('refuses a request that it does not understand', async () => {
  const { failure } = await invoke({ drained: 'yes' });
  expect(failure).toMatch(/^RECONCILE_FAILED: the request cannot be understood: drained/);
});
