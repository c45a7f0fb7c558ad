/** Every copy of one item goes, and nothing else does, wherever a run is cut off. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { type FileVersion, type FileVersions, fileVersions } from '../../../pipeline/forget/file-versions';
import { forgetItem } from '../../../pipeline/forget/forget-item';
import { BUCKET } from '../../support/warehouse-bed';
import { trade, useLoadBed } from '../load/load-bed';

const bed = useLoadBed();
const KEY = { id: { S: 'gone' } };
const forget = (files: FileVersions, next?: Parameters<typeof forgetItem>[2], remainingMs = () => 60_000) =>
  forgetItem(bed.table, KEY, next, { dataApi: bed.dataApi, files, remainingMs });

it('row, tombstone, waiting, loaded and rejected lines go; other items stay, and load as before', async () => {
  await bed.stage([trade(1, 'gone', '1'), trade(2, 'other', '2'), trade(3, 'deleted', '3')]);
  await bed.load();
  await bed.stage([trade(4, 'deleted'), trade(5, 'gone')]);
  await bed.load();
  await bed.stage([trade(6, 'gone', '4'), trade(7, 'other', '5')]);
  await bed.store.writeBytes('rejected/trades/files/x.json.gz', gzipSync('{"id":"gone"}\n'));
  await bed.store.writeBytes('rejected/trades/files/y.json.gz', Buffer.from('not gzip'));
  const files = fileVersions(bed.s3, BUCKET);
  // A page at a time, as if each took a whole run.
  let step = await forget(files, undefined, () => 0);
  const removed: number[] = [];
  for (; step.next !== undefined; step = await forget(files, step.next, () => 0)) {
    const { unreadable: _, ...counts } = step.copies;
    removed.push(Object.values(counts).reduce((sum, count) => sum + count, 0));
  }
  expect(removed).toEqual([1, 1, 2, 1, 0, 0, 0]);
  expect(step.copies.unreadable).toEqual(['rejected/trades/files/y.json.gz']);
  for (const key of (await bed.list('')).filter(
    (name) => name.endsWith('.gz') && !name.endsWith('y.json.gz'),
  ))
    expect(gunzipSync(await bed.store.readBytes(key)).toString()).not.toContain('"gone"');
  await bed.load();
  expect(await bed.targetRows()).toEqual([expect.stringMatching(/^other\|5\|/)]);
  expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones')).toEqual([{ id: 'deleted' }]);
});

/** A bucket with versions: a fault may come before any write. */
class VersionedFiles implements FileVersions {
  readonly versions: (FileVersion & { body: Uint8Array; isLatest: boolean })[] = [];
  private count = 0;
  writesLeft = Number.POSITIVE_INFINITY;

  put(key: string, text: string): void {
    for (const version of this.versions) if (version.key === key) version.isLatest = false;
    this.versions.push({ key, versionId: `v${++this.count}`, isLatest: true, body: gzipSync(text) });
  }
  list = async (prefix: string) => ({
    versions: this.versions
      .filter(({ key }) => key.startsWith(prefix))
      .map(({ body: _, ...version }) => version),
    next: undefined,
  });
  read = async ({ key, versionId }: FileVersion) =>
    this.versions.find((version) => version.key === key && version.versionId === versionId)?.body;
  replace = async (key: string, body: Uint8Array) => {
    this.write();
    this.put(key, gunzipSync(body).toString());
  };
  removeVersion = async ({ versionId }: FileVersion) => {
    this.write();
    this.versions.splice(
      this.versions.findIndex((version) => version.versionId === versionId),
      1,
    );
  };
  private write(): void {
    this.writesLeft -= 1;
    if (this.writesLeft < 0) throw new Error('killed');
  }
}

it('old versions go too, and a run after one that was killed before any of its writes completes it', async () => {
  for (let kill = 0; kill < 6; kill += 1) {
    const files = new VersionedFiles();
    files.put('incoming/trades/s/1.json.gz', '{"id":"gone"}\n{"id":"other"}\n');
    files.put('incoming/trades/s/1.json.gz', '{"id":"other"}\n');
    files.put('loaded/trades/s/0.json.gz', '{"id":"gone"}\n{"id":"other"}\n');
    files.put('loaded/trades_more/s/0.json.gz', '{"id":"gone"}\n');
    files.writesLeft = kill;
    await forget(files).catch(() => undefined);
    files.writesLeft = Number.POSITIVE_INFINITY;
    expect((await forget(files)).next).toBeUndefined();
    const left = files.versions.map(({ key, body }) => [key, gunzipSync(body).toString()]);
    expect(left.sort()).toEqual([
      ['incoming/trades/s/1.json.gz', '{"id":"other"}\n'],
      ['loaded/trades/s/0.json.gz', '{"id":"other"}\n'],
      ['loaded/trades_more/s/0.json.gz', '{"id":"gone"}\n'],
    ]);
  }
});
