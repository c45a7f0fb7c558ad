/** MariaDB's UUID and network addresses, which are stored as bytes, as the text that MariaDB prints. */
import type { SourceColumn } from '../task/source-table';
import type { ByteReader } from './byte-reader';

const BYTES: Readonly<Record<string, number>> = { uuid: 16, inet4: 4, inet6: 16 };

/** A value of a fixed length, whose zero bytes at the end the binlog leaves out. Undefined for another type. */
export function addressReader({ dataType }: SourceColumn): ((reader: ByteReader) => string) | undefined {
  const size = BYTES[dataType];
  if (size === undefined) return undefined;
  const print = { uuid: uuidText, inet4: inet4Text, inet6: inet6Text }[dataType] as (bytes: Buffer) => string;
  return (reader) => {
    const bytes = Buffer.alloc(size);
    reader.slice(reader.uint(1)).copy(bytes);
    return print(bytes);
  };
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const inet4Text = (bytes: Buffer): string => bytes.join('.');

/** The longest run of zero groups, also one of a single group, is `::`; an IPv4 address behind zeros is written as one. */
function inet6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index));
  const run = longestZeroRun(groups);
  const isIpv4 = run.start === 0 && (run.count === 6 || (run.count === 5 && groups[5] === 0xffff));
  const written = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (isIpv4) return `::${run.count === 5 ? 'ffff:' : ''}${inet4Text(bytes.subarray(12))}`;
  if (run.count === 0) return written(0, 8);
  return `${written(0, run.start)}::${written(run.start + run.count, 8)}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly count: number } {
  let longest = { start: 0, count: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let count = 0;
    while (groups[start + count] === 0) count += 1;
    if (count > longest.count) longest = { start, count };
  }
  return longest;
}
