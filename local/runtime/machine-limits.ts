/** What a run needs of the machine: said before it starts, and watched while it runs, so that it can stop in order. */
import { existsSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkDataDir, existingFolder } from './check-data-dir';
import type { RuntimeEvent } from './events';

const MB = 1024 * 1024;
/** An empty MySQL server, its binlog and the logs take 140 MB; the warehouse writes beside itself when it checkpoints. */
const NEEDED_TO_START_BYTES = 500 * MB;
/** Enough to stop in order: the last checkpoints, the warehouse's own, MySQL's logs. */
const NEEDED_TO_RUN_BYTES = 100 * MB;
/** Three servers, nine functions with a process each, and their connections. */
const NEEDED_OPEN_FILES = 512;
const CHECK_EVERY_MS = 2_000;

export interface MachineProbe {
  /** What this user may still write to the file system of a folder; undefined where nothing tells. */
  freeBytes(folder: string): number | undefined;
  /** How many files a process may have open; undefined where there is no limit. */
  openFileLimit(): number | undefined;
}

class MachineLimitError extends Error {
  override readonly name = 'MachineLimitError';
}

/** @throws MachineLimitError with what there is, what is needed and what to do */
export function checkMachine(dataDir: string, probe: MachineProbe = THIS_MACHINE): void {
  checkDataDir(dataDir);
  const folder = existingFolder(resolve(dataDir));
  const freeBytes = probe.freeBytes(folder);
  const isNew = folder !== resolve(dataDir) || !existsSync(resolve(dataDir, 'mysql'));
  const neededBytes = isNew ? NEEDED_TO_START_BYTES : 2 * NEEDED_TO_RUN_BYTES;
  if (freeBytes !== undefined && freeBytes < neededBytes) {
    throw new MachineLimitError(
      `the disk of ${dataDir} is full: ${inMb(freeBytes)} are free, and the pipeline needs ${inMb(neededBytes)} to start. Free some, or name a folder on another disk with --data-dir.`,
    );
  }
  const limit = probe.openFileLimit();
  if (limit !== undefined && limit < NEEDED_OPEN_FILES) {
    throw new MachineLimitError(
      `a process may have ${limit} files open here, and the pipeline needs ${NEEDED_OPEN_FILES}. Raise the limit first: ulimit -n 4096`,
    );
  }
}

/** Tells once when the disk is nearly full. Returns what ends the watch. */
export function watchDisk(
  folder: string,
  tell: (event: RuntimeEvent) => void,
  probe: MachineProbe = THIS_MACHINE,
): () => void {
  const timer = setInterval(() => {
    const freeBytes = probe.freeBytes(folder);
    if (freeBytes === undefined || freeBytes >= NEEDED_TO_RUN_BYTES) return;
    clearInterval(timer);
    tell({
      type: 'exhausted',
      message: `the disk of ${folder} is nearly full: ${inMb(freeBytes)} are free, and the pipeline needs ${inMb(NEEDED_TO_RUN_BYTES)} to run. It stops in order; nothing is lost. Free some, then start it again.`,
    });
  }, CHECK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

const THIS_MACHINE: MachineProbe = {
  freeBytes: (folder) => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return undefined;
    }
  },
  openFileLimit: () => {
    const report = process.report?.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
    const soft = report.userLimits?.open_files?.soft;
    return typeof soft === 'number' ? soft : undefined;
  },
};

const inMb = (bytes: number): string => `${Math.floor(bytes / MB)} MB`;
