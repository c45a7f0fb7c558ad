/** The door for the other commands to a running pipeline: on the loopback address, with a token that its owner can read. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startHttpServer } from '../protocol/http-server';

/** What each command asks, and what it is answered. */
export interface ControlOperations {
  readonly sql: (request: { readonly sql: string }) => Promise<unknown>;
  readonly reconcile: (request: object) => Promise<unknown>;
}

export interface ControlServer {
  readonly endpoint: string;
  readonly token: string;
  stop(): Promise<void>;
}

export async function startControlServer(operations: ControlOperations): Promise<ControlServer> {
  const token = randomBytes(24).toString('base64url');
  const server = await startHttpServer((message, response) => {
    answer(operations, token, message).then(
      (result) => send(response, 200, { result }),
      (error: unknown) =>
        send(response, 400, { error: error instanceof Error ? error.message : String(error) }),
    );
  });
  return { endpoint: server.endpoint, token, stop: server.stop };
}

/** @throws Error with the message of the running pipeline, or that it cannot be reached. */
export async function callControlServer(
  server: { readonly controlEndpoint: string; readonly controlToken: string },
  operation: keyof ControlOperations,
  request: object,
): Promise<unknown> {
  const response = await fetch(`${server.controlEndpoint}/${operation}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.controlToken}` },
    body: JSON.stringify(request),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return result;
}

async function answer(
  operations: ControlOperations,
  token: string,
  message: IncomingMessage,
): Promise<unknown> {
  if (!isRight(message.headers.authorization ?? '', `Bearer ${token}`)) {
    throw new Error('the token is not the one of this run');
  }
  const request = JSON.parse(await text(message)) as { sql: string };
  switch (message.url) {
    case '/sql':
      return operations.sql(request);
    case '/reconcile':
      return operations.reconcile(request);
    default:
      throw new Error(`there is no operation ${message.url}`);
  }
}

function isRight(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
