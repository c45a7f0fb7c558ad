/**
 * What a Postgres client sends (PostgreSQL 17 documentation, "Frontend/Backend Protocol"), cut from the bytes of its
 * connection. A message that is longer than allowed ends the connection before any of it is kept.
 */

/** A message that no client may send: the connection ends with it. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
}

export interface FrontendMessage {
  /** The letter of its kind; empty for what comes before the first one: start-up, SSL and cancel requests. */
  readonly kind: string;
  readonly body: FrontendBody;
}

/** As PostgreSQL's MAX_STARTUP_PACKET_LENGTH. */
const LONGEST_STARTUP_BYTES = 10_000;

export interface FrameLimits {
  /** Of a message after the start-up. */
  readonly longestMessageBytes: number;
}

/** Collects bytes until a message is whole. */
export class MessageFrames {
  private bytes: Buffer = Buffer.alloc(0);
  private isStarted = false;

  constructor(private readonly limits: FrameLimits) {}

  /** From here on messages have a kind. */
  start(): void {
    this.isStarted = true;
  }

  add(bytes: Buffer): void {
    this.bytes = this.bytes.length === 0 ? bytes : Buffer.concat([this.bytes, bytes]);
  }

  get waitingBytes(): number {
    return this.bytes.length;
  }

  /** The next whole message, or undefined. @throws ProtocolViolation */
  next(): FrontendMessage | undefined {
    const head = this.isStarted ? 1 : 0;
    if (this.bytes.length < head + 4) return undefined;
    const length = this.bytes.readInt32BE(head);
    const most = this.isStarted ? this.limits.longestMessageBytes : LONGEST_STARTUP_BYTES;
    if (length < 4 || length > most) {
      throw new ProtocolViolation(
        `a message of ${length} bytes, where this port takes up to ${most} bytes at once`,
      );
    }
    if (this.bytes.length < head + length) return undefined;
    const kind = this.isStarted ? String.fromCharCode(this.bytes[0]!) : '';
    const body = new FrontendBody(this.bytes.subarray(head + 4, head + length));
    this.bytes = this.bytes.subarray(head + length);
    return { kind, body };
  }
}

/** Reads the fields of one message in their order. @throws ProtocolViolation past its end */
export class FrontendBody {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  take(count: number): Buffer {
    if (count < 0 || this.at + count > this.bytes.length)
      throw new ProtocolViolation('a message ends before its fields do');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.at);
  }

  letter(): string {
    return String.fromCharCode(this.take(1)[0]!);
  }

  int16(): number {
    return this.take(2).readInt16BE();
  }

  /** A count, of which PostgreSQL makes use as an unsigned number. */
  count(): number {
    return this.take(2).readUInt16BE();
  }

  int32(): number {
    return this.take(4).readInt32BE();
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new ProtocolViolation('a text of a message has no end');
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  list<Item>(read: (body: FrontendBody) => Item): Item[] {
    return Array.from({ length: this.count() }, () => read(this));
  }
}
