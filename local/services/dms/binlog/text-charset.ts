/** Text in the binlog is in its column's own character set, never converted. */
import { isUtf8 } from 'node:buffer';
import type { Connection } from 'mysql2';
import { queryRows } from './binlog-stream';
import { type CharsetTable, decodeByTable, readCharsetTable } from './charset-table';

type DecodeText = (bytes: Buffer, start: number, end: number) => string;

const REPLACEMENT = '\ufffd';
/** Half of a pair, which no Unicode text has. It marks a value that is no text: U+FFFD alone may be one. */
export const NO_UNICODE = '\ud800';

/** Ill-formed where the bytes are no UTF-8, as half of a surrogate pair is: MariaDB stores such, and MySQL in UCS-2. */
export const utf8: DecodeText = (bytes, start, end) => {
  const text = bytes.toString('utf8', start, end);
  return text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end)) ? text + NO_UNICODE : text;
};

const HIGHEST_OF_ASCII = 0x7f;
const QUESTION_MARK = 0x3f;

/** In place: other bytes, which MariaDB stores, are question marks in a query. */
export function questionOtherBytes(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at += 1)
    if ((bytes[at] as number) > HIGHEST_OF_ASCII) bytes[at] = QUESTION_MARK;
}

const ascii: DecodeText = (bytes, start, end) => {
  const copy = Buffer.from(bytes.subarray(start, end));
  questionOtherBytes(copy, 0, copy.length);
  return copy.toString('latin1');
};

const utf16be: DecodeText = (bytes, start, end) =>
  Buffer.from(bytes.subarray(start, end)).swap16().toString('utf16le');
const utf16le: DecodeText = (bytes, start, end) => bytes.toString('utf16le', start, end);

/** Pairs are no characters here, and in a query no UTF-8. */
const ucs2: DecodeText = (bytes, start, end) => {
  const text = utf16be(bytes, start, end);
  return /[\ud800-\udfff]/.test(text) ? text + NO_UNICODE : text;
};

const utf32: DecodeText = (bytes, start, end) => {
  let text = '';
  for (let at = start; at + 4 <= end; at += 4) text += String.fromCodePoint(bytes.readUInt32BE(at));
  return text;
};

/** Sets that every server decodes in the same way. All others are learned from the server. */
const UNICODE: Readonly<Record<string, DecodeText>> = {
  utf8mb4: utf8,
  utf8mb3: utf8,
  utf8: utf8,
  ascii,
  ucs2,
  utf16: utf16be,
  utf16le,
  utf32,
};

/** By name: servers of one flavour agree on what a set is. */
const learned = new Map<string, CharsetTable>();

/** Asks the server for those sets that no decoder is known for yet; {@link textDecoder} knows them from then on. */
export async function learnCharsets(
  connection: Connection,
  charsets: readonly (string | null)[],
): Promise<void> {
  for (const charset of new Set(charsets)) {
    if (charset === null || textDecoder(charset) !== undefined || charset === 'binary') continue;
    const [row] = (await queryRows(
      connection,
      `SELECT MAXLEN AS longest FROM information_schema.character_sets WHERE character_set_name = ${connection.escape(charset)}`,
    )) as { longest: number }[];
    if (row === undefined) continue;
    learned.set(charset, await readCharsetTable(connection, charset, Number(row.longest)));
  }
}

/** How to read text of a MySQL character set; undefined for a set that is not known here. */
export function textDecoder(charset: string): DecodeText | undefined {
  const unicode = UNICODE[charset];
  if (unicode !== undefined) return unicode;
  const table = learned.get(charset);
  return table === undefined ? undefined : (bytes, start, end) => decodeByTable(table, bytes, start, end);
}

/** Statements of a client whose character set has no other decoder: bytes, as the server itself reads them. */
export async function decodeStatement(
  connection: Connection,
  bytes: Buffer,
  collation: number,
): Promise<string> {
  const [row] = (await queryRows(
    connection,
    `SELECT character_set_name AS charset FROM information_schema.collations WHERE id = ${collation}`,
  )) as { charset: string }[];
  if (row === undefined) return bytes.toString('utf8');
  await learnCharsets(connection, [row.charset]);
  return textDecoder(row.charset)?.(bytes, 0, bytes.length) ?? bytes.toString('utf8');
}
