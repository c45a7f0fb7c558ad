/**
 * A record of a metric stream in OpenTelemetry 1.0: an `ExportMetricsServiceRequest` after its length as a varint (Amazon
 * CloudWatch user guide, "OpenTelemetry 1.0.0 format"). Each metric is a summary of its values.
 */
import type { EmbeddedMetric } from './embedded-metrics';

export interface MetricStreamFacts {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
}

/** UCUM, as CloudWatch translates its units; others are passed as they are not. */
const UNITS: Readonly<Record<string, string>> = {
  Count: '{Count}',
  Seconds: 's',
  Milliseconds: 'ms',
  Percent: '%',
};

export function buildMetricRecord(metrics: readonly EmbeddedMetric[], facts: MetricStreamFacts): Buffer {
  const resource = keyValues(1, {
    'cloud.provider': 'aws',
    'cloud.account.id': facts.accountId,
    'cloud.region': facts.region,
    'aws.exporter.arn': facts.arn,
  });
  const scopeMetrics = message(2, Buffer.concat(metrics.map((metric) => message(2, metricOf(metric)))));
  const request = message(1, Buffer.concat([message(1, resource), scopeMetrics]));
  return Buffer.concat([varint(request.length), request]);
}

function metricOf({ namespace, name, unit, dimensions, values, timestampMs }: EmbeddedMetric): Buffer {
  const sorted = [...values].sort((one, other) => one - other);
  const at = BigInt(timestampMs) * 1_000_000n;
  const point = Buffer.concat([
    keyValues(7, { Namespace: namespace, MetricName: name }),
    message(7, Buffer.concat([text(1, 'Dimensions'), message(2, message(6, keyValues(1, dimensions)))])),
    fixed64(2, at),
    fixed64(3, at + 60_000_000_000n),
    fixed64(4, BigInt(values.length)),
    double(
      5,
      values.reduce((sum, value) => sum + value, 0),
    ),
    ...[
      [0, sorted[0] ?? 0],
      [1, sorted.at(-1) ?? 0],
    ].map(([quantile = 0, value = 0]) => message(6, Buffer.concat([double(1, quantile), double(2, value)]))),
  ]);
  return Buffer.concat([
    text(1, `amazonaws.com/${namespace}/${name}`),
    text(3, UNITS[unit] ?? '1'),
    message(11, message(1, point)),
  ]);
}

const keyValues = (field: number, values: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(
    Object.entries(values).map(([key, value]) =>
      message(field, Buffer.concat([text(1, key), message(2, text(1, value))])),
    ),
  );

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const message = (field: number, body: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
const text = (field: number, value: string): Buffer => message(field, Buffer.from(value));

function fixed64(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}

function double(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}
