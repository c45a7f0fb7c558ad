/** The twins of the delivery, with the arguments that the stacks give them, against the receiver that checks. */
import { gzipSync } from 'node:zlib';
import type { JsonMap } from '../../../../deployment/json';
import { ResourceArguments } from '../../../../deployment/resource-arguments';
import { ACCESS_CONTROL } from '../../../../local/runtime/ports/access-control';
import { ACCOUNT, TELL } from '../../../../local/runtime/ports/host';
import { LOG_GROUPS } from '../../../../local/runtime/ports/log-group';
import { OBJECTS } from '../../../../local/runtime/ports/object-store';
import { SECRETS } from '../../../../local/runtime/ports/secrets';
import { Registry, type Single } from '../../../../local/runtime/registry';
import type { StartedResource } from '../../../../local/runtime/resource-twin';
import { TWIN_BY_TYPE } from '../../../../local/runtime/services';
import { waitUntil } from '../../../../local/runtime/wait-until';
import { parseEmbeddedMetrics } from '../../../../local/services/cloudwatch/embedded-metrics';
import { buildMetricRecord } from '../../../../local/services/cloudwatch/metric-record';
import { checkDelivery, type Delivery } from '../../../../local/services/firehose/check-delivery';
import { buildDelivery, problemOfAnswer } from '../../../../local/services/firehose/deliver';
import { readMetricRecord } from '../../../../local/services/firehose/otlp-reader';
import {
  startTelemetryReceiver,
  TELEMETRY_RECEIVER,
  type TelemetryReceiver,
} from '../../../../local/services/firehose/receiver';
import { type Arguments, synthesize } from '../../../stacks/synthesized';

const FACTS = {
  arn: 'arn:aws:cloudwatch:us-east-1:456789012345:metric-stream/cdc-everything-new-relic',
  accountId: '456789012345',
  region: 'us-east-1',
};
const LINE = JSON.stringify({
  _aws: {
    Timestamp: 1_780_000_000_000,
    CloudWatchMetrics: [
      {
        Namespace: 'cdc-everything',
        Dimensions: [['service', 'table']],
        Metrics: [
          { Name: 'LoadedRows', Unit: 'Count' },
          { Name: 'LoadLag', Unit: 'Seconds' },
        ],
      },
    ],
  },
  service: 'load-staged-batches',
  table: 'trades',
  LoadedRows: [2, 5],
  LoadLag: 1.5,
});
const METRICS = buildMetricRecord(parseEmbeddedMetrics(LINE), FACTS);
const LOGS = gzipSync(
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    logGroup: '/aws/lambda/f',
    logEvents: [{ id: '1', timestamp: 1, message: LINE }],
  }),
);

const delivery = (url: string, records: readonly Buffer[], isCompressed = true): Delivery => {
  const target = {
    url: new URL(url),
    streamArn: 'arn:aws:firehose:us-east-1:456789012345:deliverystream/cdc-everything-new-relic-metrics',
    accessKey: 'key',
    isCompressed,
    commonAttributes: { project: 'cdc' },
  };
  const { headers, body } = buildDelivery(target, records);
  return { method: 'POST', host: target.url.host, path: target.url.pathname, headers, body };
};
const NEW_RELIC = 'https://aws-api.newrelic.com/cloudwatch-metrics/v1';
const without = (name: string, value?: string): Partial<Delivery> => ({
  headers: { ...delivery(NEW_RELIC, [METRICS]).headers, [name]: value },
});

describe('a metric record', () => {
  it('is OpenTelemetry 1.0 as CloudWatch writes it, and says of each metric what the log line says', () => {
    expect(readMetricRecord(METRICS)).toEqual([
      {
        name: 'amazonaws.com/cdc-everything/LoadedRows',
        unit: '{Count}',
        attributes: {
          Namespace: 'cdc-everything',
          MetricName: 'LoadedRows',
          Dimensions: { service: 'load-staged-batches', table: 'trades' },
        },
        count: 2,
        sum: 7,
      },
      expect.objectContaining({
        name: 'amazonaws.com/cdc-everything/LoadLag',
        unit: 's',
        count: 1,
        sum: 1.5,
      }),
    ]);
    expect(readMetricRecord(Buffer.concat([METRICS, METRICS]))).toHaveLength(4);
  });

  it.each([
    [
      'JSON, another format of a metric stream',
      Buffer.from('{"metric_stream_name":"x"}\n'),
      /not OpenTelemetry|not end|longer/,
    ],
    ['a message without its length', METRICS.subarray(2), /./],
    ['cut off', METRICS.subarray(0, -3), /not OpenTelemetry with lengths/],
    ['empty', Buffer.alloc(0), /no metric/],
  ])('that is %s is refused', (_, record, reason) => {
    expect(() => readMetricRecord(record)).toThrow(reason);
  });

  it('with the labels of OpenTelemetry 0.7 is refused by its version', () => {
    // Field 7, attributes, under the number that labels had: the same bytes otherwise.
    const older = Buffer.from(METRICS);
    for (let at = 0; at < older.length - 2; at += 1)
      if (older[at] === 0x3a && older[at + 2] === 0x0a) older[at] = 0x0a;
    expect(() => readMetricRecord(older)).toThrow('labels, which are OpenTelemetry 0.7');
  });
});

describe('the receiver', () => {
  it.each([
    [NEW_RELIC, METRICS],
    ['https://aws-api.eu01.nr-data.net/cloudwatch-metrics/v1', METRICS],
    ['https://aws-api.newrelic.com/firehose/v1', LOGS],
    ['https://aws-api.eu.newrelic.com/firehose/v1', LOGS],
    ['https://telemetry.example.com/any', METRICS],
    ['https://telemetry.example.com/any', LOGS],
  ])('takes at %s what belongs there', (url, record) => {
    expect(checkDelivery(delivery(url, [record, record]))).toEqual([]);
    expect(checkDelivery(delivery(url, [record], false))).toEqual([]);
  });

  it.each<[string, Partial<Delivery>, RegExp]>([
    [
      'another path',
      { path: '/cloudwatch-metrics/v2' },
      /there is no endpoint \/cloudwatch-metrics\/v2 at aws-api\.newrelic\.com/,
    ],
    ['the path of logs', { path: '/firehose/v1' }, /record 1: no logs/],
    ['another method', { method: 'PUT' }, /PUT instead of POST/],
    ['no access key', without('x-amz-firehose-access-key'), /x-amz-firehose-access-key is missing/],
    [
      'an access key that is JSON with blanks',
      without('x-amz-firehose-access-key', '{"api_key": "x"}'),
      /access-key is wrong/,
    ],
    [
      'another protocol version',
      without('x-amz-firehose-protocol-version', '2.0'),
      /protocol-version is wrong/,
    ],
    [
      'another request id',
      without('x-amz-firehose-request-id', `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`),
      /requestId is not that of the header/,
    ],
    [
      'the ARN of something else',
      without('x-amz-firehose-source-arn', 'arn:aws:s3:::x'),
      /source-arn is wrong/,
    ],
    [
      'attributes that are no texts',
      without('x-amz-firehose-common-attributes', '{"commonAttributes":{"a":1}}'),
      /common-attributes is not/,
    ],
    ['another content type', without('content-type', 'application/x-protobuf'), /content-type is wrong/],
    [
      'a body that is not compressed as it says',
      { body: Buffer.from('{}') },
      /the body: incorrect header check/,
    ],
    ['no records', { body: gzipSync('{}') }, /the body: requestId/],
  ])('refuses %s, and says so', (_, change, reason) => {
    expect(checkDelivery({ ...delivery(NEW_RELIC, [METRICS]), ...change }).join('; ')).toMatch(reason);
  });

  it('answers in the form that Firehose takes for a success, and no other', () => {
    expect(problemOfAnswer(200, '{"requestId":"a","timestamp":1}', 'a')).toBeUndefined();
    expect(problemOfAnswer(200, '{"requestId":"b","timestamp":1}', 'a')).toMatch(/another requestId/);
    expect(problemOfAnswer(200, '{"requestId":"a"}', 'a')).toMatch(/no timestamp/);
    expect(problemOfAnswer(200, 'OK', 'a')).toMatch(/no JSON/);
    expect(problemOfAnswer(413, '{"errorMessage":"too large"}', 'a')).toBe('it answers 413: too large');
  });
});

describe('the deployed streams', () => {
  let receiver: TelemetryReceiver;
  let registry: Registry;
  const started: StartedResource[] = [];
  const told: string[] = [];
  const written: string[] = [];
  const { deployment } = synthesize({ environment: 'everything' });

  beforeAll(async () => {
    receiver = await startTelemetryReceiver();
    registry = new Registry();
    registry.provide(ACCOUNT, FACTS);
    registry.provide(TELEMETRY_RECEIVER, receiver);
    registry.provide(TELL, (event) => told.push(JSON.stringify(event)));
    const given: readonly [object, object][] = [
      [
        SECRETS,
        {
          readValue: (arn: string) => (arn.includes('malformed') ? '{"key":"x"}' : '{"api_key":"stand-in"}'),
        },
      ],
      [
        ACCESS_CONTROL,
        { demand: () => undefined, keyOfSecret: () => undefined, keyOfBucket: () => undefined },
      ],
      [OBJECTS, { putText: async (bucket: string, key: string) => written.push(`${bucket} ${key}`) }],
    ];
    for (const [single, thing] of given) registry.provide(single as Single<object>, thing);
  });
  afterAll(async () => {
    for (const { stop } of started.reverse()) await stop?.();
    await receiver.stop();
  });

  const start = async (type: string, name: string, change: (config: Arguments) => void = () => undefined) => {
    const resource = deployment.resources.find((one) => one.type === type && one.name === name)!;
    const config = structuredClone(resource.config) as Arguments;
    change(config);
    const block = { stack: 'pipeline', type, name, address: resource.address, config: config as JsonMap };
    const lookup = ({ text }: { readonly text: string }) => `value-of-${text}`;
    const twin = TWIN_BY_TYPE.get(type)!;
    const running = await twin.start(new ResourceArguments(block as never, lookup as never), registry);
    started.push(running);
    return running;
  };
  const STREAM = 'aws_kinesis_firehose_delivery_stream';

  it('deliver what functions log and count, and the receiver takes it', async () => {
    for (const stream of ['new_relic_metrics', 'new_relic_logs']) await start(STREAM, stream);
    await start('aws_cloudwatch_log_group', 'ingest_trades');
    await start('aws_cloudwatch_metric_stream', 'new_relic_metric_stream');
    const [group] = registry.of(LOG_GROUPS).keys();
    const filter = await start(
      'aws_cloudwatch_log_subscription_filter',
      'new_relic_log_of_ingest_trades',
      (config) => {
        config.log_group_name = group;
      },
    );
    registry.of(LOG_GROUPS).get(group!)!.write(LINE);
    await filter.stop?.();
    await waitUntil(() => receiver.taken >= 2, {
      what: 'both deliveries',
      timeoutMs: 5_000,
      everyMs: 10,
      lastState: () => told.join(),
    });
    expect([told, written]).toEqual([[], []]);
  });

  it('keep what is refused, and say why', async () => {
    // A stream of logs to the endpoint of metrics.
    await start(STREAM, 'new_relic_logs', (config) => {
      config.http_endpoint_configuration.url = NEW_RELIC;
    });
    const [group] = registry.of(LOG_GROUPS).keys();
    registry.of(LOG_GROUPS).get(group!)!.write('a line');
    await start('aws_cloudwatch_log_subscription_filter', 'new_relic_log_of_ingest_trades', (config) => {
      config.log_group_name = group;
    });
    await waitUntil(() => written.length > 0, { what: 'the object', timeoutMs: 5_000, everyMs: 10 });
    expect(written[0]).toMatch(
      /^cdc-everything-456789012345-data undelivered\/new-relic\/logs\/\d{4}-.*\.txt$/,
    );
    expect(told[0]).toMatch(/"type":"undelivered".*it answers 400: record 1: no metrics/);
  });

  it.each<[string, (endpoint: Arguments, config: Arguments) => void, RegExp]>([
    [
      'a wrong address of New Relic',
      (endpoint) => Object.assign(endpoint, { url: 'https://aws-api.newrelic.com/metrics/v1' }),
      /no endpoint of New Relic/,
    ],
    [
      'another port',
      (endpoint) => Object.assign(endpoint, { url: 'https://telemetry.example.com:4318/v1' }),
      /port 443 only/,
    ],
    [
      'a secret of another form',
      (endpoint) => Object.assign(endpoint.secrets_manager_configuration, { secret_arn: 'arn:malformed' }),
      /not \{"api_key"/,
    ],
    [
      'all data kept',
      (endpoint) => Object.assign(endpoint, { s3_backup_mode: 'AllData' }),
      /only what failed/,
    ],
    ['another destination', (_, config) => Object.assign(config, { destination: 'splunk' }), /http_endpoint/],
  ])('are refused with %s', async (_, change, reason) => {
    await expect(
      start(STREAM, 'new_relic_logs', (config) => change(config.http_endpoint_configuration, config)),
    ).rejects.toThrow(reason);
  });

  it('of metrics are refused in another format, and logs with a pattern', async () => {
    await expect(
      start('aws_cloudwatch_metric_stream', 'new_relic_metric_stream', (config) => {
        config.output_format = 'opentelemetry0.7';
      }),
    ).rejects.toThrow(/opentelemetry0\.7, where the receivers here take opentelemetry1\.0/);
    await expect(
      start('aws_cloudwatch_log_subscription_filter', 'new_relic_log_of_ingest_trades', (config) => {
        config.filter_pattern = 'ERROR';
      }),
    ).rejects.toThrow(/sends every line/);
  });
});
