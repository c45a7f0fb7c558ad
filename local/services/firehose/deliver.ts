/** One delivery as Firehose makes it: the request by the stream's settings, and what it expects as an answer. */
import { randomUUID } from 'node:crypto';
import { request as sendRequest } from 'node:http';
import { gzipSync } from 'node:zlib';

export interface DeliveryTarget {
  readonly url: URL;
  readonly streamArn: string;
  readonly accessKey: string;
  readonly isCompressed: boolean;
  readonly commonAttributes: Readonly<Record<string, string>>;
}

export interface BuiltDelivery {
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function buildDelivery(target: DeliveryTarget, records: readonly Buffer[]): BuiltDelivery {
  const requestId = randomUUID();
  const plain = JSON.stringify({
    requestId,
    timestamp: Date.now(),
    records: records.map((record) => ({ data: record.toString('base64') })),
  });
  const body = target.isCompressed ? gzipSync(plain) : Buffer.from(plain);
  const { commonAttributes } = target;
  return {
    requestId,
    body,
    headers: {
      host: target.url.host,
      'content-type': 'application/json',
      'content-length': String(body.length),
      'x-amz-firehose-protocol-version': '1.0',
      'x-amz-firehose-request-id': requestId,
      'x-amz-firehose-source-arn': target.streamArn,
      'x-amz-firehose-access-key': target.accessKey,
      ...(target.isCompressed ? { 'content-encoding': 'gzip' } : {}),
      ...(Object.keys(commonAttributes).length === 0
        ? {}
        : { 'x-amz-firehose-common-attributes': JSON.stringify({ commonAttributes }) }),
    },
  };
}

/** To the receiver of the laptop under the name of the real one. @returns why it was not taken; undefined when it was */
export function deliver(
  target: DeliveryTarget,
  records: readonly Buffer[],
  port: number,
): Promise<string | undefined> {
  const { requestId, headers, body } = buildDelivery(target, records);
  return new Promise((done) => {
    const options = { host: '127.0.0.1', port, path: target.url.pathname, method: 'POST', headers };
    const request = sendRequest(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        done(problemOfAnswer(response.statusCode, Buffer.concat(parts).toString(), requestId)),
      );
    });
    request.on('error', (error) => done(error.message));
    request.end(body);
  });
}

/** An answer of another form counts as a failure, whatever its status. */
export function problemOfAnswer(
  status: number | undefined,
  text: string,
  requestId: string,
): string | undefined {
  try {
    const answer = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (status !== 200) return `it answers ${status}: ${answer.errorMessage ?? 'without a message'}`;
    if (answer.requestId !== requestId) return 'its answer has another requestId';
    return Number.isSafeInteger(answer.timestamp) ? undefined : 'its answer has no timestamp';
  } catch {
    return `it answers ${status} with something that is no JSON`;
  }
}
