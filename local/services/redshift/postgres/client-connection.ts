/** The bytes of one client: whole messages in, answers out, neither faster than the other side takes them. */
import type { Socket } from 'node:net';
import { type FrontendMessage, MessageFrames } from '../../../protocol/postgres/frontend-messages';

/** A statement with its parameters; Redshift takes 16 MB, which nobody writes by hand. */
const LONGEST_MESSAGE_BYTES = 1024 * 1024;

/** What is sent together; a row more goes over it. */
const PIECE_BYTES = 64 * 1024;

export class ClientConnection {
  readonly frames = new MessageFrames({ longestMessageBytes: LONGEST_MESSAGE_BYTES });
  private readonly chunks: AsyncIterator<Buffer>;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  constructor(private readonly socket: Socket) {
    this.chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    // It is seen where something is read or sent.
    socket.on('error', () => undefined);
  }

  /** The next message, or undefined when the client has gone. @throws ProtocolViolation */
  readonly receive = async (): Promise<FrontendMessage | undefined> => {
    for (;;) {
      const message = this.frames.next();
      if (message !== undefined) return message;
      const { done, value } = await this.chunks.next().catch(() => ({ done: true, value: undefined }));
      if (done === true || value === undefined) return undefined;
      this.frames.add(value);
    }
  };

  /** With the next `flush`, or as soon as there is enough to send. */
  async put(bytes: Buffer): Promise<void> {
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.waitingBytes >= PIECE_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.waitingBytes === 0) return;
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    await this.write(bytes);
  }

  readonly send = async (bytes: Buffer): Promise<void> => {
    await this.put(bytes);
    await this.flush();
  };

  end(): void {
    this.socket.end();
    this.socket.destroySoon();
  }

  /** @throws Error when the client has gone */
  private async write(bytes: Buffer): Promise<void> {
    if (this.socket.destroyed) throw new Error('the client has gone');
    if (this.socket.write(bytes)) return;
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        if (this.socket.destroyed) reject(new Error('the client has gone'));
        else resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }
}
