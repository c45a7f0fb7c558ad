/** Redshift SQL as tokens. The grammar of names and literals is PostgreSQL 8's, which Redshift kept. */
import { foldName } from '../../../../../pipeline/values/catalogue';
import { WarehouseError } from '../../../../runtime/ports/warehouse';

export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'operator'
  | 'parameter'
  | 'placeholder'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Folded to lower case for words; decoded for strings and quoted names; without the colon or the dollar for parameters. */
  readonly text: string;
  /** As written, for messages. */
  readonly raw: string;
  /** Offset of its first character. */
  readonly at: number;
}

const SPACE = /\s+/y;
const LINE_COMMENT = /--[^\n]*/y;
const WORD = /[A-Za-z_\u0080-\uffff#][A-Za-z0-9_$\u0080-\uffff]*/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const PARAMETER = /:[0-9a-zA-Z_]+/y;
const PLACEHOLDER = /\$\d+/y;
const OPERATOR = /::|\|\||<=|>=|<>|!=|!~\*|!~|~\*|<<|>>|=>|[-+*/%^<>=~&|#!@()[\],.;:?]/y;

/** @throws WarehouseError for an unterminated literal, name or comment, or a character outside the grammar. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    const skipped = skipBlank(sql, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readToken(sql, at, tokens.at(-1));
    tokens.push(token);
    at += token.raw.length;
  }
  tokens.push({ kind: 'end', text: '', raw: '', at: sql.length });
  return tokens;
}

function skipBlank(sql: string, at: number): number {
  const blank = match(SPACE, sql, at) ?? match(LINE_COMMENT, sql, at);
  if (blank !== undefined) return at + blank.length;
  return sql.startsWith('/*', at) ? endOfComment(sql, at) : at;
}

/** Comments nest, as in PostgreSQL. */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at += 1) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  throw new WarehouseError('unterminated /* comment');
}

function readToken(sql: string, at: number, previous: Token | undefined): Token {
  const first = sql[at]!;
  if (first === "'") return readString(sql, at);
  // A plain literal has the same escapes.
  if ((first === 'E' || first === 'e') && sql[at + 1] === "'") return readString(sql, at + 1, at);
  if (first === '"') return readQuotedName(sql, at);
  const placeholder = match(PLACEHOLDER, sql, at);
  if (placeholder !== undefined)
    return { kind: 'placeholder', text: placeholder.slice(1), raw: placeholder, at };
  if (first === '$') return readDollarString(sql, at);
  const word = match(WORD, sql, at);
  if (word !== undefined) return { kind: 'word', text: foldName(word), raw: word, at };
  // `a[1].b`: after a name or a bracket a dot is navigation, not the start of a number.
  const number =
    first === '.' && previous !== undefined && endsOperand(previous) ? undefined : match(NUMBER, sql, at);
  if (number !== undefined) return { kind: 'number', text: number, raw: number, at };
  const parameter = match(PARAMETER, sql, at);
  if (parameter !== undefined) return { kind: 'parameter', text: parameter.slice(1), raw: parameter, at };
  const operator = match(OPERATOR, sql, at);
  if (operator !== undefined) return { kind: 'operator', text: operator, raw: operator, at };
  throw new WarehouseError(`syntax error at or near "${first}"\n  Position: ${at + 1}`);
}

const endsOperand = (token: Token): boolean =>
  token.kind === 'word' || token.kind === 'quoted' || token.text === ']' || token.text === ')';

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** A backslash escapes in Redshift's plain string literals (standard_conforming_strings does not exist there). */
function readString(sql: string, at: number, start = at): Token {
  let text = '';
  for (let next = at + 1; next < sql.length; next += 1) {
    const character = sql[next]!;
    if (character === "'") {
      if (sql[next + 1] !== "'") return { kind: 'string', text, raw: sql.slice(start, next + 1), at: start };
      text += "'";
      next += 1;
    } else if (character === '\\') {
      const octal = /^[0-7]{1,3}/.exec(sql.slice(next + 1, next + 4))?.[0];
      const escaped = octal ?? sql[next + 1] ?? '';
      text +=
        octal === undefined ? (ESCAPES[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(octal, 8));
      next += escaped.length;
    } else text += character;
  }
  throw new WarehouseError('unterminated quoted string');
}

function readQuotedName(sql: string, at: number): Token {
  const raw = match(/"(?:[^"]|"")*"/y, sql, at);
  if (raw === undefined) throw new WarehouseError('unterminated quoted identifier');
  const text = raw.slice(1, -1).replaceAll('""', '"');
  if (text === '') throw new WarehouseError('zero-length delimited identifier');
  return { kind: 'quoted', text, raw, at };
}

function readDollarString(sql: string, at: number): Token {
  const tag = match(/\$(?:[A-Za-z_]\w*)?\$/y, sql, at);
  const end = tag === undefined ? -1 : sql.indexOf(tag, at + tag.length);
  if (tag === undefined || end < 0) throw new WarehouseError('syntax error at or near "$"');
  const raw = sql.slice(at, end + tag.length);
  return { kind: 'string', text: raw.slice(tag.length, -tag.length), raw, at };
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}
