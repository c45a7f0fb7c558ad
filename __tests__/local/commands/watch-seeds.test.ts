import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { watchSeeds } from '../../../local/commands/watch-seeds';
import { waitUntil } from '../../../local/runtime/wait-until';
import { bodyOfFile, HASH_HEADER } from '../../../local/services/s3/aws_s3_object';
import { ObjectStore } from '../../../local/services/s3/object-store';

const KEY = 'seed/txns.csv';

it('a seed that is replaced while the pipeline runs is what the next ingest reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-seeds-'));
  const seed = join(folder, 'txns.csv');
  writeFileSync(seed, 'old');
  const store = await ObjectStore.open(join(folder, 's3'));
  for (const bucket of ['data', 'other']) store.createBucket(bucket);
  await store.put('data', KEY, bodyOfFile(seed), { headers: { [HASH_HEADER]: 'of-old' } });
  const printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  const watch = watchSeeds({ store, folder, files: ['txns.csv'], print, everyMs: 20 });
  const told = (pattern: RegExp) =>
    waitUntil(() => printed.some((line) => pattern.test(line)), {
      what: `a line like ${pattern}`,
      timeoutMs: 10_000,
      everyMs: 10,
      lastState: () => printed.join('\n'),
    });
  try {
    // As an editor saves.
    writeFileSync(`${seed}.new`, 'rows of another day');
    renameSync(`${seed}.new`, seed);
    await told(/seed +txns\.csv +was replaced; the next ingest reads it/);
    expect(await text(store.read('data', KEY))).toBe('rows of another day');
    expect(store.find('other', KEY)).toBeUndefined();
    rmSync(seed);
    await told(/is gone; the next ingests read it as it was/);
    expect(await text(store.read('data', KEY))).toBe('rows of another day');
  } finally {
    watch.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
