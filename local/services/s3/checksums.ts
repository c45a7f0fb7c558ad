/** The checksums that S3 clients send with a body: `x-amz-checksum-<algorithm>`, base64. */
import { createHash } from 'node:crypto';

export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Base64. */
  digest(): string;
}

/** Reflected polynomials of CRC-32 (ISO 3309) and CRC-32C (Castagnoli, RFC 3720). */
const POLYNOMIAL = { crc32: 0xedb88320, crc32c: 0x82f63b78 } as const;

export const CHECKSUM_ALGORITHMS = ['crc32', 'crc32c', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export const CHECKSUM_HEADER_PREFIX = 'x-amz-checksum-';

/** The algorithm of a header `x-amz-checksum-<algorithm>`, if it is one that the twin can check. */
export function algorithmOfHeader(header: string): ChecksumAlgorithm | undefined {
  const name = header.toLowerCase();
  return CHECKSUM_ALGORITHMS.find((algorithm) => name === CHECKSUM_HEADER_PREFIX + algorithm);
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'crc32' || algorithm === 'crc32c') return new Crc(tableOf(POLYNOMIAL[algorithm]));
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
}

class Crc implements RunningChecksum {
  private remainder = 0xffffffff;

  constructor(private readonly table: Uint32Array) {}

  update(bytes: Uint8Array): void {
    const { table } = this;
    let remainder = this.remainder;
    for (let index = 0; index < bytes.length; index += 1) {
      remainder = (table[(remainder ^ (bytes[index] as number)) & 0xff] as number) ^ (remainder >>> 8);
    }
    this.remainder = remainder;
  }

  digest(): string {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE((this.remainder ^ 0xffffffff) >>> 0);
    return bytes.toString('base64');
  }
}

const tables = new Map<number, Uint32Array>();

function tableOf(polynomial: number): Uint32Array {
  const known = tables.get(polynomial);
  if (known !== undefined) return known;
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    table[byte] = value;
  }
  tables.set(polynomial, table);
  return table;
}
