import { printEvent } from '../../../local/commands/report';
import { areEqual, buildJsonSummary, parseTableSummaries } from '../../../local/commands/table-summary';
import { buildTextTable } from '../../../local/commands/text-table';
import type { OutcomeFields, RuntimeEvent } from '../../../local/runtime/events';

const told = (event: RuntimeEvent): string =>
  printEvent(event, '.local')
    .join('\n')
    .replaceAll(/\d\d:\d\d:\d\d/g, '<time>');
const outcome = (name: string, fields: OutcomeFields): RuntimeEvent => ({
  type: 'outcome',
  functionName: `cdc-dev-${name}`,
  outcome: name,
  fields,
});
const mapping = (event: Extract<RuntimeEvent, { type: 'mapping' }>['event']): RuntimeEvent => ({
  type: 'mapping',
  functionName: 'f',
  event,
});
const task = (event: Extract<RuntimeEvent, { type: 'task' }>['event']): RuntimeEvent => ({
  type: 'task',
  identifier: 't',
  event,
});

describe('a person reads', () => {
  it.each<[string, RuntimeEvent]>([
    [
      '<time> up          MySQL server mysql     1.2 s',
      { type: 'part', address: 'aws_db_instance.mysql', state: 'started', elapsedMs: 1_234 },
    ],
    [
      '<time> ingested    txns                   30 rows, 2 rejected',
      outcome('ingested', { table: 'txns', rows: 30, rejected: 2 }),
    ],
    [
      '<time> staged      trades                 12 rows in 1 file, lag 1.5 s',
      outcome('staged', { table: 'trades', rows: 12, files: 1, lagMs: 1_500 }),
    ],
    [
      '<time> dead letter trades                 STREAM_RECORD_INVALID: an item of trades has a key …',
      outcome('dead-letter', {
        table: 'trades',
        message: 'STREAM_RECORD_INVALID: an item of trades has a key …',
        sequenceNumber: '1',
      }),
    ],
    [
      '<time> loaded      trades                 12 rows of 1 file: 10 upserted, 2 deleted, lag 1.9 s',
      outcome('loaded', {
        table: 'trades',
        rows: 12,
        files: 1,
        upserted: 10,
        deleted: 2,
        rejected: 0,
        lagMs: 1_900,
      }),
    ],
    [
      '<time> reconciled  txns                   30 rows, 29 in the target, 0 mismatches, 1 in flight, 40 % compared',
      outcome('reconciled', {
        table: 'txns',
        sourceRows: 30,
        targetRows: 29,
        mismatches: 0,
        inFlight: 1,
        progressPercent: 40,
      }),
    ],
    [
      '<time> captured    bank.txns              30 inserts, 1 delete, 2 rejected, lag 0.4 s',
      task({
        type: 'applied',
        table: 'bank.txns',
        inserts: 30,
        updates: 0,
        deletes: 1,
        truncates: 0,
        rejected: 2,
        lagMs: 400,
      }),
    ],
    [
      '<time> copying     bank.txns              500000 rows, 250000 rows/s, about 8 s left',
      task({
        type: 'snapshot-progress',
        table: 'bank.txns',
        rows: 500_000,
        rowsPerSecond: 250_000,
        secondsLeft: 8,
      }),
    ],
    [
      '<time> refused     shop.orders            it is not as the catalogue says',
      outcome('refused', {
        table: 'shop.orders',
        message: 'refused',
        reason: 'it is not as the catalogue says',
      }),
    ],
    [
      '<time> started     replication task       resume-processing: it was stopped',
      outcome('started', { status: 'stopped', action: 'resume-processing', reason: 'it was stopped' }),
    ],
    [
      '<time> captured    bank.txns              snapshot of 30 rows',
      task({ type: 'snapshot-finished', table: 'bank.txns', rows: 30, rejected: 0 }),
    ],
    [
      '<time> failed      t                      POSITION_LOST: gone',
      task({ type: 'failed', code: 'POSITION_LOST', message: 'gone' }),
    ],
    [
      '<time> failed      f                      5 stream records, try 2: broken',
      mapping({ type: 'function-failed', records: 5, invokeCount: 2, message: 'broken' }),
    ],
    [
      '<time> dead letter f                      queues/q.jsonl',
      { type: 'dead-letter', from: 'f', file: 'queues/q.jsonl' },
    ],
    [
      '<time> failed      f                      Error: broken; next: retry\n         its log: function.log',
      {
        type: 'function-failed',
        functionName: 'f',
        message: 'Error: broken',
        logFile: 'function.log',
        next: 'retry',
      },
    ],
  ])('%s', (expected, event) => {
    expect(told(event)).toBe(expected);
  });

  it.each<[string, RuntimeEvent]>([
    ['a load that found nothing', outcome('loaded', { table: 'trades', files: 0, rows: 0 })],
    ['a task that runs already', outcome('started', { status: 'running', action: 'none' })],
    ['a batch that was delivered', mapping({ type: 'delivered', records: 5 })],
    [
      'the end of any function but the reconciliation',
      { type: 'function-ended', functionName: 'cdc-dev-ingest-txns', payload: {} },
    ],
  ])('nothing of %s', (_what, event) => {
    expect(told(event)).toBe('');
  });

  it('source and target side by side after a reconciliation', () => {
    const payload = {
      tables: [
        {
          source: 'mysql.bank.txns',
          target: 'bank.txns',
          sourceRows: 30,
          targetRows: 29,
          mismatches: 1,
          inFlight: 0,
          examples: [
            { kind: 'missing', keyHash: '00', key: ['17', 'a'] },
            { kind: 'extra', keyHash: 'ff' },
          ],
        },
      ],
    };
    expect(told({ type: 'function-ended', functionName: 'cdc-dev-reconcile-tables', payload })).toBe(`
source           target     source rows  target rows  mismatches  in flight
---------------  ---------  -----------  -----------  ----------  ---------
mysql.bank.txns  bank.txns           30           29           1          0

bank.txns: missing 17, a
bank.txns: extra (hash ff)
`);
  });
});

describe('a reconciliation', () => {
  const table = { source: 's', target: 't', sourceRows: 2, targetRows: 2, mismatches: 0, inFlight: 0 };

  it('is equal when no table has a mismatch or a change under way', () => {
    expect(areEqual([table])).toBe(true);
    expect(areEqual([table, { ...table, mismatches: 1 }])).toBe(false);
    expect(areEqual([{ ...table, inFlight: 1 }])).toBe(false);
    expect(areEqual([])).toBe(false);
  });

  it('is one JSON object for a script', () => {
    expect(buildJsonSummary([table], 1234.5)).toBe(
      '{"tables":[{"source":"s","target":"t","sourceRows":2,"targetRows":2,"mismatches":0}],"elapsedMs":1235}',
    );
  });

  it('that gives no tables is an error', () => {
    expect(() => parseTableSummaries({ table: [] })).toThrow('no list of tables');
    expect(() => parseTableSummaries(null)).toThrow('no list of tables');
  });
});

it('a table for a terminal puts numbers to the right and counts characters, not bytes', () => {
  const columns = [
    { name: 'name', isNumeric: false },
    { name: 'n', isNumeric: true },
  ];
  const rows = [
    ['é', 10],
    ['longer', null],
    [null, '2'],
  ];
  expect(buildTextTable(columns, rows)).toBe(
    ['name       n', '------  ----', 'é         10', 'longer  NULL', 'NULL       2'].join('\n'),
  );
});
