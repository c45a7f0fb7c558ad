/** Seed files that a person replaces while the pipeline runs: the next ingest reads them. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SEED_PREFIX } from '../../pipeline/s3-layout';
import { bodyOfFile, HASH_HEADER } from '../services/s3/aws_s3_object';
import type { ObjectStore } from '../services/s3/object-store';
import { formatLine, line } from './report-line';

export const SEED_FOLDER = join(__dirname, '..', '..', 'seed-data');

export interface SeedWatchOptions {
  readonly store: ObjectStore;
  readonly folder: string;
  /** Names of files in it. */
  readonly files: readonly string[];
  readonly print: (line: string) => void;
  readonly everyMs?: number;
}

const EVERY_MS = 1_000;

/** A file that is still being written changes again before the next look, and is put once it no longer does. */
export function watchSeeds({ store, folder, files, print, everyMs = EVERY_MS }: SeedWatchOptions): {
  stop(): void;
} {
  const listeners = files.map((file) => {
    const path = join(folder, file);
    let timer: NodeJS.Timeout | undefined;
    const lookSoon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        replaceSeed(store, path, file).then(
          (text) => text !== undefined && print(formatLine(line('seed', file, text))),
          (error: unknown) => print(formatLine(line('failed', file, reasonOf(error)))),
        );
      }, everyMs);
    };
    watchFile(path, { interval: everyMs, persistent: false }, lookSoon);
    // It compares with its own first look, which comes later: what was replaced before that would go unnoticed.
    lookSoon();
    return () => {
      clearTimeout(timer);
      unwatchFile(path, lookSoon);
    };
  });
  return {
    stop: () => {
      for (const stop of listeners) stop();
    },
  };
}

/** In each bucket that has the seed. @returns what a person should know; undefined when nothing changed */
async function replaceSeed(store: ObjectStore, path: string, file: string): Promise<string | undefined> {
  if (!existsSync(path)) return 'is gone; the next ingests read it as it was';
  const key = SEED_PREFIX + file;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const hex = hash.digest('hex');
  const stale = store
    .listBuckets()
    .filter(({ name }) => ![undefined, hex].includes(store.find(name, key)?.headers[HASH_HEADER]));
  for (const { name } of stale)
    await store.put(name, key, bodyOfFile(path), { headers: { [HASH_HEADER]: hex } });
  return stale.length === 0 ? undefined : 'was replaced; the next ingest reads it';
}

const reasonOf = (error: unknown): string =>
  `the seed file cannot be read again: ${error instanceof Error ? error.message : String(error)}`;
