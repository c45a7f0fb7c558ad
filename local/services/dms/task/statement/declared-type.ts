/** Whether a column is of the type that a statement declared: if not, a later one declared it again. */
import { MYSQL_TYPE_NAMES } from '../../../../../pipeline/values/mysql-declaration';
import { ownValue } from '../../../../../pipeline/values/own-value';
import { readTokens, type SqlToken, type StatementDialect } from './sql-tokens';

export interface DeclaredType {
  /** As information schemas name it. */
  readonly name: string;
  /** What is in parentheses behind it. */
  readonly size: readonly string[];
}

/** What a type without parentheses has in them (MySQL manual, "Data Types"). */
const SIZES: Readonly<Record<string, readonly string[]>> = {
  decimal: ['10', '0'],
  char: ['1'],
  binary: ['1'],
  bit: ['1'],
};
/** Their size is only how they are shown, or chosen by the server. */
const SIZELESS = /^(?:(?:tiny|small|medium|big)?int|year|(?:tiny|medium|long)?(?:text|blob)|float|double)$/;

/** Beside those that MYSQL_TYPE_NAMES has. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  nchar: 'char',
  nvarchar: 'varchar',
  varcharacter: 'varchar',
  geomcollection: 'geometrycollection',
};
const VARYING = ['varying', 'varchar', 'varcharacter'];

/** @param tokens at the type */
export function parseDeclaredType(tokens: readonly SqlToken[]): DeclaredType {
  const { name, words } = typeName(tokens.slice(0, 4).map(({ text }) => text.toLowerCase()));
  const behind = tokens.slice(words);
  const size: string[] = [];
  if (behind[0]?.kind === 'symbol' && behind[0].text === '(') {
    for (const { kind, text } of behind.slice(1)) {
      if (kind === 'symbol' && text === ')') break;
      if (kind !== 'symbol') size.push(kind === 'text' ? text : String(Number(text)));
    }
  }
  return { name, size };
}

/** `words`: how many of them are the type. NATIONAL CHARACTER VARYING, CHAR VARYING, LONG VARBINARY and the like have several. */
function typeName(given: readonly string[]): { readonly name: string; readonly words: number } {
  const before = given[0] === 'national' ? 1 : 0;
  const [word = '', next = ''] = given.slice(before);
  if (word === 'long') return { name: next === 'varbinary' ? 'mediumblob' : 'mediumtext', words: 2 };
  const name = ownValue(MYSQL_TYPE_NAMES, word) ?? ownValue(OTHER_NAMES, word) ?? word;
  if (name === 'char' && VARYING.includes(next)) return { name: 'varchar', words: before + 2 };
  return { name, words: before + 1 };
}

const PLAIN: StatementDialect = {
  ansiQuotes: false,
  noBackslashEscapes: true,
  flavour: 'mysql',
  version: 80_000,
};

/** @param columnType as the information schema has it: `decimal(10,2) unsigned` */
export function isOfType(declared: DeclaredType, columnType: string): boolean {
  const found = parseDeclaredType([...readTokens(columnType, PLAIN)]);
  // MariaDB keeps a document as text.
  if (declared.name === 'json') return found.name === 'json' || found.name === 'longtext';
  if (declared.name !== found.name) return false;
  if (SIZELESS.test(found.name)) return true;
  return sizeOf(declared).join('\n') === sizeOf(found).join('\n');
}

/** `DECIMAL(5)` is `DECIMAL(5,0)`; `DATETIME(0)` is `DATETIME`. */
function sizeOf({ name, size }: DeclaredType): readonly string[] {
  // Servers take blanks off the end of a label.
  if (name === 'enum' || name === 'set') return size.map((label) => label.replace(/ +$/, ''));
  const usual = ownValue(SIZES, name) ?? [];
  const whole = size.length >= usual.length ? size : [...size, ...usual.slice(size.length)];
  return whole.length === 1 && whole[0] === '0' ? [] : whole;
}
