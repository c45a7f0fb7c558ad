/** Logs that do not grow without end: a file that is full becomes `.1`, what was `.1` becomes `.2`, and so on. */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const LARGEST_LOG_BYTES = 10 * 1024 * 1024;
/** Beside the file that is written. */
const KEPT_LOGS = 3;

/** For a log that another process writes: before that process opens it. */
export function rotateIfFull(file: string, largestBytes = LARGEST_LOG_BYTES): void {
  if (existsSync(file) && statSync(file).size >= largestBytes) rotate(file);
}

export class RotatingLog {
  private descriptor: number | undefined;
  private sizeBytes = 0;

  constructor(
    private readonly file: string,
    private readonly largestBytes = LARGEST_LOG_BYTES,
  ) {
    mkdirSync(dirname(file), { recursive: true });
    this.open();
  }

  /** A line after `close` is dropped. */
  writeLine(line: string): void {
    if (this.descriptor === undefined) return;
    const bytes = Buffer.from(`${line}\n`);
    if (this.sizeBytes > 0 && this.sizeBytes + bytes.length > this.largestBytes) {
      closeSync(this.descriptor);
      rotate(this.file);
      this.open();
    }
    writeSync(this.descriptor, bytes);
    this.sizeBytes += bytes.length;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private open(): void {
    this.descriptor = openSync(this.file, 'a', 0o600);
    this.sizeBytes = fstatSync(this.descriptor).size;
  }
}

/** The oldest one is overwritten. */
function rotate(file: string): void {
  for (let number = KEPT_LOGS - 1; number >= 1; number -= 1) {
    if (existsSync(`${file}.${number}`)) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
  }
  renameSync(file, `${file}.1`);
}
