/**
 * What a receiver checks in a delivery of Firehose (developer guide, "HTTP endpoint delivery request and response
 * specifications"): address, headers, access key, body, and what the records hold.
 */
import { gunzipSync } from 'node:zlib';
import { readMetricRecord } from './otlp-reader';

export interface Delivery {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export type DeliveredSignal = 'metrics' | 'logs';

/** By host and path (New Relic documentation, "Metric Streams" and "Stream logs with Amazon Data Firehose"). */
const NEW_RELIC: Readonly<Record<string, DeliveredSignal>> = {
  'aws-api.newrelic.com/cloudwatch-metrics/v1': 'metrics',
  'aws-api.eu01.nr-data.net/cloudwatch-metrics/v1': 'metrics',
  'aws-api.newrelic.com/firehose/v1': 'logs',
  'aws-api.eu.newrelic.com/firehose/v1': 'logs',
};
const IS_NEW_RELIC = /(^|\.)(newrelic\.com|nr-data\.net)$/;

/** What the endpoint takes; `any` at another vendor. Undefined for an address that New Relic does not have. */
export const takenBy = (host: string, path: string): DeliveredSignal | 'any' | undefined =>
  IS_NEW_RELIC.test(host) ? NEW_RELIC[`${host}${path}`] : 'any';

/** Everything that is wrong with it; empty for one that is taken. */
export function checkDelivery({ method, host, path, headers, body }: Delivery): string[] {
  const problems: string[] = [];
  const check = (isRight: boolean, problem: string): void => {
    if (!isRight) problems.push(problem);
  };
  const header = (name: string, pattern: RegExp): void =>
    check(
      pattern.test(headers[name] ?? ''),
      `${name} is ${headers[name] === undefined ? 'missing' : 'wrong'}`,
    );
  check(method === 'POST', `${method} instead of POST`);
  header('content-type', /^application\/json$/);
  header('x-amz-firehose-protocol-version', /^1\.0$/);
  header('x-amz-firehose-request-id', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  header('x-amz-firehose-source-arn', /^arn:aws:firehose:[a-z0-9-]+:\d{12}:deliverystream\/[\w.-]{1,64}$/);
  header('x-amz-firehose-access-key', /^[\x21-\x7e]{1,4096}$/);
  const attributes = headers['x-amz-firehose-common-attributes'];
  if (attributes !== undefined)
    check(
      isAttributes(attributes),
      'x-amz-firehose-common-attributes is not {"commonAttributes": {…}} of texts',
    );
  const encoding = headers['content-encoding'];
  check(encoding === undefined || encoding === 'gzip', `content-encoding is ${encoding}`);
  const signal = takenBy(host, path);
  check(signal !== undefined, `there is no endpoint ${path} at ${host}`);
  try {
    const plain = encoding === 'gzip' ? gunzipSync(body) : body;
    const records = readRecords(plain.toString(), headers['x-amz-firehose-request-id'] ?? '');
    records.forEach((record, index) => {
      const problem = signal === undefined ? undefined : problemOfRecord(record, signal);
      if (problem !== undefined) problems.push(`record ${index + 1}: ${problem}`);
    });
  } catch (error) {
    problems.push(`the body: ${(error as Error).message}`);
  }
  return problems;
}

function isAttributes(text: string): boolean {
  try {
    const { commonAttributes, ...others } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return (
      Object.keys(others).length === 0 &&
      typeof commonAttributes === 'object' &&
      Object.values(commonAttributes ?? { none: 0 }).every((value) => typeof value === 'string')
    );
  } catch {
    return false;
  }
}

function readRecords(text: string, requestId: string): Buffer[] {
  const { requestId: own, timestamp, records } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (own !== requestId) throw new Error('requestId is not that of the header');
  if (!Number.isSafeInteger(timestamp)) throw new Error('timestamp is no whole number of milliseconds');
  if (!Array.isArray(records) || records.length === 0) throw new Error('no records');
  return records.map(({ data }: { readonly data?: unknown }) => {
    const decoded = typeof data === 'string' ? Buffer.from(data, 'base64') : undefined;
    if (decoded === undefined || decoded.toString('base64') !== data) throw new Error('data is not base64');
    return decoded;
  });
}

function problemOfRecord(record: Buffer, signal: DeliveredSignal | 'any'): string | undefined {
  // A stream of logs holds gzip, which no message of OpenTelemetry begins like.
  const isGzip = record[0] === 0x1f && record[1] === 0x8b;
  try {
    if (signal === 'logs' || (signal === 'any' && isGzip)) checkLogRecord(record);
    else readMetricRecord(record);
    return undefined;
  } catch (error) {
    return `${signal === 'any' ? 'neither OpenTelemetry nor logs' : `no ${signal}`}: ${(error as Error).message}`;
  }
}

/** As CloudWatch Logs packs them for a subscription. */
function checkLogRecord(record: Buffer): void {
  const { messageType, logGroup, logEvents } = JSON.parse(gunzipSync(record).toString()) as Readonly<
    Record<string, unknown>
  >;
  if (messageType !== 'DATA_MESSAGE' && messageType !== 'CONTROL_MESSAGE') throw new Error('no messageType');
  if (typeof logGroup !== 'string') throw new Error('no logGroup');
  if (!Array.isArray(logEvents) || logEvents.some(({ message }) => typeof message !== 'string'))
    throw new Error('no logEvents with a message each');
}
