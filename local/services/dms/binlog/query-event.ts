/** The body of a QUERY event: a statement, and what of its session it depends on. */
import type { ByteReader } from './byte-reader';
import { inflateEventPart } from './compressed-events';

export interface QueryEvent {
  readonly database: string;
  /** With `collation`: a character for each byte. */
  readonly text: string;
  /** Of the client, in whose character set the text is, where that is neither Unicode nor Western European. */
  readonly collation?: number;
  /** Bits as MySQL and MariaDB number them; 0 when the event does not say. */
  readonly sqlMode: bigint;
  /** Databases of which it used tables, by triggers and functions too. Absent where the server does not say: MariaDB, or too many. */
  readonly usedDatabases?: readonly string[];
}

/** What an event of a LOAD DATA has between its header and its text: file id, two places in it, duplicates. */
const LOAD_HEADER_BYTES = 13;

/** @param kind `load`: EXECUTE_LOAD_QUERY, which names the statement of a LOAD DATA; `compressed`: MariaDB's. */
export function parseQueryEvent(body: ByteReader, kind: 'query' | 'load' | 'compressed'): QueryEvent {
  body.skip(8);
  const databaseBytes = body.uint(1);
  body.skip(2);
  const variableBytes = body.uint(2);
  if (kind === 'load') body.skip(LOAD_HEADER_BYTES);
  const variables = parseVariables(body.slice(variableBytes));
  const database = body.text(databaseBytes);
  body.skip(1);
  const rest = body.slice(body.remaining);
  const bytes = kind === 'compressed' ? inflateEventPart(rest) : rest;
  const { sqlMode, usedDatabases } = variables;
  return {
    database,
    sqlMode,
    ...textOf(bytes, variables.clientCollation),
    ...(usedDatabases === undefined ? {} : { usedDatabases }),
  };
}

interface StatusVariables {
  readonly sqlMode: bigint;
  readonly clientCollation: number;
  readonly usedDatabases?: readonly string[];
}

/** Numbers of status variables, in the order in which servers write them (MySQL source documentation, Query_event). */
const FLAGS = 0;
const SQL_MODE = 1;
const AUTO_INCREMENT = 3;
const CHARSET = 4;
const TIME_ZONE = 5;
const CATALOG = 6;
const INVOKER = 11;
const USED_DATABASES = 12;
/** Bytes of those that are not needed. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [FLAGS, 4],
  [AUTO_INCREMENT, 4],
  [7, 2],
  [8, 2],
  [9, 8],
  [10, 4],
]);
const TOO_MANY_DATABASES = 254;

/** What follows one that is not known cannot be read; what is needed here comes before. */
function parseVariables(bytes: Buffer): StatusVariables {
  let sqlMode = 0n;
  let clientCollation = 0;
  const skipText = (at: number): number => at + 1 + (bytes[at] ?? 0);
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at] as number;
    at += 1;
    const length = LENGTHS.get(code);
    if (length !== undefined) at += length;
    else if (code === SQL_MODE && at + 8 <= bytes.length) {
      sqlMode = bytes.readBigUInt64LE(at);
      at += 8;
    } else if (code === CATALOG || code === TIME_ZONE) at = skipText(at);
    else if (code === INVOKER) at = skipText(skipText(at));
    else if (code === CHARSET && at + 6 <= bytes.length) {
      clientCollation = bytes.readUInt16LE(at);
      at += 6;
    } else if (code === USED_DATABASES && bytes[at] !== TOO_MANY_DATABASES)
      return { sqlMode, clientCollation, usedDatabases: readNames(bytes, at) };
    else break;
  }
  return { sqlMode, clientCollation };
}

/** How many, then each with a zero behind it. */
function readNames(bytes: Buffer, start: number): string[] {
  const names = bytes.toString('utf8', start + 1).split('\0');
  return names.slice(0, bytes[start]);
}

/** Statements are logged in the character set of their client. Numbers of collations, the same in MySQL and MariaDB. */
const LATIN1 = new Set([5, 8, 15, 31, 47, 48, 49, 94]);
/** Beyond 100 come forms of Unicode, but for GB18030. */
const UNICODE = new Set([33, 45, 46, 76, 83]);
const ASCII_AND_BINARY = new Set([11, 63, 65]);
const LAST_OF_OTHERS = 100;
const GB18030 = new Set([248, 249, 250]);

const isOther = (collation: number): boolean =>
  GB18030.has(collation) ||
  (collation > 0 &&
    collation <= LAST_OF_OTHERS &&
    !UNICODE.has(collation) &&
    !ASCII_AND_BINARY.has(collation));

function textOf(bytes: Buffer, collation: number): Pick<QueryEvent, 'text' | 'collation'> {
  if (LATIN1.has(collation)) return { text: new TextDecoder('windows-1252').decode(bytes) };
  if (isOther(collation) && bytes.some((byte) => byte > 0x7f))
    return { text: bytes.toString('latin1'), collation };
  return { text: bytes.toString('utf8') };
}
