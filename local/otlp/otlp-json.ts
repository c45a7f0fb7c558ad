/**
 * Messages of OpenTelemetry as JSON, as its protocol over HTTP has them (OTLP specification, "JSON Protobuf encoding"):
 * names in lowerCamelCase, 64-bit integers as strings, enums as numbers, ids of traces in hex.
 */

export type OtlpAttributes = Readonly<Record<string, string | number>>;

export interface OtlpMetric {
  /** A count that only grows, since the run began; or what is so now. */
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly unit: string;
  readonly points: readonly OtlpPoint[];
}

export interface OtlpPoint {
  readonly attributes: OtlpAttributes;
  readonly value: number;
}

export interface OtlpSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: OtlpAttributes;
  /** Present for one that failed. */
  readonly error?: string;
}

const SCOPE = { name: 'cdc-to-redshift' };
/** `AGGREGATION_TEMPORALITY_CUMULATIVE`, `SPAN_KIND_INTERNAL`, `STATUS_CODE_ERROR`. */
const CUMULATIVE = 2;
const INTERNAL = 1;
const ERROR = 2;

/** The body of a POST to `/v1/metrics`. */
export function buildMetricsMessage(
  resource: OtlpAttributes,
  metrics: readonly OtlpMetric[],
  times: { readonly startMs: number; readonly nowMs: number },
): string {
  const points = ({ points: all }: OtlpMetric) =>
    all.map(({ attributes, value }) => ({
      attributes: toAttributes(attributes),
      startTimeUnixNano: toNanos(times.startMs),
      timeUnixNano: toNanos(times.nowMs),
      ...toNumber(value),
    }));
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: toAttributes(resource) },
        scopeMetrics: [
          {
            scope: SCOPE,
            metrics: metrics.map((metric) => ({
              name: metric.name,
              unit: metric.unit,
              ...(metric.kind === 'gauge'
                ? { gauge: { dataPoints: points(metric) } }
                : {
                    sum: {
                      aggregationTemporality: CUMULATIVE,
                      isMonotonic: true,
                      dataPoints: points(metric),
                    },
                  }),
            })),
          },
        ],
      },
    ],
  });
}

/** The body of a POST to `/v1/traces`. */
export function buildTracesMessage(resource: OtlpAttributes, spans: readonly OtlpSpan[]): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: toAttributes(resource) },
        scopeSpans: [{ scope: SCOPE, spans: spans.map(toSpan) }],
      },
    ],
  });
}

const toSpan = ({ traceId, spanId, parentSpanId, name, startMs, endMs, attributes, error }: OtlpSpan) => ({
  traceId,
  spanId,
  ...(parentSpanId === undefined ? {} : { parentSpanId }),
  name,
  kind: INTERNAL,
  startTimeUnixNano: toNanos(startMs),
  endTimeUnixNano: toNanos(endMs),
  attributes: toAttributes(attributes),
  ...(error === undefined ? {} : { status: { code: ERROR, message: error } }),
});

const toAttributes = (attributes: OtlpAttributes) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : Number.isInteger(value)
          ? { intValue: String(value) }
          : { doubleValue: value },
  }));

const toNumber = (value: number) =>
  Number.isInteger(value) ? { asInt: String(value) } : { asDouble: value };

const toNanos = (ms: number): string => (BigInt(Math.round(ms * 1_000)) * 1_000n).toString();
