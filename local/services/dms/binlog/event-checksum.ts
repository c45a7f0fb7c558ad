/** Whether an event is as the server wrote it: its size, and the CRC-32 that ends it. */
import { crc32 as zlibCrc32 } from 'node:zlib';
import { BinlogDamagedError } from './byte-reader';
import { EVENT, FORMAT_DESCRIPTION } from './event-types';

export const CHECKSUM_BYTES = 4;

/** Places in an event's header of 19 bytes. */
const AT = { timestamp: 0, type: 4, size: 9, endOffset: 13, flags: 17 } as const;
const HEADER_BYTES = 19;
/** Set in the file while the server writes it, and not part of the checksum. */
const IN_USE = 0x01;

/**
 * @param hasChecksum whether events of this file end with one; a format description says so of itself
 * @throws BinlogDamagedError when the event is not what was written
 */
export function checkEvent(bytes: Buffer, start: number, end: number, hasChecksum: boolean): void {
  if (end - start < HEADER_BYTES) throw damaged(bytes, start, end, 'it is shorter than its header');
  const size = bytes.readUInt32LE(start + AT.size);
  if (size !== end - start)
    throw damaged(bytes, start, end, `it says that it has ${size} bytes, and ${end - start} arrived`);
  if (bytes[start + AT.type] === EVENT.FORMAT_DESCRIPTION) checkFormatDescription(bytes, start, end);
  else if (hasChecksum && !isIntact(bytes.subarray(start, end)))
    throw damaged(bytes, start, end, 'its checksum is not that of its bytes');
}

/** True when events after this format description end with a checksum. */
export const announcesChecksums = (bytes: Buffer, end: number): boolean =>
  bytes[end - CHECKSUM_BYTES - 1] === FORMAT_DESCRIPTION.crc32;

/**
 * It has a checksum of its own even in a file without. The server changes it on sending: the flag goes, and where
 * reading begins inside the file, so do the time of creation and the end. Only in a file with checksums does it
 * calculate the checksum again (MySQL and MariaDB source, sending of the format description).
 */
function checkFormatDescription(bytes: Buffer, start: number, end: number): void {
  const event = Buffer.from(bytes.subarray(start, end));
  if (
    event.length < FORMAT_DESCRIPTION.leastBytes ||
    event[FORMAT_DESCRIPTION.headerLengthAt] !== HEADER_BYTES
  )
    throw damaged(bytes, start, end, 'it is not a format description of binlog version 4');
  event[AT.flags] = (event[AT.flags] as number) & ~IN_USE;
  if (isIntact(event)) return;
  if (!announcesChecksums(event, event.length)) {
    event.writeUInt32LE(4 + event.length, AT.endOffset);
    if (isIntact(event)) return;
    event.copy(event, FORMAT_DESCRIPTION.createdAt, AT.timestamp, AT.timestamp + 4);
    if (isIntact(event)) return;
  }
  throw damaged(bytes, start, end, 'its checksum is not that of its bytes');
}

const isIntact = (event: Buffer): boolean =>
  crc32(event.subarray(0, -CHECKSUM_BYTES)) === event.readUInt32LE(event.length - CHECKSUM_BYTES);

function damaged(bytes: Buffer, start: number, end: number, reason: string): BinlogDamagedError {
  const hasHeader = end - start >= HEADER_BYTES;
  const which = hasHeader
    ? `the event of type ${bytes[start + AT.type]} that ends at ${bytes.readUInt32LE(start + AT.endOffset)}`
    : 'an event';
  return new BinlogDamagedError(`${which} is damaged: ${reason}`);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

function tableCrc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < bytes.length; index += 1)
    remainder = (TABLE[(remainder ^ (bytes[index] as number)) & 0xff] as number) ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}

/** Node has one of its own since 20.15. */
export const crc32: (bytes: Uint8Array) => number =
  (zlibCrc32 as typeof zlibCrc32 | undefined) === undefined ? tableCrc32 : (bytes) => zlibCrc32(bytes);
