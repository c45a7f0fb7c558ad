import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** After a crash at any point the file holds the old content or the new, whole. Durable when it returns. */
export function writeFileAtomically(
  file: string,
  content: string,
  options: { readonly mode?: number } = {},
): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.new`;
  const descriptor = openSync(temporary, 'w', options.mode ?? 0o644);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}
