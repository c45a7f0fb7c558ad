import { gzipSync } from 'node:zlib';
import { unzip } from '../../../../../local/services/redshift/copy/manifest';

const URL = 's3://bucket/incoming/bomb.json.gz';
/** 64 MB in 64 KB. */
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024));

describe('a gzip file of a COPY', () => {
  it('that is larger than the limit when it is decompressed is refused by its name, before it fills the memory', () => {
    const before = process.memoryUsage().rss;
    expect(() => unzip(BOMB, URL, 1024 * 1024)).toThrow(
      /larger than 1048576 bytes when it is decompressed.*\n.*\n {2}key: s3:\/\/bucket\/incoming\/bomb\.json\.gz/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024);
  });

  it('whose members together are larger than the limit is refused too', () => {
    const member = gzipSync(Buffer.alloc(700_000));
    expect(() => unzip(Buffer.concat([member, member]), URL, 1_000_000)).toThrow(/larger than 1000000 bytes/);
  });

  it('of just the limit is taken', () => {
    expect(unzip(gzipSync(Buffer.alloc(1_000_000)), URL, 1_000_000)).toHaveLength(1_000_000);
  });
});
