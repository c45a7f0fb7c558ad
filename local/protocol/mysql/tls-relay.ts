/**
 * A relay in front of a MySQL server that somebody else runs. To the parts of the pipeline, which verify certificate and host,
 * it is a server of the laptop's own authority; to the server it is a client that uses TLS as a person said. Nothing but
 * the agreement on TLS is changed on the way.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls, TLSSocket } from 'node:tls';
import {
  asksForPassword,
  endsPhase,
  errorPacket,
  offersTls,
  PacketReader,
  withoutTls,
  withSequence,
  withTls,
} from './handshake';
import { explainTlsError, type ServerTls, tlsOptions } from './tls-modes';

export interface RelayOptions {
  readonly server: ServerTls & { readonly port: number };
  /** PEM files. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface TlsRelay {
  readonly port: number;
  /** Of the last connection that failed, and why; the driver of a client would only say that it ended. */
  lastFailure(): string | undefined;
  stop(): Promise<void>;
}

const CONNECT_MS = 10_000;

export async function startTlsRelay(options: RelayOptions): Promise<TlsRelay> {
  const sockets = new Set<Socket>();
  let failure: string | undefined;
  const listener = createServer((client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    relay(client, options, sockets).catch((error: unknown) => {
      failure = error instanceof Error ? error.message : String(error);
      // A server that cannot be reached is not one that refuses: to the client its connection was lost.
      if (isOfNetwork(error)) client.destroy();
      else client.end(errorPacket(0, failure));
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address !== 'object') throw new Error('the relay of MySQL got no port');
  return {
    port: address.port,
    lastFailure: () => failure,
    stop: async () => {
      const closed = once(listener, 'close');
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Not what TLS refuses, which Node names ERR_… or EPROTO: to connect again would not change it. */
const OF_NETWORK = /^E(?!RR_|PROTO$)[A-Z_]+$/;

function isOfNetwork(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  return OF_NETWORK.test(String(code)) || (cause !== undefined && isOfNetwork(cause));
}

/** A balancer, or the port of a container, takes connections for a server that is down, and ends them. */
const lost = (message: string): Error => Object.assign(new Error(message), { code: 'ECONNRESET' });

async function relay(client: Socket, options: RelayOptions, sockets: Set<Socket>): Promise<void> {
  const { server } = options;
  const upstream = connect({ host: server.host, port: server.port, noDelay: true, keepAlive: true });
  sockets.add(upstream);
  upstream.once('close', () => sockets.delete(upstream));
  const timer = setTimeout(
    () => upstream.destroy(lost(`${server.host}:${server.port} did not answer within 10 s`)),
    CONNECT_MS,
  );
  client.on('error', () => upstream.destroy());
  try {
    const greeting = await readPacket(upstream);
    const isEncrypted = usesTls(server, greeting);
    client.write(withTls(greeting));
    const request = await readPacket(client);
    const near = new TLSSocket(asStream(client) as Socket, {
      isServer: true,
      cert: readFileSync(options.certificateFile),
      key: readFileSync(options.keyFile),
    });
    near.on('error', () => upstream.destroy());
    if (!isEncrypted) return await passPhase(near, upstream);
    upstream.write(request);
    join(near, await encrypted(upstream, server));
  } catch (error) {
    upstream.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws Error where the mode asks for what the server does not have */
function usesTls({ mode }: ServerTls, greeting: Buffer): boolean {
  if (mode === 'DISABLED') return false;
  const offers = offersTls(greeting);
  if (!offers && mode !== 'PREFERRED')
    throw new Error(
      `the server offers no TLS, and --ssl-mode ${mode} asks for it: have_ssl is not YES there. --ssl-mode PREFERRED goes on without`,
    );
  return offers;
}

/**
 * TLS reads from a socket's handle, past what was read ahead of it: a client may send its first message of TLS together
 * with the request. From a stream it reads that too.
 */
function asStream(socket: Socket): Duplex {
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (bytes: Buffer, _encoding, done) => void socket.write(bytes, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (bytes: Buffer) => {
    if (!stream.push(bytes)) socket.pause();
  });
  socket.on('end', () => stream.push(null));
  socket.on('close', () => stream.destroy());
  return stream;
}

async function encrypted(upstream: Socket, server: ServerTls): Promise<TLSSocket> {
  const far = connectTls({ socket: asStream(upstream) as Socket, ...tlsOptions(server) });
  try {
    await once(far, 'secureConnect');
    return far;
  } catch (error) {
    throw new Error(explainTlsError(error, server.mode), { cause: error });
  }
}

/**
 * Without TLS to the server, one packet less goes there than comes from the client, so that the numbers of packets differ
 * by one until the client is signed in.
 */
async function passPhase(near: TLSSocket, upstream: Socket): Promise<void> {
  const fromNear = new PacketReader();
  const fromFar = new PacketReader();
  let isLogin = true;
  const takeNear = (bytes: Buffer): void => {
    fromNear.add(bytes);
    for (let one = fromNear.next(); one !== undefined; one = fromNear.next()) {
      upstream.write(withSequence(isLogin ? withoutTls(one) : one, -1));
      isLogin = false;
    }
  };
  near.on('data', takeNear);
  await new Promise<void>((resolve, reject) => {
    const takeFar = (bytes: Buffer): void => {
      fromFar.add(bytes);
      for (let one = fromFar.next(); one !== undefined; one = fromFar.next()) {
        if (asksForPassword(one)) {
          const said = 'the server takes the password of this account over TLS only: --ssl-mode REQUIRED';
          near.end(errorPacket(one[3]! + 1, said));
          reject(new Error(said));
          return;
        }
        near.write(withSequence(one, 1));
        if (!endsPhase(one)) continue;
        upstream.off('data', takeFar);
        resolve();
        return;
      }
    };
    upstream.on('data', takeFar);
    upstream.resume();
    upstream.once('close', () => reject(lost('the server ended the connection before it was signed in')));
  });
  near.off('data', takeNear);
  join(near, upstream);
}

function join(near: TLSSocket, far: Socket): void {
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  near.on('close', () => far.destroy());
  far.on('close', () => near.destroy());
  near.pipe(far);
  far.pipe(near);
}

/** One packet, and nothing behind it: in this phase each side waits for the other. */
async function readPacket(socket: Socket): Promise<Buffer> {
  const reader = new PacketReader();
  for (;;) {
    const bytes = await nextBytes(socket);
    reader.add(bytes);
    const packet = reader.next();
    if (packet === undefined) continue;
    const rest = reader.rest();
    if (rest.length > 0) socket.unshift(rest);
    return packet;
  }
}

function nextBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      socket.off('data', data).off('error', failed).off('close', closed);
      settle();
    };
    const data = (bytes: Buffer): void => {
      socket.pause();
      end(() => resolve(bytes));
    };
    const failed = (error: Error): void => end(() => reject(error));
    const closed = (): void => end(() => reject(lost('the connection ended before it began')));
    socket.on('data', data).on('error', failed).on('close', closed);
    socket.resume();
  });
}
