/** Stands between a client and a server on this machine, and is the network between them: cut, stalled or slow. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of bytes in both directions. `stalled`: connections stay, and nothing comes. */
export type Network = 'open' | 'stalled' | 'slow';

const SLOW_PIECE_BYTES = 4_096;
const SLOW_PIECE_MS = 5;

export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private network: Network = 'open';
  /** Where new connections lead; a server that was started again has another port. */
  targetPort: number;

  private constructor(
    private readonly server: Server,
    targetPort: number,
  ) {
    this.targetPort = targetPort;
    server.on('connection', (socket) => this.join(socket));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.sockets.size / 2;
  }

  set(network: Network): void {
    this.network = network;
    for (const socket of this.sockets) network === 'stalled' ? socket.pause() : socket.resume();
  }

  /** Ends every connection as a network does that is gone: without a goodbye. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private join(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    this.pass(client, server);
    this.pass(server, client);
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    from.on('data', (bytes: Buffer) => {
      if (this.network === 'slow') return this.passSlowly(from, to, bytes);
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => {
        if (this.network !== 'stalled') from.resume();
      });
    });
    if (this.network === 'stalled') from.pause();
    else from.resume();
  }

  private passSlowly(from: Socket, to: Socket, bytes: Buffer): void {
    from.pause();
    to.write(bytes.subarray(0, SLOW_PIECE_BYTES));
    setTimeout(() => {
      const rest = bytes.subarray(SLOW_PIECE_BYTES);
      if (rest.length > 0) this.passSlowly(from, to, rest);
      else if (this.network !== 'stalled') from.resume();
    }, SLOW_PIECE_MS);
  }
}
