/** Folders for temporary files of one run, which the next run removes when this one could not. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `cdc-run-<process id>-<random>` */
const NAME = /^cdc-run-(\d+)-/;

/** Makes a folder that only its owner can read, and removes those of runs that have ended. */
export function makeRunFolder(parent = tmpdir()): string {
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) removeOwn(join(parent, name));
  }
  return mkdtempSync(join(parent, `cdc-run-${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function removeOwn(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It is another user's.
  }
}
