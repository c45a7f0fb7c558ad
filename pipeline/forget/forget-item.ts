/** Every copy of one item that the pipeline keeps is removed, and each is counted. */
import { projectKey } from '../dynamodb/project-item';
import { INCOMING_PREFIX, LOADED_PREFIX, REJECTED_PREFIX } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { itemHasher } from '../verify/item-hash';
import type { DataApi } from '../warehouse/data-api';
import { type KeyTexts, stripKey } from './copies-in-file';
import type { FileVersion, FileVersions, VersionPlace } from './file-versions';
import { FORGET_PLACES, type ForgetNext, type ForgetPlace, type ItemKey } from './forget-request';
import { buildForget, buildForgetCounts } from './forget-sql';

export interface ForgetPorts {
  readonly dataApi: DataApi;
  readonly files: FileVersions;
  readonly remainingMs: () => number;
}

/** What one step removed, and what nobody can tell. */
export interface ForgottenCopies {
  readonly rows: number;
  readonly tombstones: number;
  /** Lines of current files. */
  readonly incoming: number;
  readonly loaded: number;
  readonly rejected: number;
  /** Versions of files that were replaced or moved, with the key in them. */
  readonly oldVersions: number;
  /** Names of files that cannot be read. */
  readonly unreadable: readonly string[];
}

export interface ForgetStep {
  readonly copies: ForgottenCopies;
  /** To be given to the next step; absent after a whole pass that found nothing. */
  readonly next?: ForgetNext;
}

const PREFIXES: Readonly<Record<Exclude<ForgetPlace, 'warehouse'>, string>> = {
  incoming: INCOMING_PREFIX,
  loaded: LOADED_PREFIX,
  rejected: REJECTED_PREFIX,
};
const MIN_REMAINING_MS = 20_000;
const PARALLEL_FILES = 8;

/**
 * Passes over all places until one finds nothing, as far as the time of one run allows.
 *
 * 1. Waiting files are written again, under their names, without the key's lines; then their old versions are deleted.
 * 2. The row and the tombstone are deleted, behind a load that may have read the files before.
 * 3. Loaded and rejected files, as waiting ones: a load moves files while this runs.
 * 4. From 1 again, when anything was found.
 *
 * Stopped anywhere, a run from the beginning completes it: a version that still has the key is found as an old one.
 */
export async function forgetItem(
  table: DynamodbTable,
  item: ItemKey,
  next: ForgetNext | undefined,
  ports: ForgetPorts,
): Promise<ForgetStep> {
  const step = new Forgetting(table, item, ports);
  let at: ForgetNext | undefined = next ?? { place: 'incoming', removed: 0 };
  do {
    at = await step.advance(at);
  } while (at !== undefined && ports.remainingMs() > MIN_REMAINING_MS);
  return { copies: step.copies(), ...(at === undefined ? {} : { next: at }) };
}

class Forgetting {
  private readonly counts = { rows: 0, tombstones: 0, incoming: 0, loaded: 0, rejected: 0, oldVersions: 0 };
  private readonly unreadable = new Set<string>();
  private readonly key: KeyTexts;
  private readonly keyHash: string;

  constructor(
    private readonly table: DynamodbTable,
    item: ItemKey,
    private readonly ports: ForgetPorts,
  ) {
    this.key = new Map(
      Object.entries(projectKey(table, item)).map(([name, text]) => [
        name,
        { text: text ?? '', isNumber: table.keyTypes[name] === 'N' },
      ]),
    );
    this.keyHash = itemHasher(table)(item).keyHash;
  }

  copies(): ForgottenCopies {
    return { ...this.counts, unreadable: [...this.unreadable].sort() };
  }

  /** One page of files, or the warehouse; gives what comes after it. */
  async advance({ place, after, removed }: ForgetNext): Promise<ForgetNext | undefined> {
    const before = this.total();
    const next = place === 'warehouse' ? await this.leaveWarehouse() : await this.leaveFiles(place, after);
    const found = removed + this.total() - before;
    if (next !== undefined) return { place, after: next, removed: found };
    const following = FORGET_PLACES[FORGET_PLACES.indexOf(place) + 1];
    if (following !== undefined) return { place: following, removed: found };
    return found === 0 ? undefined : { place: 'incoming', removed: 0 };
  }

  private total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  private async leaveWarehouse(): Promise<undefined> {
    const name = `forget/${this.table.name}`;
    const { dataApi } = this.ports;
    const [found] = await dataApi.readRows(buildForgetCounts(this.table, this.keyHash), { name });
    await dataApi.executeBatch(buildForget(this.table, this.keyHash), { name });
    this.counts.rows += Number(found?.row_count ?? 0);
    this.counts.tombstones += Number(found?.tombstone_count ?? 0);
  }

  private async leaveFiles(
    place: Exclude<ForgetPlace, 'warehouse'>,
    after: VersionPlace | undefined,
  ): Promise<VersionPlace | undefined> {
    const prefix = `${PREFIXES[place]}${this.table.name}/`;
    const { versions, next } = await this.ports.files.list(prefix, after);
    const left = versions.filter(({ key }) => !key.endsWith('.json'));
    const worker = async (): Promise<void> => {
      for (let version = left.shift(); version !== undefined; version = left.shift())
        await this.leaveFile(place, version);
    };
    await Promise.all(Array.from({ length: PARALLEL_FILES }, worker));
    return next;
  }

  private async leaveFile(place: Exclude<ForgetPlace, 'warehouse'>, version: FileVersion): Promise<void> {
    const { files } = this.ports;
    const body = await files.read(version);
    if (body === undefined) return;
    const stripped = stripKey(version.key, body, this.key);
    if (stripped === undefined && body.length > 0) this.unreadable.add(version.key);
    if (stripped === undefined || stripped.lineCount === 0) return;
    if (version.isLatest) {
      await files.replace(version.key, stripped.body);
      this.counts[place] += stripped.lineCount;
      // The only version of a bucket without versions is the one just written; one from before versions is found as an old one.
      if (version.versionId === 'null') return;
    } else this.counts.oldVersions += 1;
    await files.removeVersion(version);
  }
}
