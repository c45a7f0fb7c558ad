/** What each binlog file says at its beginning: which transactions are in the files before it. */
import type { ByteReader } from './byte-reader';
import { Gtids } from './gtids';

/** MySQL: servers (8); for each its uuid (16), intervals (8), and the bounds of each (8, 8), the last one behind it. */
export function readPreviousGtids(body: ByteReader): Gtids | undefined {
  const gtids = new Gtids();
  const sources = body.uint64();
  // Another form of the count says that there are tags.
  if (sources > 0xffffn) return undefined;
  for (let index = 0n; index < sources; index += 1n) {
    const source = uuidText(body.slice(16));
    const intervals = body.uint64();
    for (let at = 0n; at < intervals; at += 1n) {
      const first = body.uint64();
      if (!gtids.add(`${source}:${first}-${body.uint64() - 1n}`)) return undefined;
    }
  }
  return gtids;
}

/** MariaDB: how many (4, of which the highest bits are flags); for each domain (4), server (4), sequence (8). */
export function readGtidList(body: ByteReader): Gtids {
  const gtids = new Gtids();
  const count = body.uint(4) & 0x0fff_ffff;
  for (let index = 0; index < count; index += 1) {
    const [domain, server] = [body.uint(4), body.uint(4)];
    gtids.add(`${domain}-${server}-${body.uint64()}`);
  }
  return gtids;
}

export function uuidText(bytes: Buffer): string {
  const id = bytes.toString('hex');
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}
