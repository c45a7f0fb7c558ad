/** The one folder that holds everything that a run keeps: data of the engines, checkpoints, queues, logs. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { stopLeftover } from './leftover-process';
import { bringToPresentFormat, MARKER, writeMarker } from './state-format';
import { acquireLock, findLockHolder, releaseLock, StateLockedError } from './state-lock';
import { startCommand } from './typed-command';
import { writeFileAtomically } from './write-atomically';

const LOCK = 'lock';
const RUNTIME = 'runtime.json';

/** What other commands need to reach a running pipeline; only its owner can read it. */
export interface RuntimeInfo {
  readonly pid: number;
  readonly controlEndpoint: string;
  readonly controlToken: string;
  readonly gatewayEndpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export class StateFolderError extends Error {
  override readonly name = 'StateFolderError';
}

export interface OpenStateOptions {
  /** Empties it. */
  readonly fresh?: boolean;
  /**
   * What becomes of its content; asked while no other run can have the folder. Without it the content is deleted.
   * @throws to leave all as it is
   */
  readonly beforeClear?: ((folder: string) => Promise<Clearing>) | undefined;
}

/** Deletes the content, or moves it to `keptIn`, a folder that is not there yet. */
export type Clearing = 'delete' | { readonly keptIn: string };

export class StateFolder {
  private constructor(readonly folder: string) {}

  /**
   * Takes the folder for this process; makes it when it is not there.
   * @throws StateLockedError when another run has it, StateFolderError when it is not a pipeline's, StateFormatError when
   *   a later version wrote it.
   */
  static async open(folder: string, options: OpenStateOptions = {}): Promise<StateFolder> {
    const path = resolve(folder);
    // The marker is the first file that a run makes, so a folder that is not empty has it, or is not ours.
    const isEmpty = !existsSync(path) || readdirSync(path).length === 0;
    const isOurs = existsSync(join(path, MARKER));
    if (!isEmpty && !isOurs) {
      throw new StateFolderError(
        `${path} is not empty and holds no state of the pipeline (it has no ${MARKER}), so it is left alone. Name an empty or a new folder.`,
      );
    }
    // What this process and its engines make from here on is for the owner only.
    process.umask(0o077);
    mkdirSync(path, { recursive: true });
    if (!isOurs) writeMarker(path);
    chmodSync(path, 0o700);
    acquireLock(join(path, LOCK), path);
    const state = new StateFolder(path);
    try {
      rmSync(join(path, RUNTIME), { force: true });
      if (options.fresh === true) {
        await state.clear((await options.beforeClear?.(path)) ?? 'delete');
      } else bringToPresentFormat(path);
      return state;
    } catch (error) {
      state.release();
      throw error;
    }
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  writeRuntimeInfo(info: RuntimeInfo): void {
    writeFileAtomically(this.path(RUNTIME), `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  }

  release(): void {
    rmSync(this.path(RUNTIME), { force: true });
    releaseLock(this.path(LOCK));
  }

  /** Ends what a killed run left running on the data first. */
  private async clear(clearing: Clearing): Promise<void> {
    await stopLeftover(this.path('mysql', 'server.pid'), this.path('mysql', 'data'));
    await stopLeftover(this.path('dynamodb', 'server.pid'), this.path('dynamodb'));
    if (clearing !== 'delete') {
      mkdirSync(clearing.keptIn, { mode: 0o700 });
      // The marker first: whatever is in the folder, it is a pipeline's.
      copyFileSync(this.path(MARKER), join(clearing.keptIn, MARKER));
    }
    for (const entry of readdirSync(this.folder)) {
      if (entry === MARKER || entry === LOCK) continue;
      if (clearing === 'delete') rmSync(this.path(entry), { recursive: true, force: true });
      else renameSync(this.path(entry), join(clearing.keptIn, entry));
    }
    writeMarker(this.folder);
  }
}

/** How to reach the run that has the folder, or undefined when there is none. */
export function findRuntime(folder: string): RuntimeInfo | undefined {
  const path = resolve(folder);
  const pid = findLockHolder(join(path, LOCK));
  const file = join(path, RUNTIME);
  if (pid === undefined || !existsSync(file)) return undefined;
  const info = JSON.parse(readFileSync(file, 'utf8')) as RuntimeInfo;
  return info.pid === pid ? info : undefined;
}

/** For what would be made before a run takes the folder. @throws StateLockedError when a living run holds it */
export function requireFree(folder: string): void {
  const path = resolve(folder);
  const pid = findLockHolder(join(path, LOCK));
  if (pid !== undefined) throw new StateLockedError(path, pid);
}

/** For commands that ask: a mistyped folder is not to become a new, empty pipeline whose tables are all equal. */
export function requireState(folder: string): void {
  if (existsSync(join(resolve(folder), MARKER))) return;
  throw new StateFolderError(
    `there is no pipeline in ${folder}; ${startCommand(folder)} creates one, or name its folder with --data-dir`,
  );
}
