/** Whether a column is of the type that a statement declared: if not, a later one declared it again. */
import { MYSQL_TYPE_NAMES } from '../../../../../pipeline/values/mysql-declaration';
import { ownValue } from '../../../../../pipeline/values/own-value';
import { readTokens, type SqlToken, type StatementDialect, type TypeModes } from './sql-tokens';

export interface DeclaredType {
  /** As information schemas name it, where neither `sql_mode` nor size nor character set make another one of it. */
  readonly name: string;
  /** The word that was written. */
  readonly word: string;
  /** What is in parentheses behind it. */
  readonly size: readonly string[];
  /** It is followed by BYTE. */
  readonly isBytes: boolean;
}

/** What a type without parentheses has in them (MySQL manual, "Data Types"). */
const SIZES: Readonly<Record<string, readonly string[]>> = {
  decimal: ['10', '0'],
  char: ['1'],
  binary: ['1'],
  bit: ['1'],
  vector: ['2048'],
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
/** MariaDB knowledge base, "SQL_MODE=ORACLE", "Synonyms for Basic SQL Types". */
const ORACLE_NAMES: Readonly<Record<string, string>> = {
  varchar2: 'varchar',
  raw: 'varbinary',
  clob: 'longtext',
  date: 'datetime',
};
/** What a text of the character set `binary` is. */
const BYTES_OF: Readonly<Record<string, string>> = { char: 'binary', varchar: 'varbinary', text: 'blob' };
/** The smallest of them that has so many bytes (MySQL manual, "Data Type Storage Requirements"). */
const LENGTHS: readonly (readonly [string, number])[] = [
  ['tiny', 255],
  ['', 65_535],
  ['medium', 16_777_215],
];
/** FLOAT(p) of more bits is a DOUBLE. */
const FLOAT_BITS = 24;

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
  const [word = ''] = tokens.map(({ text }) => text.toLowerCase());
  const next = behind[size.length === 0 ? 0 : size.length * 2 + 1];
  return { name, word, size, isBytes: next?.kind === 'word' && next.text.toUpperCase() === 'BYTE' };
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

export interface FoundType {
  /** As the information schema has it: `decimal(10,2) unsigned`. */
  readonly columnType: string;
  /** How many bytes a character of it may have; of texts only. */
  readonly characterBytes?: number;
  /** BYTE was written behind it, or a character set `binary`. */
  readonly isBytes?: boolean;
}

export function isOfType(
  declared: DeclaredType,
  { columnType, characterBytes = 1, isBytes = declared.isBytes }: FoundType,
  modes: TypeModes = { realAsFloat: false, isOracle: false },
): boolean {
  const found = parseDeclaredType([...readTokens(columnType, PLAIN)]);
  const wanted = storedType(inMode(declared, modes), { characterBytes, isBytes });
  // MariaDB keeps a document as text.
  if (wanted.name === 'json') return found.name === 'json' || found.name === 'longtext';
  if (wanted.name !== found.name) return false;
  if (SIZELESS.test(found.name)) return true;
  return sizeOf(wanted).join('\n') === sizeOf(found).join('\n');
}

function inMode(declared: DeclaredType, { realAsFloat, isOracle }: TypeModes): DeclaredType {
  const { word, size } = declared;
  if (word === 'real' && realAsFloat) return { ...declared, name: 'float', size: [] };
  if (!isOracle) return declared;
  if (word === 'number') return { ...declared, name: size.length === 0 ? 'double' : 'decimal' };
  if (word === 'blob' && size.length === 0) return { ...declared, name: 'longblob' };
  return { ...declared, name: ownValue(ORACLE_NAMES, word) ?? declared.name };
}

/** The type that the server makes of it. */
function storedType(
  declared: DeclaredType,
  { characterBytes, isBytes }: { readonly characterBytes: number; readonly isBytes: boolean },
): DeclaredType {
  const { name, size } = declared;
  const [first = ''] = size;
  if (name === 'float' && size.length === 1 && Number(first) > FLOAT_BITS)
    return { ...declared, name: 'double' };
  const [, length = '', kind = ''] = /^(tiny|medium|long)?(text|blob)$/.exec(name) ?? [];
  if (kind === '') return isBytes ? { ...declared, name: ownValue(BYTES_OF, name) ?? name } : declared;
  const stored = isBytes ? 'blob' : kind;
  if (length !== '' || first === '') return { ...declared, name: length + stored };
  const bytes = Number(first) * (stored === 'blob' ? 1 : characterBytes);
  const [fitting = 'long'] = LENGTHS.find(([, most]) => bytes <= most) ?? [];
  return { ...declared, name: fitting + stored };
}

/** `DECIMAL(5)` and `DECIMAL(0)` are `DECIMAL(5,0)` and `DECIMAL(10,0)`; `DATETIME(0)` is `DATETIME`. */
function sizeOf({ name, size }: DeclaredType): readonly string[] {
  if (name === 'enum' || name === 'set') return size.map(storedLabel);
  const usual = ownValue(SIZES, name) ?? [];
  const given = name === 'decimal' && size[0] === '0' ? [] : size;
  const whole = given.length >= usual.length ? given : [...given, ...usual.slice(given.length)];
  return whole.length === 1 && whole[0] === '0' && usual.length === 0 ? [] : whole;
}

/** Servers take blanks off its end. A regular expression would be slow on a text of blanks. */
function storedLabel(label: string): string {
  let end = label.length;
  while (label[end - 1] === ' ') end -= 1;
  return label.slice(0, end);
}
