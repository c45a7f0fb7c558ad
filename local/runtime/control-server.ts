/** How the other commands reach a running pipeline: on the loopback address, with a token that only its owner can read. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { startHttpServer } from '../protocol/http-server';
import type { ExportFormat } from './ports/warehouse';

/** What each command asks for. */
export interface ControlOperations {
  readonly sql: (request: { readonly sql: string }) => Promise<unknown>;
  readonly reconcile: (request: object) => Promise<unknown>;
  readonly backfill: (request: { readonly table: string }) => Promise<unknown>;
  readonly forget: (request: { readonly table: string; readonly key: readonly string[] }) => Promise<unknown>;
  readonly redrive: (request: object) => Promise<unknown>;
  readonly resync: (request: { readonly tables: readonly string[] }) => Promise<unknown>;
  readonly status: (request: object) => Promise<unknown>;
  readonly schedule: (request: { readonly handler: string; readonly change: string }) => Promise<unknown>;
  readonly task: (request: { readonly asked: string }) => Promise<unknown>;
  readonly export: (request: { readonly format: ExportFormat }) => Promise<unknown>;
  readonly createTable: (request: { readonly database: string; readonly table: string }) => Promise<unknown>;
}

/** The body of a request; each operation reads its own members. */
interface ControlRequest {
  readonly sql: string;
  readonly tables: string[];
  readonly key: string[];
  readonly database: string;
  readonly table: string;
  readonly handler: string;
  readonly change: string;
  readonly format: ExportFormat;
  readonly asked: string;
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
        send(response, error instanceof Refused ? error.statusCode : 400, {
          error: error instanceof Error ? error.message : String(error),
        }),
    );
  });
  return { endpoint: server.endpoint, token, stop: server.stop };
}

class Refused extends Error {
  constructor(
    readonly statusCode: 401 | 403 | 404 | 413,
    message: string,
  ) {
    super(message);
  }
}

/** @throws Error with the message of the running pipeline, or that it cannot be reached. */
export async function callControlServer(
  server: { readonly controlEndpoint: string; readonly controlToken: string },
  operation: keyof ControlOperations,
  asked: object,
): Promise<unknown> {
  const answered = await postText(`${server.controlEndpoint}/${operation}`, server.controlToken, asked);
  const { result, error } = JSON.parse(answered) as { result?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return result;
}

/** Without any limit of time, which `fetch` has (300 s until the first header): a copy or a comparison may take hours. */
function postText(url: string, token: string, body: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request(url, { method: 'POST', headers, agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    sent.once('error', (error: Error) =>
      reject(new Error(`the pipeline ended before it answered: ${error.message}`, { cause: error })),
    );
    sent.end(JSON.stringify(body));
  });
}

async function answer(
  operations: ControlOperations,
  token: string,
  message: IncomingMessage,
): Promise<unknown> {
  // Before anything of the body is read.
  const { authorization } = message.headers;
  if (authorization === undefined) throw new Refused(401, 'a request needs the token of this run');
  if (!isRight(authorization, `Bearer ${token}`)) {
    throw new Refused(403, 'the token is not the one of this run');
  }
  const request = JSON.parse(await readText(message)) as ControlRequest;
  switch (message.url) {
    case '/sql':
      return operations.sql(request);
    case '/reconcile':
      return operations.reconcile(request);
    case '/backfill':
      return operations.backfill(request);
    case '/forget':
      return operations.forget(request);
    case '/redrive':
      return operations.redrive(request);
    case '/resync':
      return operations.resync(request);
    case '/status':
      return operations.status(request);
    case '/schedule':
      return operations.schedule(request);
    case '/task':
      return operations.task(request);
    case '/export':
      return operations.export(request);
    case '/createTable':
      return operations.createTable(request);
    default:
      throw new Refused(404, `there is no operation ${message.url}`);
  }
}

/** Far more than a statement that a person writes. */
const LONGEST_REQUEST_BYTES = 1024 * 1024;

async function readText(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LONGEST_REQUEST_BYTES)
      throw new Refused(413, `the request is longer than ${LONGEST_REQUEST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function isRight(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function send(response: ServerResponse, status: number, body: object): void {
  const closing = status === 200 ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': 'application/json', ...closing });
  response.end(JSON.stringify(body));
}
