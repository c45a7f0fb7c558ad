/** An HTTP server on a free port of the loopback address. */
import { createServer, type RequestListener, type Server } from 'node:http';

/** A connection on which nothing moves for so long is closed; the slowest function call takes as long. */
const IDLE_MS = 15 * 60_000;

export interface HttpServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Takes no more requests, lets those under way end, then closes. */
  stop(): Promise<void>;
}

export interface HttpServerOptions {
  /** More are closed as they come; any number without it. */
  readonly maxConnections?: number;
}

export async function startHttpServer(
  listener: RequestListener,
  { maxConnections }: HttpServerOptions = {},
): Promise<HttpServer> {
  const server = createServer(listener);
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  // A large object on a slow disk takes longer than Node's five minutes a request; but something must move.
  server.requestTimeout = 0;
  server.timeout = IDLE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address !== 'object') throw new Error('the server got no port');
  let stopped: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: () => {
      stopped ??= close(server);
      return stopped;
    },
  };
}

/** How long requests under way may take; a client that keeps its connection open must not hold up the stop. */
const GRACE_MS = 5_000;

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}
