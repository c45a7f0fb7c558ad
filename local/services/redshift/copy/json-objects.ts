/** The objects of a JSON file: white space between them, usually one per line. */

export interface JsonObjectAt {
  readonly value: Record<string, unknown>;
  /** Of the object's last line, as Redshift counts. */
  readonly line: number;
  readonly raw: string;
}

export interface BadJson {
  readonly line: number;
  readonly raw: string;
  readonly reason: string;
}

/** Largest JSON object that COPY takes (developer guide, "COPY from JSON format"). */
export const MAX_OBJECT_BYTES = 4 * 1024 * 1024;

/** `firstLine`: the number of the text's first line in its file. */
export function* readObjects(text: string, firstLine = 1): Generator<JsonObjectAt | BadJson> {
  let line = firstLine;
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const raw = text.slice(start, end);
    const read = raw.trim() === '' ? undefined : parseObject(raw, line);
    if (read === 'not one object') {
      yield* scanObjects(text, start, line);
      return;
    }
    if (read !== undefined) yield read;
    start = end + 1;
    line += 1;
  }
}

function parseObject(raw: string, line: number): JsonObjectAt | BadJson | 'not one object' {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return 'not one object';
  }
  return checkObject(value, raw, line);
}

function checkObject(value: unknown, raw: string, line: number): JsonObjectAt | BadJson {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, raw, reason: 'Invalid JSONPath format: Member is not an object.' };
  }
  if (raw.length * 4 > MAX_OBJECT_BYTES && Buffer.byteLength(raw) > MAX_OBJECT_BYTES) {
    return { line, raw: raw.slice(0, 1024), reason: 'JSON object exceeds the 4 MB limit' };
  }
  return { value: value as Record<string, unknown>, line, raw };
}

/**
 * Each object that is never closed is looked for up to the end of the file; after so many, an object must end on its
 * own line, or a file of open brackets would be read once for each of them.
 */
const MAX_UNCLOSED = 16;

/** Objects over several lines, or several on one: found by their brackets. */
function* scanObjects(text: string, from: number, firstLine: number): Generator<JsonObjectAt | BadJson> {
  let line = firstLine;
  let unclosed = 0;
  for (let at = from; at < text.length; ) {
    const character = text[at]!;
    if (character === '\n') line += 1;
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    const newline = text.indexOf('\n', at);
    const endOfLine = newline < 0 ? text.length : newline;
    const limit = unclosed < MAX_UNCLOSED ? text.length : endOfLine;
    const end = character === '{' ? endOfObject(text, at, limit) : -1;
    if (end < 0) unclosed += 1;
    const raw = text.slice(at, end < 0 ? endOfLine : end);
    line += countLines(raw);
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch {
      yield { line, raw, reason: 'Invalid JSON format. String value or object is malformed' };
      // As Redshift: after a broken object the next line may hold a good one.
      const next = text.indexOf('\n', at + raw.length);
      if (next < 0) return;
      at = next;
      continue;
    }
    yield checkObject(value, raw, line);
    at += raw.length;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function endOfObject(text: string, start: number, limit: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < limit; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
