import { OtlpSender } from '../../../local/otlp/otlp-sender';
import { RunMetrics } from '../../../local/otlp/run-metrics';
import { RunTraces } from '../../../local/otlp/run-traces';
import { parseOtlpHeaders, parseOtlpUrl, startOtlpExport } from '../../../local/otlp/start-otlp';
import type { RuntimeEvent } from '../../../local/runtime/events';
import { waitUntil } from '../../../local/runtime/wait-until';
import { HEARTBEATS } from '../../../pipeline/heartbeats';
import { OtlpReceiver } from './otlp-receiver';

const named = (handler: string): string => `cdc-dev-${handler}`;
const outcome = (handler: string, name: string, fields: Record<string, string | number>): RuntimeEvent => ({
  type: 'outcome',
  functionName: named(handler),
  outcome: name,
  fields,
});
const ended = (handler: string, durationMs: number, payload: unknown = {}): RuntimeEvent => ({
  type: 'function-ended',
  functionName: named(handler),
  payload,
  durationMs,
});
const applied = (table: string, inserts: number, lagMs: number): RuntimeEvent => ({
  type: 'task',
  identifier: 'task',
  event: { type: 'applied', table, inserts, updates: 1, deletes: 0, truncates: 0, rejected: 2, lagMs },
});
const compared = {
  tables: [
    { source: 'mysql.bank.txns', target: 'bank.txns', sourceRows: 4, targetRows: 4, mismatches: 0 },
    { source: 'dynamodb.trades', target: 'market.trades', sourceRows: 3, targetRows: 2, mismatches: 1 },
  ],
};

/** One tick of both paths, changes of heartbeats among it, and a run that did nothing. */
const TICK: readonly RuntimeEvent[] = [
  outcome('ingest-txns', 'ingested', { table: 'txns', rows: 4, rejected: 1 }),
  ended('ingest-txns', 40),
  outcome('ingest-trades', 'ingested', { table: 'trades', rows: 3, rejected: 0 }),
  ended('ingest-trades', 30),
  applied('bank.txns', 4, 120),
  applied(`${HEARTBEATS.database}.${HEARTBEATS.name}`, 1, 5),
  outcome('stage-stream-records', 'staged', { table: 'trades', rows: 3, files: 1, lagMs: 80, flagged: 0 }),
  ended('stage-stream-records', 20),
  outcome('load-staged-batches', 'loaded', {
    table: 'trades',
    rows: 3,
    files: 1,
    upserted: 3,
    deleted: 0,
    rejected: 0,
    lagMs: 900,
  }),
  ended('load-staged-batches', 300),
  ended('load-staged-batches', 5),
  ended('reconcile-tables', 200, compared),
  {
    type: 'function-failed',
    functionName: named('load-staged-batches'),
    message: "Error: Duplicate entry 'secret value' for key",
    logFile: '/f',
    durationMs: 7,
    next: 'nothing',
  },
];

describe('metrics of a run', () => {
  const metrics = new RunMetrics(() => 1_000_000);
  for (const event of TICK) metrics.see(event);
  const read = new Map(metrics.read(3).map((metric) => [metric.name, metric]));
  const points = (name: string) =>
    read.get(name)?.points.map(({ attributes, value }) => [...Object.values(attributes), value]);

  it('count rows, files and rejected rows by path, step and table', () => {
    expect(points('cdc.rows')).toEqual([
      ['mysql', 'ingest', 'txns', 4],
      ['dynamodb', 'ingest', 'trades', 3],
      ['mysql', 'capture', 'bank.txns', 5],
      ['dynamodb', 'stage', 'trades', 3],
      ['dynamodb', 'load', 'trades', 3],
    ]);
    expect(points('cdc.files')).toEqual([
      ['dynamodb', 'stage', 'trades', 1],
      ['dynamodb', 'load', 'trades', 1],
    ]);
    expect(points('cdc.rejected')?.filter((point) => point.at(-1) !== 0)).toEqual([
      ['mysql', 'ingest', 'txns', 1],
      ['mysql', 'capture', 'bank.txns', 2],
    ]);
  });

  it('say lag, freshness, mismatches, failures and what was dropped', () => {
    expect(points('cdc.lag')).toEqual([
      ['mysql', 120],
      ['dynamodb', 900],
    ]);
    expect(points('cdc.freshness')).toEqual([
      ['mysql', 5],
      ['dynamodb', 0],
    ]);
    expect(points('cdc.mismatches')).toEqual([
      ['mysql.bank.txns', 0],
      ['dynamodb.trades', 1],
    ]);
    expect(points('cdc.failures')).toEqual([['load-staged-batches', 1]]);
    expect(points('cdc.telemetry.dropped')).toEqual([[3]]);
  });
});

describe('traces of a run', () => {
  let ids = 0;
  const newTraces = () =>
    new RunTraces(
      () => 1_000_000,
      (bytes) => {
        ids += 1;
        return String(ids).padStart(bytes * 2, 'a');
      },
    );

  it('lead from the ingest to the comparison on each path; what did nothing is no span, and no value is in them', () => {
    const traces = newTraces();
    for (const event of TICK) traces.see(event);
    const spans = traces.take();
    const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name;
    expect(
      spans.map(({ name, parentSpanId, startMs, endMs, attributes, error }) => [
        attributes.path,
        name,
        nameOf(parentSpanId),
        endMs - startMs,
        attributes.rows,
        error,
      ]),
    ).toEqual([
      ['mysql', 'ingest', undefined, 40, 4, undefined],
      ['dynamodb', 'ingest', undefined, 30, 3, undefined],
      ['mysql', 'capture', 'ingest', 120, 5, undefined],
      ['dynamodb', 'stage', 'ingest', 20, 3, undefined],
      ['dynamodb', 'load', 'stage', 300, 3, undefined],
      ['mysql', 'reconcile', 'capture', 200, 4, undefined],
      ['dynamodb', 'reconcile', 'load', 200, 3, undefined],
      ['dynamodb', 'load', 'stage', 7, 0, 'Error'],
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
    expect(traces.take()).toEqual([]);
  });

  it('start again with the next ingest', () => {
    const traces = newTraces();
    for (const event of [...TICK.slice(0, 2), ...TICK.slice(0, 2)]) traces.see(event);
    const [first, second] = traces.take();
    expect(first?.traceId).not.toBe(second?.traceId);
    expect(second?.parentSpanId).toBeUndefined();
  });
});

describe('--otlp', () => {
  let receiver: OtlpReceiver;
  let lines: string[];
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    lines = [];
  });
  afterEach(() => receiver.stop());

  const until = (what: string, condition: () => boolean) =>
    waitUntil(condition, { what, timeoutMs: 5_000, everyMs: 5, lastState: () => lines.join('; ') });

  it('sends just what the protocol allows, with the headers of the environment', async () => {
    const { see, stop } = startOtlpExport({
      url: `${receiver.url}/`,
      headers: 'Api-Key=a%20key,x=1',
      print: (line) => lines.push(line),
    });
    for (const event of TICK) see(event);
    await stop();
    expect(receiver.problems).toEqual([]);
    expect(receiver.metrics.flat().map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'cdc.rows',
        'cdc.lag',
        'cdc.freshness',
        'cdc.failures',
        'cdc.telemetry.dropped',
      ]),
    );
    expect(receiver.spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ingest', 'capture', 'stage', 'load', 'reconcile']),
    );
    for (const headers of receiver.headers) expect(headers).toMatchObject({ 'api-key': 'a key', x: '1' });
    expect(lines).toEqual([]);
  });

  const newSender = (most: number, timeoutMs = 5_000) =>
    new OtlpSender({
      url: receiver.url,
      headers: {},
      print: (line) => lines.push(line),
      most,
      timeoutMs,
      retryAfterMs: 20,
    });
  const message = (value: number) =>
    JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [] },
          scopeMetrics: [
            {
              scope: { name: 's' },
              metrics: [{ name: `m${value}`, unit: '1', gauge: { dataPoints: [POINT] } }],
            },
          ],
        },
      ],
    });
  const POINT = {
    attributes: [],
    startTimeUnixNano: '1'.repeat(19),
    timeUnixNano: '1'.repeat(19),
    asInt: '1',
  };
  const arrived = () => receiver.metrics.flat().map(({ name }) => name);

  it('holds nothing up while the receiver is silent or unwilling: the newest wait, others are counted, and two lines say so', async () => {
    receiver.answer = undefined;
    const sender = newSender(3, 50);
    for (let value = 1; value <= 10; value += 1) sender.send('metrics', message(value));
    // All were taken in at once, and none was sent.
    expect(arrived()).toEqual([]);
    await until('the first line', () => lines.length > 0);
    receiver.answer = 503;
    await until('all but three to be dropped', () => sender.dropped === 7);
    receiver.answer = 200;
    await until('all that wait', () => arrived().length === 3);
    expect(arrived()).toEqual(['m8', 'm9', 'm10']);
    await sender.stop({ withinMs: 100 });
    expect(lines).toEqual([
      expect.stringMatching(
        /^telemetry: http:.* does not take metrics or traces: it does not answer in time\. The newest 3 messages wait/,
      ),
      expect.stringMatching(/^telemetry: http:.* takes metrics and traces again; 7 messages were dropped$/),
      expect.stringMatching(/^telemetry: 7 messages did not reach http:.*; the pipeline is not affected$/),
    ]);
  });

  it('drops what is refused for good, and goes on with the next', async () => {
    receiver.answer = 400;
    const sender = newSender(3);
    sender.send('metrics', message(1));
    await until('the refusal', () => sender.dropped === 1);
    receiver.answer = 200;
    sender.send('metrics', message(2));
    await sender.stop({ withinMs: 500 });
    expect(arrived()).toEqual(['m2']);
    expect(lines[0]).toContain('it answers 400 to metrics');
  });

  it('ends within its time when nobody is there', async () => {
    const sender = newSender(3);
    await receiver.stop();
    sender.send('traces', '{}');
    sender.send('traces', '{}');
    await sender.stop({ withinMs: 100 });
    expect(sender.dropped).toBe(2);
    expect(lines[0]).toMatch(/does not take metrics or traces: .*ECONNREFUSED/);
    expect(lines.at(-1)).toMatch(/2 messages did not reach/);
  });

  it.each([
    ['127.0.0.1:4318', 'got "127.0.0.1:4318"'],
    ['ftp://x', 'got "ftp://x"'],
    ['http://me:key@x', 'keys go into OTEL_EXPORTER_OTLP_HEADERS'],
    ['http://x/?key=1', 'a query'],
    ['http://x/v1/traces', 'leave out /v1/traces'],
  ])('refuses %s by its reason', (url, reason) => {
    expect(() => parseOtlpUrl(url)).toThrow(reason);
  });

  it('takes a base with a path of its own, and refuses headers without repeating what may be a key', () => {
    expect(parseOtlpUrl('https://otlp.nr-data.net/a/')).toBe('https://otlp.nr-data.net/a');
    expect(parseOtlpHeaders()).toEqual({});
    expect(() => parseOtlpHeaders('NRAK-SECRET')).toThrow(/^(?!.*SECRET).*name=value/);
  });
});
