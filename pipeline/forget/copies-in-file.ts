/** A file without the lines of one key. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalNumber } from '../values/decimal';

/** Of each key attribute its name and its text, as staged lines have it. A number may be written differently elsewhere. */
export type KeyTexts = ReadonlyMap<string, { readonly text: string; readonly isNumber: boolean }>;

export interface StrippedFile {
  /** How many lines were taken out; none: the file is left as it is. */
  readonly lineCount: number;
  readonly body: Uint8Array;
}

/** Far more than a file of this pipeline; more is not unpacked. */
const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;

/**
 * Takes out the lines of a key. Undefined for a file that cannot be read, of which nothing is known. A line that is no
 * JSON and has the key's text somewhere in it is taken out as well.
 * @param name ends in `.jsonl` for rejected items of a seed file, otherwise the file is gzip JSON lines.
 */
export function stripKey(name: string, body: Uint8Array, key: KeyTexts): StrippedFile | undefined {
  const isZipped = !name.endsWith('.jsonl');
  const text = isZipped ? unzip(body) : Buffer.from(body).toString('utf8');
  if (text === undefined) return undefined;
  const isOfKey = isZipped ? isStagedLineOf : isRejectionOf;
  const lines = text.split('\n');
  const kept = lines.filter((line) => line === '' || !isOfKey(line, key));
  const lineCount = lines.length - kept.length;
  if (lineCount === 0) return { lineCount, body };
  const left = kept.join('\n');
  return { lineCount, body: isZipped ? gzipSync(left) : Buffer.from(left) };
}

function unzip(body: Uint8Array): string | undefined {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}

function isStagedLineOf(line: string, key: KeyTexts): boolean {
  const row = parseObject(line);
  return row === undefined ? hasTexts(line, key) : hasKey(row, key);
}

/** A rejected item, as it was in its file; bytes that are no UTF-8 are base64, and what was very long is cut. */
function isRejectionOf(line: string, key: KeyTexts): boolean {
  const rejection = parseObject(line);
  if (rejection === undefined) return hasTexts(line, key);
  const { raw, rawForm } = rejection;
  if (typeof raw !== 'string') return false;
  const text = rawForm === 'base64' ? Buffer.from(raw, 'base64').toString('latin1') : raw;
  const item = parseObject(text);
  return item === undefined ? hasTexts(text, key) : hasKey(item, key);
}

const hasKey = (row: Readonly<Record<string, unknown>>, key: KeyTexts): boolean =>
  [...key].every(([name, { text, isNumber }]) => {
    const found = String(row[name] ?? '');
    return found === text || (isNumber && canonicalNumber(found) === canonicalNumber(text));
  });

const hasTexts = (line: string, key: KeyTexts): boolean =>
  [...key.values()].every(({ text }) => line.includes(text));

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
