/** Stands in for every endpoint outside the account: takes what is right, answers as the specification says, keeps nothing. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../../protocol/http-server';
import { Single } from '../../runtime/registry';
import { checkDelivery } from './check-delivery';

export interface TelemetryReceiver {
  readonly port: number;
  /** How many deliveries it took. */
  readonly taken: number;
  stop(): Promise<void>;
}

export const TELEMETRY_RECEIVER = new Single<TelemetryReceiver>('the receiver of metrics and logs');

export async function startTelemetryReceiver(): Promise<TelemetryReceiver> {
  let taken = 0;
  const server = await startHttpServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (answer(request, Buffer.concat(parts), response)) taken += 1;
    });
  });
  return {
    port: Number(new URL(server.endpoint).port),
    get taken() {
      return taken;
    },
    stop: server.stop,
  };
}

function answer(request: IncomingMessage, body: Buffer, response: ServerResponse): boolean {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
  );
  const problems = checkDelivery({
    method: request.method ?? '',
    host: headers.host ?? '',
    path: request.url ?? '',
    headers,
    body,
  });
  const requestId = headers['x-amz-firehose-request-id'] ?? '';
  const answered = {
    requestId,
    timestamp: Date.now(),
    ...(problems.length === 0 ? {} : { errorMessage: problems.join('; ') }),
  };
  response
    .writeHead(problems.length === 0 ? 200 : 400, { 'content-type': 'application/json' })
    .end(JSON.stringify(answered));
  return problems.length === 0;
}
