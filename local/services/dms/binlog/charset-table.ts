/**
 * How a server decodes a character set that has no UTF in its name: asked of the server itself, so that a row in the
 * binlog reads as the same text as in a query. Other decoders differ in dozens of characters (Node's own from
 * MariaDB's: cp1256, koi8u, big5, euckr, sjis and more).
 */
import type { Connection } from 'mysql2';
import { queryRows } from './binlog-stream';

/** A code, its bytes read as one number, to its character. */
export type CharsetTable = ReadonlyMap<number, string>;

const CODES_A_QUERY = 10_000;
const EXPRESSIONS_A_QUERY = 2_000;
const QUESTION_MARK = 0x3f;
const LINE_FEED = 0x0a;
const LAST_BYTE = 0xff;
/** In EUC of Japan, what begins a code of three bytes. */
const THREE_BYTE_LEAD = 0x8f;
/** Codes of four bytes, in GB18030 only: those of the basic plane are listed, those above it are in Unicode's order. */
const FOUR_BYTES = 4;
const BASIC_PLANE_CODES = 39_420;
const FIRST_ABOVE = 189_000;

/** In the table of GB18030 only. */
const FIRST_OF_FOUR_BYTES = 0x81308130;

/** @param longest bytes of the longest character: INFORMATION_SCHEMA's MAXLEN. */
export async function readCharsetTable(
  connection: Connection,
  charset: string,
  longest: number,
): Promise<CharsetTable> {
  const table = new Map([[LINE_FEED, '\n']]);
  const codes = candidateCodes(longest);
  for (let at = 0; at < codes.length; at += CODES_A_QUERY) {
    const some = codes.slice(at, at + CODES_A_QUERY);
    const characters = await readCharacters(connection, charset, some);
    some.forEach((code, index) => {
      const character = characters[index] ?? '';
      // Of bytes that are no code each becomes a question mark. A code of two bytes without a character becomes one.
      const isKnown =
        [...character].length === 1 && (character !== '?' || code === QUESTION_MARK || code > LAST_BYTE);
      if (isKnown) table.set(code, character);
    });
  }
  return table;
}

/** Each code on a line of its own: no character of any set contains the byte of a line feed. */
async function readCharacters(
  connection: Connection,
  charset: string,
  codes: readonly number[],
): Promise<readonly string[]> {
  const bytes = codes.map((code) => `${hexOf(code)}0a`).join('');
  const [row] = (await queryRows(
    connection,
    `SELECT HEX(CONVERT(CONVERT(x'${bytes}' USING ${charset}) USING utf8mb4)) AS characters`,
  )) as { characters: string | null }[];
  const lines = Buffer.from(row?.characters ?? '', 'hex')
    .toString()
    .split('\n')
    .slice(0, -1);
  if (lines.length === codes.length) return lines;
  return readOneByOne(connection, charset, codes);
}

/** MySQL gives NULL for a text with a single code that the set has not, so that each is a text of its own there. */
async function readOneByOne(
  connection: Connection,
  charset: string,
  codes: readonly number[],
): Promise<readonly string[]> {
  const characters: string[] = [];
  for (let at = 0; at < codes.length; at += EXPRESSIONS_A_QUERY) {
    const some = codes.slice(at, at + EXPRESSIONS_A_QUERY);
    const columns = some.map(
      (code, index) => `HEX(CONVERT(CONVERT(x'${hexOf(code)}' USING ${charset}) USING utf8mb4)) AS c${index}`,
    );
    const [row] = (await queryRows(connection, `SELECT ${columns.join(', ')}`)) as Record<
      string,
      string | null
    >[];
    for (const index of some.keys()) characters.push(Buffer.from(row?.[`c${index}`] ?? '', 'hex').toString());
  }
  return characters;
}

const hexOf = (code: number): string => {
  const hex = code.toString(16);
  return hex.padStart(hex.length + (hex.length % 2), '0');
};

function candidateCodes(longest: number): number[] {
  const codes = range(0, 0xff).filter((code) => code !== LINE_FEED);
  if (longest < 2) return codes;
  for (const lead of range(0x80, 0xff)) for (const trail of range(0x40, 0xff)) codes.push(lead * 256 + trail);
  if (longest === FOUR_BYTES) return [...codes, ...range(0, BASIC_PLANE_CODES - 1).map(codeOfFourBytes)];
  if (longest < 3) return codes;
  for (const second of range(0xa1, 0xfe))
    for (const third of range(0xa1, 0xfe)) codes.push((THREE_BYTE_LEAD * 256 + second) * 256 + third);
  return codes;
}

/** Digits to the bases 10, 126, 10, from the last byte to the first. */
function codeOfFourBytes(number: number): number {
  const last = 0x30 + (number % 10);
  const third = 0x81 + (Math.floor(number / 10) % 126);
  const second = 0x30 + (Math.floor(number / 1_260) % 10);
  const first = 0x81 + Math.floor(number / 12_600);
  return ((first * 256 + second) * 256 + third) * 256 + last;
}

/** A character above the basic plane; undefined where these bytes are none. */
function characterAbove(bytes: Buffer, at: number, end: number): string | undefined {
  if (at + FOUR_BYTES > end) return undefined;
  const [first = 0, second = 0, third = 0, last = 0] = bytes.subarray(at, at + FOUR_BYTES);
  const number = (first - 0x81) * 12_600 + (second - 0x30) * 1_260 + (third - 0x81) * 10 + (last - 0x30);
  const point = 0x10000 + number - FIRST_ABOVE;
  const isCode = second >= 0x30 && second <= 0x39 && third >= 0x81 && last >= 0x30 && last <= 0x39;
  return isCode && number >= FIRST_ABOVE && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Characters are the shortest codes that the table has; a byte that begins none is a question mark, as in a query. */
export function decodeByTable(table: CharsetTable, bytes: Buffer, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; ) {
    let code = 0;
    let found: string | undefined;
    let next = at;
    while (found === undefined && next < Math.min(end, at + FOUR_BYTES)) {
      code = code * 256 + (bytes[next] as number);
      next += 1;
      found = table.get(code);
    }
    if (found === undefined && table.has(FIRST_OF_FOUR_BYTES)) {
      found = characterAbove(bytes, at, end);
      next = at + FOUR_BYTES;
    }
    text += found ?? '?';
    at = found === undefined ? at + 1 : next;
  }
  return text;
}
