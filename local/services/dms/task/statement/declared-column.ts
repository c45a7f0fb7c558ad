/** One column as ADD, CHANGE or MODIFY declares it, as far as its values depend on it. */
import { type ColumnPlace, hasCascade } from './clauses';
import { type DeclaredType, parseDeclaredType } from './declared-type';
import type { SqlToken } from './sql-tokens';
import type { StatementReader } from './statement-reader';

/** `number`: written without quotes. */
export type Filling =
  | { readonly kind: 'text' | 'number'; readonly text: string | null }
  | { readonly kind: 'computed' };

export interface DeclaredColumn {
  readonly name: string;
  readonly type: DeclaredType;
  /** Undefined when it is the table's. */
  readonly charset: string | undefined;
  readonly notNull: boolean;
  /** What rows get that were there before: a text, NULL, or something that only the server can work out. */
  readonly filling: Filling;
  readonly place: ColumnPlace | undefined;
  /** PRIMARY KEY or UNIQUE stands beside it. */
  readonly isKey: boolean;
  /** The server works out each value from other columns, also in rows that are there. */
  readonly isGenerated: boolean;
  /** Rows that have 0 or NULL in it may get a number. */
  readonly isAutoIncrement: boolean;
  readonly cascades: boolean;
}

/** @param reader at the column's name */
export function parseDeclaredColumn(reader: StatementReader): DeclaredColumn | undefined {
  const name = reader.name();
  const type = reader.peek();
  if (name === undefined || type.kind !== 'word') return undefined;
  const tokens = reader.rest();
  const words = outsideParentheses(tokens);
  const has = (...wanted: readonly string[]): boolean => indexOfWords(words, ...wanted) >= 0;
  const notNull = has('NOT', 'NULL') || has('PRIMARY') || isSerial(type);
  return {
    name,
    type: parseDeclaredType(tokens),
    charset: charsetOf(words),
    notNull,
    filling: fillingOf(words, type.text.toLowerCase(), notNull),
    place: placeOf(words),
    isKey: has('PRIMARY') || has('UNIQUE') || isSerial(type),
    isGenerated: has('AS') || has('GENERATED'),
    isAutoIncrement: has('AUTO_INCREMENT') || isSerial(type),
    cascades: hasCascade(tokens),
  };
}

const isSerial = ({ text }: SqlToken): boolean => /^serial$/i.test(text);

function outsideParentheses(tokens: readonly SqlToken[]): SqlToken[] {
  let depth = 0;
  return tokens.filter(({ kind, text }) => {
    if (kind === 'symbol' && text === ')') depth -= 1;
    const outside = depth === 0;
    if (kind === 'symbol' && text === '(') depth += 1;
    return outside;
  });
}

const isWord = (token: SqlToken | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === word;

const indexOfWords = (tokens: readonly SqlToken[], ...wanted: readonly string[]): number =>
  tokens.findIndex((_, index) => wanted.every((word, offset) => isWord(tokens[index + offset], word)));

function placeOf(words: readonly SqlToken[]): ColumnPlace | undefined {
  const last = words.at(-1);
  // The column behind which it comes may be called `first`.
  if (isWord(words.at(-2), 'AFTER') && last !== undefined) return { after: last.text };
  return words.length > 1 && isWord(last, 'FIRST') ? 'first' : undefined;
}

/** The server stores another value than the text says. */
const ROUNDED = /^(?:timestamp|float4?|year|bit|binary|varbinary|(?:tiny|medium|long)?blob)$/;

const isWordAmong = (words: readonly SqlToken[], word: string): boolean => indexOfWords(words, word) >= 0;

/** Words for a character set, and types that have one of their own (MySQL manual, "The National Character Set"). */
const CHARSET_WORDS: Readonly<Record<string, string>> = { ASCII: 'latin1', UNICODE: 'ucs2' };
const NATIONAL = /^(?:national|nchar|nvarchar)$/i;

/** A collation begins with the name of its character set, but for MariaDB's of every one (`uca1400_ai_ci`). */
function charsetOf(words: readonly SqlToken[]): string | undefined {
  const [type] = words;
  if (type?.kind === 'word' && NATIONAL.test(type.text)) return 'utf8';
  const collate = indexOfWords(words, 'COLLATE');
  const collation = collate < 0 ? '' : (words[collate + 1]?.text.toLowerCase() ?? '');
  if (collation !== '' && !collation.startsWith('uca1400_')) return collation.split('_')[0];
  const short = words.find(
    ({ kind, text }, at) =>
      kind === 'word' && text.toUpperCase() in CHARSET_WORDS && !isWord(words[at - 1], 'AFTER'),
  );
  if (short !== undefined) return CHARSET_WORDS[short.text.toUpperCase()];
  const set = Math.max(indexOfWords(words, 'CHARACTER', 'SET'), indexOfWords(words, 'CHAR', 'SET'));
  const named = set >= 0 ? set + 2 : indexOfWords(words, 'CHARSET') + 1;
  return named === 0 ? undefined : words[named]?.text.toLowerCase();
}

const COMPUTED = { kind: 'computed' } as const;

/** By type: what NOT NULL without DEFAULT gives to rows that were there (MySQL manual, "Data Type Default Values"). */
const IMPLICIT_ZERO =
  /^(?:tinyint|smallint|mediumint|int|integer|bigint|int[1248]|middleint|decimal|dec|numeric|fixed|float8|double|real|bool|boolean)$/;
const IMPLICIT_EMPTY = /^(?:varchar|char|(?:tiny|medium|long)?text|national|nvarchar|nchar|character)$/;

function fillingOf(words: readonly SqlToken[], type: string, notNull: boolean): Filling {
  const computed = ['AUTO_INCREMENT', 'GENERATED', 'AS', 'VIRTUAL', 'STORED', 'PERSISTENT'];
  if (computed.some((word) => indexOfWords(words, word) >= 0) || type === 'serial') return COMPUTED;
  const at = indexOfWords(words, 'DEFAULT');
  if (at >= 0)
    return ROUNDED.test(type) && !isWord(words[at + 1], 'NULL') ? COMPUTED : literalAt(words, at + 1);
  if (!notNull)
    return type === 'timestamp' && !isWordAmong(words, 'NULL') ? COMPUTED : { kind: 'text', text: null };
  if (IMPLICIT_ZERO.test(type)) return { kind: 'text', text: '0' };
  return IMPLICIT_EMPTY.test(type) ? { kind: 'text', text: '' } : COMPUTED;
}

/** A text, a number with its sign, TRUE, FALSE or NULL; anything else is worked out by the server. */
function literalAt(words: readonly SqlToken[], at: number): Filling {
  const token = words[at];
  if (token === undefined) return COMPUTED;
  // Texts that follow one another are one text.
  if (token.kind === 'text')
    return words[at + 1]?.kind === 'text' ? COMPUTED : { kind: 'text', text: token.text };
  const sign = token.kind === 'symbol' && (token.text === '-' || token.text === '+') ? token.text : '';
  const digits = words[sign === '' ? at : at + 1];
  if (digits?.kind === 'word' && /^\d+$/.test(digits.text)) {
    const next = sign === '' ? at + 1 : at + 2;
    const hasFraction = words[next]?.kind === 'symbol' && words[next]?.text === '.';
    const fraction = hasFraction ? `.${words[next + 1]?.text ?? ''}` : '';
    if (!/^(?:\.\d+)?$/.test(fraction)) return COMPUTED;
    return { kind: 'number', text: `${sign === '-' ? '-' : ''}${digits.text}${fraction}` };
  }
  if (isWord(token, 'NULL')) return { kind: 'text', text: null };
  if (isWord(token, 'TRUE')) return { kind: 'number', text: '1' };
  return isWord(token, 'FALSE') ? { kind: 'number', text: '0' } : COMPUTED;
}
