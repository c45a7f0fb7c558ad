/**
 * Events whose contents the server compressed: MariaDB's of single statements and rows, MySQL's of whole transactions.
 */
import * as zlib from 'node:zlib';
import { decompress } from 'fzstd';
import { BinlogDamagedError, type ByteReader } from './byte-reader';

/** Bits of the first byte: how many bytes give the length, and the algorithm, of which there is one: zlib. */
const LENGTH_BYTES = 0x07;
const ALGORITHM = 0x70;

/** No packet is longer (MySQL and MariaDB, "max_allowed_packet"). */
const MAX_EVENT_BYTES = 2 ** 30;

/** What MariaDB compressed with log_bin_compress (MariaDB source, "binlog_buf_uncompress"). */
export function inflateEventPart(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0;
  if ((first & ALGORITHM) !== 0)
    throw new BinlogDamagedError(
      `an event is compressed by algorithm ${(first & ALGORITHM) >> 4}, not by zlib`,
    );
  try {
    return zlib.inflateSync(bytes.subarray(1 + (first & LENGTH_BYTES)), { maxOutputLength: MAX_EVENT_BYTES });
  } catch (error) {
    throw new BinlogDamagedError(`a compressed event cannot be read: ${(error as Error).message}`);
  }
}

const FIELD = { END: 0, SIZE: 1, ALGORITHM: 2, UNCOMPRESSED_SIZE: 3 } as const;
const ZSTD = 0;
const NOT_COMPRESSED = 255;

/** Node's own since 22.15. */
const inflateZstd =
  (zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer }).zstdDecompressSync ??
  ((bytes: Buffer): Buffer => {
    const { buffer, byteOffset, byteLength } = decompress(bytes);
    return Buffer.from(buffer, byteOffset, byteLength);
  });

/**
 * The events of a transaction that MySQL compressed (MySQL source documentation, "Transaction_payload_event"), one
 * after the other, without checksums.
 */
export function readTransactionPayload(body: ByteReader): Buffer {
  let algorithm = NOT_COMPRESSED;
  for (let field = body.lengthEncoded(); field !== FIELD.END; field = body.lengthEncoded()) {
    const length = body.lengthEncoded();
    const end = body.offset + length;
    if (field === FIELD.ALGORITHM) algorithm = body.lengthEncoded();
    body.skip(end - body.offset);
  }
  const payload = body.slice(body.remaining);
  if (algorithm === NOT_COMPRESSED) return payload;
  if (algorithm !== ZSTD)
    throw new BinlogDamagedError(`a transaction is compressed by algorithm ${algorithm}, not by zstd`);
  try {
    return inflateZstd(payload);
  } catch (error) {
    throw new BinlogDamagedError(`a compressed transaction cannot be read: ${(error as Error).message}`);
  }
}
