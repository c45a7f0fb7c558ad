/** The HTTP server of the page: its files, what it asks, and its feed. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../protocol/http-server';
import type { PageFeed } from './page-feed';
import { PAGE_HEADERS, type PageFile, readPageFiles } from './page-files';
import { API_PREFIX, type PageAddress, refuseRequest } from './request-guard';

/** What the page may ask, by name; each takes the parsed body, which comes from outside. */
export type PageOperations = Readonly<
  Record<string, (request: Readonly<Record<string, unknown>>) => Promise<unknown>>
>;

export interface PageServerOptions {
  readonly operations: PageOperations;
  readonly feed: PageFeed;
  /** For a page that connects, before any news. */
  readonly firstMessages: () => readonly { readonly name: string; readonly data: unknown }[];
}

export interface PageServer {
  /** With the token, which the page takes out of its address. */
  readonly link: string;
  readonly address: PageAddress;
  stop(): Promise<void>;
}

/** Far more than a form or a statement that a person writes. */
const LONGEST_REQUEST_BYTES = 1024 * 1024;
const MOST_CONNECTIONS = 64;

export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const files = readPageFiles();
  const token = randomBytes(24).toString('base64url');
  let address: PageAddress = { host: '', token };
  const server = await startHttpServer(
    (message, response) => {
      answer(message, response, { ...options, files, address }).catch((error: unknown) =>
        sendJson(response, error instanceof TooLong ? 413 : 400, { error: messageOf(error) }),
      );
    },
    { maxConnections: MOST_CONNECTIONS },
  );
  address = { host: new URL(server.endpoint).host, token };
  return {
    // Behind the #, so that it is never sent, logged or handed on as a referrer.
    link: `${server.endpoint}/#${token}`,
    address,
    stop: () => {
      options.feed.close();
      return server.stop();
    },
  };
}

interface Answering extends PageServerOptions {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly address: PageAddress;
}

async function answer(message: IncomingMessage, response: ServerResponse, given: Answering): Promise<void> {
  const path = (message.url ?? '').split('?')[0] ?? '';
  const method = message.method ?? '';
  const refused = refuseRequest({ method, path, headers: message.headers }, given.address);
  if (refused !== undefined) return sendJson(response, refused.status, { error: refused.message });
  if (!path.startsWith(API_PREFIX)) return sendFile(response, given.files.get(path));
  const name = path.slice(API_PREFIX.length);
  if (name === 'feed' && method === 'GET') return openFeed(response, given);
  const operation = Object.hasOwn(given.operations, name) ? given.operations[name] : undefined;
  if (operation === undefined || method !== 'POST') {
    return sendJson(response, 404, { error: `there is no ${method} of ${path}` });
  }
  sendJson(response, 200, await runOperation(operation, await readBody(message)));
}

/** "No" is an answer as well: the request was well, and a browser would log another status as an error of the page. */
const runOperation = (
  operation: PageOperations[string],
  request: Readonly<Record<string, unknown>>,
): Promise<{ readonly result: unknown } | { readonly error: string }> =>
  operation(request).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: messageOf(error) }),
  );

function openFeed(response: ServerResponse, { feed, firstMessages }: Answering): void {
  const headers = { ...PAGE_HEADERS, 'content-type': 'text/event-stream' };
  response.writeHead(200, headers);
  if (!feed.add(response, firstMessages())) {
    response.end('event: refused\ndata: "this page is open in too many tabs: close one"\n\n');
  }
}

function sendFile(response: ServerResponse, file: PageFile | undefined): void {
  if (file === undefined) {
    sendJson(response, 404, { error: 'there is no such file' });
    return;
  }
  response.writeHead(200, { ...PAGE_HEADERS, 'content-type': file.type });
  response.end(file.content);
}

class TooLong extends Error {}

/** @throws TooLong, or Error for what is no JSON object */
async function readBody(message: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LONGEST_REQUEST_BYTES) {
      throw new TooLong(`the request is longer than ${LONGEST_REQUEST_BYTES} bytes`);
    }
    pieces.push(piece);
  }
  const text = Buffer.concat(pieces).toString('utf8');
  const body: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Error('the request must be a JSON object');
  }
  return body as Readonly<Record<string, unknown>>;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return void response.end();
  const closing = status === 200 ? {} : { connection: 'close' };
  response.writeHead(status, { ...PAGE_HEADERS, 'content-type': 'application/json', ...closing });
  response.end(JSON.stringify(body));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
