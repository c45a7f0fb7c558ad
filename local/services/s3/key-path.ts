/**
 * Where an object lies below its bucket's folder. A key may hold anything (`..`, `//`, control characters), and one
 * key may be a folder of another (`a` and `a/b`), so:
 * - a file's name ends in `=`, a folder's never holds one;
 * - other than a few plain characters, each byte is written `%xx`; capitals too, as macOS folds case;
 * - an empty folder name is `%`, which no encoding makes;
 * - what would be too long for a file system is named by its digest. The key itself is kept inside the file.
 */
import { createHash } from 'node:crypto';

export const OBJECT_FILE_ENDING = '=';

/** Most file systems take 255 bytes a name, and macOS 1,024 a path, of which the data folder needs its share. */
const LONGEST_NAME = 200;
const LONGEST_PATH = 500;
const PLAIN = /^[a-z0-9_-]$/;

export function keyPath(key: string): string {
  const names = key.split('/').map(encodeName);
  const path = names.map((name) => name || '%').join('/');
  if (path.length > LONGEST_PATH || names.some((name) => name.length > LONGEST_NAME)) {
    return `%long/${createHash('sha256').update(key).digest('hex')}${OBJECT_FILE_ENDING}`;
  }
  return `${path}${OBJECT_FILE_ENDING}`;
}

function encodeName(name: string): string {
  let encoded = '';
  for (const byte of Buffer.from(name, 'utf8')) {
    const character = String.fromCharCode(byte);
    // A dot is plain inside a name, but not at its start: `.` and `..` are folders of their own meaning.
    const isPlain = PLAIN.test(character) || (character === '.' && encoded !== '');
    encoded += isPlain ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return encoded;
}
