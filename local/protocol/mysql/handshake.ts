/** The beginning of MySQL's protocol, as far as TLS is agreed there (MySQL internals, "Connection Phase"). */

const HEADER_BYTES = 4;
const CLIENT_SSL = 0x0800;
/** No packet of the connection phase is longer; a longer one is no server of MySQL. */
const LONGEST_PACKET_BYTES = 64 * 1024;

/** Collects bytes until a packet is whole. */
export class PacketReader {
  private bytes: Buffer = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }

  /** Header and body of the next packet, or undefined. @throws Error for what cannot be one */
  next(): Buffer | undefined {
    if (this.bytes.length < HEADER_BYTES) return undefined;
    const length = HEADER_BYTES + this.bytes.readUIntLE(0, 3);
    if (length > LONGEST_PACKET_BYTES)
      throw new Error('what answers there does not speak the protocol of MySQL');
    if (this.bytes.length < length) return undefined;
    const packet = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length);
    return packet;
  }

  /** What came behind the last packet. */
  rest(): Buffer {
    return this.bytes;
  }
}

export const bodyOf = (packet: Buffer): Buffer => packet.subarray(HEADER_BYTES);

export function withSequence(packet: Buffer, change: number): Buffer {
  const changed = Buffer.from(packet);
  changed[3] = (changed[3]! + change) & 0xff;
  return changed;
}

/** Where the capabilities of a greeting are. @throws Error with what the server says when it is no greeting */
function capabilitiesAt(greeting: Buffer): number {
  const body = bodyOf(greeting);
  if (body[0] === 0xff) throw new Error(`the server refuses the connection: ${body.toString('utf8', 3)}`);
  const end = body.indexOf(0, 1);
  if (body[0] !== 10 || end < 0) throw new Error('what answers there does not speak the protocol of MySQL');
  // After the version: thread, eight bytes of a nonce, a zero.
  return HEADER_BYTES + end + 1 + 4 + 8 + 1;
}

export const offersTls = (greeting: Buffer): boolean =>
  (greeting.readUInt16LE(capabilitiesAt(greeting)) & CLIENT_SSL) !== 0;

/** The same greeting of a server with TLS. */
export function withTls(greeting: Buffer): Buffer {
  const at = capabilitiesAt(greeting);
  const changed = Buffer.from(greeting);
  changed.writeUInt16LE(changed.readUInt16LE(at) | CLIENT_SSL, at);
  return changed;
}

/** A login without the mark that TLS was agreed; the server would wait for TLS otherwise. */
export function withoutTls(login: Buffer): Buffer {
  const changed = Buffer.from(login);
  changed.writeUInt16LE(changed.readUInt16LE(HEADER_BYTES) & ~CLIENT_SSL, HEADER_BYTES);
  return changed;
}

/** The server asks for the whole password, which it takes over TLS only (caching_sha2_password). */
export const asksForPassword = (packet: Buffer): boolean => {
  const body = bodyOf(packet);
  return body.length === 2 && body[0] === 0x01 && body[1] === 0x04;
};

/** OK, or an error: the connection phase is over. */
export const endsPhase = (packet: Buffer): boolean => [0x00, 0xff].includes(bodyOf(packet)[0] ?? 0xff);

/** An error packet behind a packet of that sequence. */
export function errorPacket(sequence: number, message: string): Buffer {
  const body = Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from(`#28000${message}`)]);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence & 0xff;
  return Buffer.concat([head, body]);
}
