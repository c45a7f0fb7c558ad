import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';

/**
 * Unpacks a function's zip to `<folder>/<sha-256 of the zip>/`, once, and removes what other zips left there.
 * @returns the folder with the code
 */
export function unpackBundle(zipFile: string, folder: string): string {
  const archive = readBundle(zipFile);
  const name = createHash('sha256').update(archive).digest('hex').slice(0, 32);
  const codeFolder = resolve(folder, name);
  mkdirSync(folder, { recursive: true });
  for (const other of readdirSync(folder)) {
    if (other !== name) rmSync(join(folder, other), { recursive: true, force: true });
  }
  if (existsSync(codeFolder)) return codeFolder;
  const unfinished = resolve(folder, `${name}.${randomUUID()}`);
  for (const [file, content] of Object.entries(unzipWithin(archive, zipFile))) {
    if (file.endsWith('/')) continue;
    const path = resolve(unfinished, file);
    if (!path.startsWith(unfinished + sep)) {
      throw new Error(`${zipFile} holds a file that would lie outside its folder: ${file}`);
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  // Lambda's folder has no package.json above it that could make these files ES modules.
  if (!existsSync(join(unfinished, 'package.json'))) writeFileSync(join(unfinished, 'package.json'), '{}\n');
  renameSync(unfinished, codeFolder);
  return codeFolder;
}

/** AWS Lambda developer guide, "Lambda quotas": deployment package, unzipped. */
const MOST_UNZIPPED_BYTES = 262_144_000;

function unzipWithin(archive: Buffer, zipFile: string): Record<string, Uint8Array> {
  let bytes = 0;
  return unzipSync(archive, {
    filter: ({ originalSize }) => {
      bytes += originalSize;
      if (bytes <= MOST_UNZIPPED_BYTES) return true;
      throw new Error(
        `${zipFile} holds more than ${MOST_UNZIPPED_BYTES} bytes when it is unzipped, which Lambda refuses`,
      );
    },
  });
}

function readBundle(zipFile: string): Buffer {
  try {
    return readFileSync(zipFile);
  } catch (cause) {
    throw new Error(`the bundle ${zipFile} cannot be read; npm run bundle makes it`, { cause });
  }
}
