/** The checksums that S3 clients send with a body: `x-amz-checksum-<algorithm>`, base64. */
import { createHash } from 'node:crypto';

export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Base64. */
  digest(): string;
}

/** Reflected polynomials of CRC-32 (ISO 3309) and CRC-32C (Castagnoli, RFC 3720). */
const POLYNOMIAL = { crc32: 0xedb88320, crc32c: 0x82f63b78 } as const;

const CHECKSUM_ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export const CHECKSUM_HEADER_PREFIX = 'x-amz-checksum-';

/** The algorithm of a header `x-amz-checksum-<algorithm>`, if it is one that the twin can check. */
export function algorithmOfHeader(header: string): ChecksumAlgorithm | undefined {
  const name = header.toLowerCase();
  return CHECKSUM_ALGORITHMS.find((algorithm) => name === CHECKSUM_HEADER_PREFIX + algorithm);
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'crc32' || algorithm === 'crc32c') return new Crc(tableOf(POLYNOMIAL[algorithm]));
  if (algorithm === 'crc64nvme') return new Crc64();
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

/** The reflected polynomial of CRC-64/NVME (NVM Express NVM command set specification), high and low half. */
const POLYNOMIAL_64 = { high: 0x9a6c9329, low: 0xac4bc9b5 } as const;

/** What the AWS CLI sends by default. In halves, because a bigint for each byte would be fifty times slower. */
class Crc64 implements RunningChecksum {
  private high = 0xffffffff;
  private low = 0xffffffff;
  private static tables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

  update(bytes: Uint8Array): void {
    Crc64.tables ??= tablesOf64();
    const { high: highs, low: lows } = Crc64.tables;
    let { high, low } = this;
    for (let index = 0; index < bytes.length; index += 1) {
      const entry = (low ^ (bytes[index] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (lows[entry] as number);
      high = (high >>> 8) ^ (highs[entry] as number);
    }
    this.high = high;
    this.low = low;
  }

  digest(): string {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE((this.high ^ 0xffffffff) >>> 0);
    bytes.writeUInt32BE((this.low ^ 0xffffffff) >>> 0, 4);
    return bytes.toString('base64');
  }
}

function tablesOf64(): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const tables64 = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let byte = 0; byte < 256; byte += 1) {
    let [high, low] = [0, byte];
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (low & 1) === 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (isOdd) {
        high ^= POLYNOMIAL_64.high;
        low ^= POLYNOMIAL_64.low;
      }
    }
    tables64.high[byte] = high;
    tables64.low[byte] = low;
  }
  return tables64;
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
