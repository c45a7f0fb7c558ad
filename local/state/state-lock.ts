/**
 * One run at a time on a state folder. The lock is a file with the process id and when that process began, so that
 * neither a killed run nor a recycled process id keeps the folder locked.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export class StateLockedError extends Error {
  override readonly name = 'StateLockedError';

  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(
      `another run uses ${folder}: process ${pid}. Stop it first (Ctrl-C in its window, or kill ${pid}), or give this run a folder of its own with --data-dir.`,
    );
  }
}

interface LockHolder {
  readonly pid: number;
  /** As `ps` words it; empty when `ps` could not tell. */
  readonly processBegan: string;
}

/** @throws StateLockedError when a living run holds the lock. */
export function acquireLock(file: string, folder: string): void {
  const mine = `${JSON.stringify({ pid: process.pid, processBegan: processBegan(process.pid) })}\n`;
  const candidate = `${file}.${process.pid}`;
  writeFileSync(candidate, mine);
  try {
    for (;;) {
      if (tryLink(candidate, file)) return;
      const text = readText(file);
      const holder = text === undefined ? undefined : parseHolder(text);
      if (holder !== undefined && isAlive(holder)) throw new StateLockedError(folder, holder.pid);
      if (text !== undefined) removeStale(file, text);
    }
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** Gives back a lock that this process holds. */
export function releaseLock(file: string): void {
  const holder = parseHolder(readText(file) ?? '');
  if (holder?.pid === process.pid) rmSync(file, { force: true });
}

/** The process that holds the lock, if it lives. */
export function findLockHolder(file: string): number | undefined {
  const holder = parseHolder(readText(file) ?? '');
  return holder !== undefined && isAlive(holder) ? holder.pid : undefined;
}

/** A hard link is made whole or not at all, and never over another. */
function tryLink(candidate: string, file: string): boolean {
  try {
    linkSync(candidate, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two runs may find the same stale lock: whoever moved away a newer one puts it back. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readText(aside) !== stale) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { pid, processBegan: began } = JSON.parse(text) as Partial<LockHolder>;
    return typeof pid === 'number' ? { pid, processBegan: began ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const began = processBegan(holder.pid);
  return began === '' || holder.processBegan === '' || began === holder.processBegan;
}

function processBegan(pid: number): string {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    return execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8', env }).trim();
  } catch {
    return '';
  }
}
