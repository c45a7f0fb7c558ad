import { printEvent } from '../../local/commands/report';
import type { OutcomeFields, RuntimeEvent } from '../../local/runtime/events';
import { readPage } from './pages';

const [cycle] = readPage('README.md').blocks.filter(({ code }) => code.includes('every table is equal'));
const sample = (cycle?.code ?? '').split('\n');

/** What one cycle reports of the two seed files; the times in the sample are those of one run. */
const outcome = (name: string, fields: OutcomeFields): RuntimeEvent => ({
  type: 'outcome',
  functionName: `cdc-dev-${name}`,
  outcome: name,
  fields,
});
const replicated = { updates: 0, deletes: 0, truncates: 0, rejected: 0 };
const EVENTS: readonly (readonly [string, RuntimeEvent])[] = [
  ['ingested txns', outcome('ingested', { table: 'txns', rows: 30, rejected: 0 })],
  ['ingested trades', outcome('ingested', { table: 'trades', rows: 12, rejected: 0 })],
  [
    'captured bank.txns',
    {
      type: 'task',
      identifier: 'cdc-dev-mysql',
      event: { type: 'applied', table: 'bank.txns', inserts: 30, lagMs: 200, ...replicated },
    },
  ],
  ['staged trades', outcome('staged', { table: 'trades', rows: 12, files: 1, lagMs: 2_000 })],
  [
    'loaded trades',
    outcome('loaded', {
      table: 'trades',
      rows: 12,
      files: 1,
      upserted: 12,
      deleted: 0,
      rejected: 0,
      lagMs: 4_200,
    }),
  ],
];

/** Time of day and durations differ from run to run. */
const withoutTimes = (text: string): string =>
  text.replaceAll(/\d\d:\d\d:\d\d/g, '<time>').replaceAll(/\d+\.\d s\b/g, '<duration>');

it.each(EVENTS)('the sample in the README has the line that is printed now: %s', (_what, event) => {
  const [line = ''] = printEvent(event, '.local');
  expect(sample.map(withoutTimes)).toContain(withoutTimes(line));
});

it('the sample in the README ends as a cycle does whose tables are equal', () => {
  const printed = printEvent(
    {
      type: 'function-ended',
      functionName: 'cdc-dev-reconcile-tables',
      payload: {
        tables: [
          ['mysql.bank.txns', 'bank.txns', 30],
          ['dynamodb.trades', 'market.trades', 12],
        ].map(([source, target, rows]) => ({
          source,
          target,
          sourceRows: rows,
          targetRows: rows,
          mismatches: 0,
          inFlight: 0,
        })),
      },
    },
    '.local',
  );
  expect(cycle?.code).toContain(printed.join('\n').trim());
});
