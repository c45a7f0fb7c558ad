/** The packages installed here as the `node_modules` of another folder, without an installation. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/**
 * What is bundled must be within the folder: the bundler names a module by its real path, and looks that up in the lock.
 * The many files that only develop are reached by a symbolic link for each package.
 */
export function linkPackages(from: string, to: string): void {
  const { packages } = JSON.parse(readFileSync(join(from, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    const isTop = path.startsWith('node_modules/') && path.lastIndexOf('node_modules/') === 0;
    // An optional package of another platform is in the lock and not here.
    if (!isTop || !existsSync(join(from, path))) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    if (dev === true || devOptional === true) symlinkSync(join(from, path), join(to, path));
    else linkTree(join(from, path), join(to, path));
  }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [there, here] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(there, here);
    else if (entry.isFile()) linkFile(there, here);
  }
}

/** A second name of the same file takes no room; on another file system there is none, and it is copied. */
function linkFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyFileSync(from, to);
  }
}
