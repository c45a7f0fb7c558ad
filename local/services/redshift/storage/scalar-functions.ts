/** Functions that no macro can express, in JavaScript. They get NULL only where they say so. */
import { createHash } from 'node:crypto';
import {
  BIGINT,
  BOOLEAN,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';

type Value = string | number | bigint | boolean | null;

interface TwinFunction {
  readonly name: string;
  readonly operands: readonly DuckDBType[];
  readonly answer: DuckDBType;
  /** Longest text that it takes, in characters. */
  readonly mostCharacters: number;
  readonly compute: (...operands: Value[]) => Value;
}

/** The longest VARCHAR of Redshift, in bytes; and the largest SUPER value, whose text may come in as well. */
const VARCHAR_MOST = 65_535;
const SUPER_MOST = 16 * 1024 * 1024;

const FUNCTIONS: readonly TwinFunction[] = [
  {
    name: 'twin_cut',
    operands: [VARCHAR, INTEGER],
    answer: VARCHAR,
    mostCharacters: SUPER_MOST,
    compute: (text, bytes) => cut(text as string, bytes as number),
  },
  {
    name: 'twin_initcap',
    operands: [VARCHAR],
    answer: VARCHAR,
    mostCharacters: VARCHAR_MOST,
    compute: (text) => initcap(text as string),
  },
  {
    name: 'twin_sha2',
    operands: [VARCHAR, INTEGER],
    answer: VARCHAR,
    mostCharacters: SUPER_MOST,
    compute: (text, bits) => sha2(text as string, bits as number),
  },
  {
    name: 'twin_like_pattern',
    operands: [VARCHAR, VARCHAR],
    answer: VARCHAR,
    mostCharacters: VARCHAR_MOST,
    compute: (pattern, mark) => likePattern(pattern as string, mark as string),
  },
  {
    name: 'twin_replace',
    operands: [VARCHAR, VARCHAR, VARCHAR],
    answer: VARCHAR,
    mostCharacters: SUPER_MOST,
    compute: (text, from, to) => replaceWithin(text as string, from as string, to as string),
  },
  {
    name: 'twin_similar_pattern',
    operands: [VARCHAR],
    answer: VARCHAR,
    mostCharacters: VARCHAR_MOST,
    compute: (pattern) => similarPattern(pattern as string),
  },
  {
    name: 'twin_strtol',
    operands: [VARCHAR, INTEGER],
    answer: BIGINT,
    mostCharacters: VARCHAR_MOST,
    compute: (text, base) => strtol(text as string, base as number),
  },
  {
    name: 'twin_number_text',
    operands: [VARCHAR, VARCHAR],
    answer: VARCHAR,
    mostCharacters: VARCHAR_MOST,
    compute: (text, format) => numberText(text as string, format as string),
  },
  {
    name: 'twin_json_path_text',
    operands: [VARCHAR, VARCHAR, BOOLEAN],
    answer: VARCHAR,
    mostCharacters: SUPER_MOST,
    compute: (text, path, nullIfInvalid) =>
      jsonPathText(text as string, path as string, nullIfInvalid as boolean),
  },
];

export function registerScalarFunctions(connection: DuckDBConnection): void {
  for (const { name, operands, answer, compute, mostCharacters } of FUNCTIONS) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        parameterTypes: operands,
        returnType: answer,
        mainFunction: (info, input, output) => {
          try {
            // Row by row: the texts of a whole chunk of 2,048 rows need not fit into memory.
            const columns = operands.map((_, index) => input.getColumnVector(index));
            for (let row = 0; row < input.rowCount; row += 1) {
              const given = columns.map((column) => (column.getItem(row) ?? null) as Value);
              checkLengths(given, mostCharacters);
              output.setItem(row, given.includes(null) ? null : compute(...given));
            }
            output.flush();
          } catch (error) {
            info.setError(error instanceof Error ? error.message : String(error));
          }
        },
      }),
    );
  }
}

function checkLengths(given: readonly Value[], most: number): void {
  for (const value of given) {
    if (typeof value === 'string' && value.length > most)
      throw new Error(
        `Value too long for character type\nDetail:\n  a function got ${value.length} characters, and takes at most ${most}`,
      );
  }
}

/** At most `bytes` bytes of UTF-8, never half a character. */
export function cut(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  if (buffer.length <= bytes) return text;
  let end = bytes;
  while (end > 0 && (buffer[end]! & 0xc0) === 0x80) end -= 1;
  return buffer.toString('utf8', 0, end);
}

const initcap = (text: string): string =>
  text.toLowerCase().replace(/[\p{L}\p{N}]+/gu, (word) => word[0]!.toUpperCase() + word.slice(1));

function sha2(text: string, bits: number): string {
  const algorithm = { 0: 'sha256', 224: 'sha224', 256: 'sha256', 384: 'sha384', 512: 'sha512' }[bits];
  if (algorithm === undefined) throw new Error(`SHA2 takes 0, 224, 256, 384 or 512 bits, got ${bits}`);
  return createHash(algorithm).update(text).digest('hex');
}

/** LIKE as a regular expression, which takes time in proportion to the text; DuckDB's own tries each place for each `%`. */
function likePattern(pattern: string, mark: string): string {
  let expression = '(?s)';
  let isEscaped = false;
  for (const character of pattern) {
    if (!isEscaped && character === mark) {
      isEscaped = true;
      continue;
    }
    if (!isEscaped && character === '%') expression += expression.endsWith('.*') ? '' : '.*';
    else if (!isEscaped && character === '_') expression += '.';
    else expression += character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
    isEscaped = false;
  }
  if (isEscaped) throw new Error('LIKE pattern must not end with escape character');
  return expression;
}

/** REPLACE, refused before it makes a text that no VARCHAR holds. */
function replaceWithin(text: string, from: string, to: string): string {
  if (from === '') return text;
  const growth = Buffer.byteLength(to) - Buffer.byteLength(from);
  let bytes = Buffer.byteLength(text);
  if (growth > 0) {
    for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length)) bytes += growth;
  }
  if (growth > 0 && bytes > VARCHAR_MOST) {
    throw new Error(
      `Value too long for character type\nDetail:\n  REPLACE would make ${bytes} bytes, and a text function makes at most ${VARCHAR_MOST}`,
    );
  }
  return text.replaceAll(from, () => to);
}

/** SIMILAR TO: `%` and `_` as in LIKE, the rest a regular expression of alternatives, groups and counts. */
function similarPattern(pattern: string): string {
  return pattern.replace(/\\(.)|%|_|[.^$]/gs, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (found === '%') return '(?s:.*)';
    return found === '_' ? '(?s:.)' : `\\${found}`;
  });
}

function strtol(text: string, base: number): bigint {
  const trimmed = text.trim();
  const negative = trimmed.startsWith('-');
  const digits = trimmed
    .replace(/^[-+]/, '')
    .replace(base === 16 ? /^0x/i : /^(?!)/, '')
    .toLowerCase();
  let value = 0n;
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36);
    if (Number.isNaN(worth) || worth >= base)
      throw new Error(`The input ${text} is not valid to be converted to base ${base}`);
    value = value * BigInt(base) + BigInt(worth);
  }
  const signed = negative ? -value : value;
  if (BigInt.asIntN(64, signed) !== signed)
    throw new Error(`The input ${text} is not valid to be converted to base ${base}`);
  return signed;
}

/** TO_CHAR of a number by a pattern of 9, 0, comma and point; FM leaves out the padding. */
function numberText(text: string, format: string): string {
  const bare = format.startsWith('FM');
  const pattern = format.replace(/^FM/, '');
  const [wholePattern = '', fractionPattern = ''] = pattern.split('.');
  const [whole, fraction] = rounded(text.replace('-', ''), fractionPattern.length);
  const slots = wholePattern.replaceAll(',', '').length;
  if (whole.length > slots && whole !== '0') return '#'.repeat(pattern.length + 1);
  const zeros = wholePattern.replaceAll(',', '').replace(/^9*/, '').length;
  let digits = (whole === '0' && zeros === 0 && fractionPattern !== '' ? '' : whole).padStart(zeros, '0');
  if (wholePattern.includes(',')) digits = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  const end =
    fractionPattern === ''
      ? ''
      : `.${bare ? fraction.replace(/0+$/, '').padEnd(fractionPattern.replace(/9*$/, '').length, '0') : fraction}`;
  const signed = `${text.startsWith('-') ? '-' : bare ? '' : ' '}${digits}${end}`;
  return bare ? signed : signed.padStart(pattern.length + 1);
}

/** Half away from zero, on the digits themselves. */
function rounded(text: string, places: number): [whole: string, fraction: string] {
  const [whole = '0', fraction = ''] = text.split('.');
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'));
  const up = (fraction[places] ?? '0') >= '5' ? 1n : 0n;
  const digits = (kept + up).toString().padStart(places + 1, '0');
  return [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
}

function jsonPathText(text: string, path: string, nullIfInvalid: boolean): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (nullIfInvalid) return null;
    throw new Error(`JSON parsing error: invalid json object of ${text.length} characters`);
  }
  for (const step of JSON.parse(path) as string[]) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
    value = (value as Record<string, unknown>)[step];
  }
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
