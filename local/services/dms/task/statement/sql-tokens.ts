/**
 * The words of a statement as the server that ran it read them: by its `sql_mode` and version, without comments. A
 * statement may have 16 MB, so that tokens are made one at a time, and each in one pass.
 */
import { flavourOf, type ServerFlavour } from '../../../../../pipeline/mysql/server-flavour';

export interface StatementDialect {
  /** `"x"` is a name, not a text (sql_mode ANSI_QUOTES). */
  readonly ansiQuotes: boolean;
  /** A backslash in a text is a backslash (sql_mode NO_BACKSLASH_ESCAPES). */
  readonly noBackslashEscapes: boolean;
  readonly flavour: ServerFlavour;
  /** As comments write it: 80400 for MySQL 8.4.0, 101114 for MariaDB 10.11.14. */
  readonly version: number;
}

/** What `sql_mode` makes of types. */
export interface TypeModes {
  /** REAL is FLOAT (REAL_AS_FLOAT, which ANSI has). */
  readonly realAsFloat: boolean;
  /** MariaDB's ORACLE. */
  readonly isOracle: boolean;
}

export interface SqlToken {
  /** `word`: unquoted, so a keyword or a name. `name`: quoted, so only a name. */
  readonly kind: 'word' | 'name' | 'text' | 'symbol';
  /** Without quotes. */
  readonly text: string;
}

const WORD = /[\w$\u0080-\uffff]/;
/** What servers take for a blank; others, as U+00A0, are letters of a name to them. */
const SPACE = /[\t\n\v\f\r ]/;

/** MySQL's bits of `sql_mode` (MySQL source documentation, "System variable sql_mode"; the same in MariaDB). */
const REAL_AS_FLOAT = 1n << 0n;
const ANSI_QUOTES = 1n << 2n;
/** Of MariaDB; no mode of MySQL. */
const ORACLE = 1n << 9n;
const NO_BACKSLASH_ESCAPES = 1n << 20n;
const STRICT = (1n << 21n) | (1n << 22n);

/** @param serverVersion as the binlog's format description has it: `9.7.4`, `10.11.14-MariaDB-log`. */
export function dialectOf(sqlMode: bigint, serverVersion: string): StatementDialect {
  const [, major = '0', minor = '0', patch = '0'] = /^(\d+)\.(\d+)\.(\d+)/.exec(serverVersion) ?? [];
  return {
    ansiQuotes: (sqlMode & ANSI_QUOTES) !== 0n,
    noBackslashEscapes: (sqlMode & NO_BACKSLASH_ESCAPES) !== 0n,
    flavour: flavourOf(serverVersion),
    version: Number(major) * 10_000 + Number(minor) * 100 + Number(patch),
  };
}

/** Whether a value that does not fit its column is an error rather than changed. */
export const isStrict = (sqlMode: bigint): boolean => (sqlMode & STRICT) !== 0n;

export const typeModesOf = (sqlMode: bigint): TypeModes => ({
  realAsFloat: (sqlMode & REAL_AS_FLOAT) !== 0n,
  isOracle: (sqlMode & ORACLE) !== 0n,
});

export function* readTokens(sql: string, dialect: StatementDialect): Generator<SqlToken, undefined> {
  let at = 0;
  /** Inside a comment whose text the server runs. */
  let executed = false;
  while (at < sql.length) {
    const char = sql.charAt(at);
    if (SPACE.test(char)) at += 1;
    else if (executed && sql.startsWith('*/', at)) {
      executed = false;
      at += 2;
    } else if (sql.startsWith('/*', at)) {
      const begin = executedFrom(sql, at, dialect);
      executed = executed || begin !== undefined;
      at = begin ?? endOfComment(sql, at);
    } else if (isLineComment(sql, at)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else {
      const token = readToken(sql, at, dialect);
      yield token.token;
      at = token.end;
    }
  }
  return undefined;
}

function isLineComment(sql: string, at: number): boolean {
  if (sql.charAt(at) === '#') return true;
  // A control character counts as the blank that must follow.
  return sql.startsWith('--', at) && (at + 2 >= sql.length || sql.charCodeAt(at + 2) <= 0x20);
}

/**
 * Where the text of a comment begins that this server runs: `/*! … `, `/*!80000 … ` from that version on, and only on
 * MariaDB `/*M! … `. MariaDB skips what is meant for MySQL 5.7 and later (MariaDB knowledge base, "Comment Syntax").
 */
function executedFrom(sql: string, at: number, { flavour, version }: StatementDialect): number | undefined {
  const match = /^\/\*(M?)!(\d{5,6})?/.exec(sql.slice(at, at + 10));
  if (match === null || (match[1] === 'M' && flavour === 'mysql')) return undefined;
  const from = Number(match[2] ?? 0);
  const forOthers = flavour === 'mariadb' && match[1] === '' && from >= 50_700 && from <= 99_999;
  return from <= version && !forOthers ? at + match[0].length : undefined;
}

/** A comment that is not run may hold whole comments. */
function endOfComment(sql: string, at: number): number {
  const isSkippedCode = /^\/\*M?!/.test(sql.slice(at, at + 4));
  let from = at + 2;
  for (;;) {
    const close = sql.indexOf('*/', from);
    if (close < 0) return sql.length;
    const inner = isSkippedCode ? sql.slice(from, close).lastIndexOf('/*') : -1;
    if (inner < 0) return close + 2;
    from = close + 2;
  }
}

function readToken(sql: string, at: number, dialect: StatementDialect): { token: SqlToken; end: number } {
  const char = sql.charAt(at);
  if (char === '`') return readQuoted(sql, at, { kind: 'name', escapes: false });
  if (char === '"' && dialect.ansiQuotes) return readQuoted(sql, at, { kind: 'name', escapes: false });
  if (char === "'" || char === '"')
    return readQuoted(sql, at, { kind: 'text', escapes: !dialect.noBackslashEscapes });
  if (!WORD.test(char)) return { token: { kind: 'symbol', text: char }, end: at + 1 };
  let end = at + 1;
  while (end < sql.length && WORD.test(sql.charAt(end))) end += 1;
  return { token: { kind: 'word', text: sql.slice(at, end) }, end };
}

/** A doubled quote is the quote itself. */
function readQuoted(
  sql: string,
  at: number,
  { kind, escapes }: { readonly kind: 'name' | 'text'; readonly escapes: boolean },
): { token: SqlToken; end: number } {
  const quote = sql.charAt(at);
  const parts: string[] = [];
  let from = at + 1;
  let end = from;
  for (; end < sql.length; end += 1) {
    const char = sql.charAt(end);
    if (char === '\\' && escapes) {
      parts.push(sql.slice(from, end), unescaped(sql.charAt(end + 1)));
      end += 1;
      from = end + 1;
    } else if (char === quote) {
      if (sql.charAt(end + 1) !== quote) break;
      parts.push(sql.slice(from, end + 1));
      end += 1;
      from = end + 1;
    }
  }
  parts.push(sql.slice(from, end));
  return { token: { kind, text: parts.join('') }, end: end + 1 };
}

/** The last two are for patterns of LIKE, so that the backslash stays (MySQL manual, "String Literals"). */
const ESCAPES: Readonly<Record<string, string>> = {
  0: '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
  '%': '\\%',
  _: '\\_',
};

const unescaped = (char: string): string => ESCAPES[char] ?? char;
