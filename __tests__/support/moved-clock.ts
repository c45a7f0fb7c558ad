/** A clock that a test sets, for Java and for this process: where a C compiler is there to make what Java is given. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../local/runtime/find-program';

/** Linux takes a library before its own; elsewhere the tests that need it are skipped by name. */
export const canMoveClock = process.platform === 'linux' && findProgram('cc') !== undefined;

export class MovedClock {
  private readonly file: string;
  private readonly path = process.env.PATH;
  private readonly now = Date.now;

  /** From now on a `java` that starts has this clock; this process too, unless `isOnlyJava`. */
  constructor(
    folder: string,
    private readonly options: { readonly isOnlyJava?: true } = {},
  ) {
    const programs = join(folder, 'programs');
    const library = join(folder, 'moved-clock.so');
    const java = findProgram('java') ?? 'java';
    this.file = join(folder, 'moved-clock');
    mkdirSync(programs, { recursive: true });
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, join(__dirname, 'moved-clock.c')]);
    writeFileSync(
      join(programs, 'java'),
      `#!/bin/sh\nLD_PRELOAD='${library}' MOVED_CLOCK_FILE='${this.file}' exec '${java}' "$@"\n`,
    );
    chmodSync(join(programs, 'java'), 0o755);
    process.env.PATH = `${programs}:${this.path}`;
    this.moveBy(0);
  }

  /** From the true time, not from where it was moved to. */
  moveBy(seconds: number): void {
    writeFileSync(this.file, String(seconds));
    if (this.options.isOnlyJava !== true) Date.now = () => this.now() + seconds * 1_000;
  }

  restore(): void {
    process.env.PATH = this.path;
    this.moveBy(0);
    Date.now = this.now;
  }
}
