/** The end of a log file, and what is written to it from now on; a log that is rotated is followed into the new file. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const LOOK_EVERY_MS = 300;
/** Far more than the lines that a person asks for. */
const TAIL_BYTES = 4 * 1024 * 1024;

export function lastLines(file: string, count: number): string[] {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const from = Math.max(0, size - TAIL_BYTES);
    const lines = readFrom(descriptor, from, size).split('\n');
    // The first line may be the end of one.
    return lines.slice(from === 0 ? 0 : 1, -1).slice(-count);
  } finally {
    closeSync(descriptor);
  }
}

/** Whole lines only. Returns what ends it. */
export function followFile(file: string, onLine: (line: string) => void): () => void {
  let place = { inode: inodeOf(file), at: statSync(file).size };
  let unfinished = '';
  const look = (): void => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (found.ino !== place.inode || found.size < place.at) place = { inode: found.ino, at: 0 };
    if (found.size === place.at) return;
    const descriptor = openSync(file, 'r');
    const text = unfinished + readFrom(descriptor, place.at, found.size);
    closeSync(descriptor);
    place = { ...place, at: found.size };
    const lines = text.split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

const inodeOf = (file: string): number => statSync(file).ino;

function readFrom(descriptor: number, from: number, to: number): string {
  const buffer = Buffer.alloc(to - from);
  const read = readSync(descriptor, buffer, 0, buffer.length, from);
  return buffer.subarray(0, read).toString('utf8');
}
