/** The packets that ask a server for its binlog. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { Gtids } from './gtids';

/** As the driver sends one. */
export interface OutgoingPacket {
  readonly buffer: Buffer;
  length(): number;
  writeHeader(sequenceId: number): void;
}

/** From a place in a file, or without the transactions that are named. */
export function buildDumpRequest(start: SourcePosition, after?: Gtids): OutgoingPacket {
  // Two readers with one id throw each other out, so each takes a random one far from those of real servers.
  const reader = 0x7000_0000 + Math.floor(Math.random() * 0x0fff_ffff);
  if (after?.dialect === 'mysql') return gtidDumpRequest(reader, after.toBytes());
  // The session's variables tell MariaDB what to leave out.
  return after === undefined
    ? fileDumpRequest(reader, start)
    : fileDumpRequest(reader, { file: '', offset: 4 });
}

/** COM_BINLOG_DUMP (MySQL client/server protocol): position, flags, the reader's server id, file. */
function fileDumpRequest(reader: number, { file, offset }: SourcePosition): OutgoingPacket {
  const name = Buffer.from(file, 'utf8');
  const buffer = Buffer.alloc(4 + 11 + name.length);
  buffer.writeUInt8(0x12, 4);
  buffer.writeUInt32LE(offset, 5);
  buffer.writeUInt16LE(0, 9);
  buffer.writeUInt32LE(reader, 11);
  name.copy(buffer, 15);
  return outgoing(buffer);
}

/** COM_BINLOG_DUMP_GTID: flags, the reader's server id, no file (4), its beginning (8), then what to leave out. */
function gtidDumpRequest(reader: number, gtids: Buffer): OutgoingPacket {
  const buffer = Buffer.alloc(4 + 23 + gtids.length);
  buffer.writeUInt8(0x1e, 4);
  buffer.writeUInt16LE(0x04, 5);
  buffer.writeUInt32LE(reader, 7);
  buffer.writeUInt32LE(0, 11);
  buffer.writeBigUInt64LE(4n, 15);
  buffer.writeUInt32LE(gtids.length, 23);
  gtids.copy(buffer, 27);
  return outgoing(buffer);
}

const outgoing = (buffer: Buffer): OutgoingPacket => ({
  buffer,
  length: () => buffer.length,
  writeHeader: (sequenceId) => {
    buffer.writeUIntLE(buffer.length - 4, 0, 3);
    buffer.writeUInt8(sequenceId, 3);
  },
});
