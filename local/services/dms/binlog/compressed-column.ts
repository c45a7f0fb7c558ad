/**
 * A value of a COMPRESSED column of MariaDB, as its rows hold it (MariaDB source, `sql/field_comp.cc`): nothing for an
 * empty value; or a byte that says how, the length before it was compressed in as many bytes as that byte says, and the
 * compressed bytes. Zero in that byte: what follows is not compressed.
 */
import { inflateRawSync, inflateSync } from 'node:zlib';
import { BinlogDamagedError } from './byte-reader';

const ZLIB = 0x80;
const WITHOUT_HEADER = 0x08;
const LENGTH_BYTES = 0x07;

/** @throws BinlogDamagedError */
export function readCompressedValue(stored: Buffer): Buffer {
  const how = stored[0] ?? 0;
  if (how === 0) return stored.subarray(1);
  const begin = 1 + (how & LENGTH_BYTES);
  if ((how & 0xf0) !== ZLIB || begin < 2 || begin > 7 || stored.length < begin)
    throw new BinlogDamagedError(`a compressed column has the method ${how}`);
  const length = stored.readUIntBE(1, begin - 1);
  const compressed = stored.subarray(begin);
  const value = inflate(compressed, Math.max(length, 1), (how & WITHOUT_HEADER) === 0);
  if (value.length !== length) throw new BinlogDamagedError('a compressed column has another length');
  return value;
}

function inflate(compressed: Buffer, maxOutputLength: number, hasHeader: boolean): Buffer {
  try {
    return hasHeader
      ? inflateSync(compressed, { maxOutputLength })
      : inflateRawSync(compressed, { maxOutputLength });
  } catch (error) {
    throw new BinlogDamagedError(`a compressed column cannot be read: ${(error as Error).message}`);
  }
}
