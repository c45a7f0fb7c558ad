/**
 * Reads a record of a metric stream as a receiver of OpenTelemetry 1.0 does: `ExportMetricsServiceRequest` messages, each
 * after its length (opentelemetry-proto 1.0, metrics.proto). Only what CloudWatch sends is known; all else is an error.
 */

export interface ReadMetric {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly sum: number;
}

interface Field {
  readonly number: number;
  readonly wire: number;
  readonly bytes: Buffer;
}

/** @throws Error that says what is wrong with it */
export function readMetricRecord(record: Buffer): ReadMetric[] {
  const metrics: ReadMetric[] = [];
  for (let at = 0; at < record.length; ) {
    const { value: length, next } = readVarint(record, at);
    if (length === 0 || next + length > record.length)
      throw new Error(
        `a message of ${length} bytes where ${record.length - next} are left: not OpenTelemetry with lengths`,
      );
    metrics.push(...readRequest(record.subarray(next, next + length)));
    at = next + length;
  }
  if (metrics.length === 0) throw new Error('no metric in it');
  return metrics;
}

const readRequest = (request: Buffer): ReadMetric[] =>
  only(fieldsOf(request), [1]).flatMap(({ bytes }) => {
    const parts = only(fieldsOf(bytes), [1, 2]);
    const resource = attributesOf(bodiesOf(bodyOf(parts, 1, 'resource'), 1));
    for (const name of ['cloud.provider', 'cloud.account.id', 'cloud.region', 'aws.exporter.arn'])
      if (resource[name] === undefined) throw new Error(`the resource has no ${name}`);
    return parts
      .filter(({ number }) => number === 2)
      .flatMap((scope) => only(fieldsOf(scope.bytes), [1, 2]))
      .filter(({ number }) => number === 2)
      .flatMap((metric) => readMetric(metric.bytes));
  });

function readMetric(metric: Buffer): ReadMetric[] {
  const fields = only(fieldsOf(metric), [1, 2, 3, 11]);
  const name = bodyOf(fields, 1, 'name').toString();
  const unit = bodyOf(fields, 3, 'unit').toString();
  return bodiesOf(bodyOf(fields, 11, 'summary'), 1).map((point) => {
    const values = fieldsOf(point);
    if (values.some(({ number }) => number === 1))
      throw new Error(`${name} has labels, which are OpenTelemetry 0.7`);
    const attributes = attributesOf(
      only(values, [2, 3, 4, 5, 6, 7, 8])
        .filter(({ number }) => number === 7)
        .map(({ bytes }) => bytes),
    );
    for (const needed of ['Namespace', 'MetricName', 'Dimensions'])
      if (attributes[needed] === undefined) throw new Error(`${name} has no ${needed}`);
    return {
      name,
      unit,
      attributes,
      count: Number(bodyOf(values, 4, 'count').readBigUInt64LE()),
      sum: bodyOf(values, 5, 'sum').readDoubleLE(),
    };
  });
}

function attributesOf(pairs: readonly Buffer[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const fields = only(fieldsOf(pair), [1, 2]);
      const [value] = only(fieldsOf(bodyOf(fields, 2, 'value')), [1, 6]);
      if (value === undefined) throw new Error('an attribute without a value');
      return [
        bodyOf(fields, 1, 'key').toString(),
        value.number === 1 ? value.bytes.toString() : attributesOf(bodiesOf(value.bytes, 1)),
      ];
    }),
  );
}

const bodiesOf = (message: Buffer, number: number): Buffer[] =>
  only(fieldsOf(message), [number]).map(({ bytes }) => bytes);

function bodyOf(fields: readonly Field[], number: number, what: string): Buffer {
  const found = fields.find((field) => field.number === number);
  if (found === undefined) throw new Error(`no ${what} where one is needed`);
  return found.bytes;
}

function only(fields: readonly Field[], numbers: readonly number[]): readonly Field[] {
  const strange = fields.find(({ number }) => !numbers.includes(number));
  if (strange !== undefined)
    throw new Error(`a field ${strange.number} that OpenTelemetry 1.0 does not have there`);
  return fields;
}

/** Wire types 1 (eight bytes) and 2 (a length, then so many bytes) are all that is sent. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const { value: tag, next } = readVarint(message, at);
    const wire = tag % 8;
    if (wire !== 1 && wire !== 2) throw new Error(`a field of wire type ${wire}: not what CloudWatch sends`);
    const { value: length, next: start } = wire === 1 ? { value: 8, next } : readVarint(message, next);
    if (start + length > message.length) throw new Error('a field that is longer than its message');
    fields.push({ number: Math.floor(tag / 8), wire, bytes: message.subarray(start, start + length) });
    at = start + length;
  }
  return fields;
}

function readVarint(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = from; at < bytes.length && at < from + 5; at += 1) {
    const byte = bytes[at]!;
    value += (byte & 0x7f) * 2 ** (7 * (at - from));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  throw new Error('a number that does not end');
}
