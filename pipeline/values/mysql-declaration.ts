/** The declaration of a MySQL column, as MySQL writes it: `decimal(18,2) unsigned NOT NULL DEFAULT 0.00`. */
import {
  DeclarationError,
  MysqlTokens,
  quoteMysqlLabel,
  splitDeclaration,
  unquoteMysqlText,
} from './mysql-tokens';
import { ownValue } from './own-value';

/** The type alone: what decides which values a column has. */
export interface MysqlType {
  /** One of INFORMATION_SCHEMA's data types: `int`, `varchar`, `json`, … */
  readonly name: string;
  readonly sizes: readonly number[];
  /** Of ENUM and SET. */
  readonly labels: readonly string[];
  readonly unsigned: boolean;
  readonly zerofill: boolean;
}

export interface MysqlDeclaration {
  readonly type: MysqlType;
  readonly nullable: boolean;
  readonly autoIncrement: boolean;
  /** Lower case; absent where the table's default applies. */
  readonly charset?: string;
  readonly collation?: string;
  /** Computed when written, or each time it is read. */
  readonly generated?: 'stored' | 'virtual';
  /** The declaration without what replication does not need: default, comment, what is done on update. */
  readonly text: string;
}

/** Names of one word for a type of another name (MySQL manual, "Using Data Types from Other Database Engines"). */
export const MYSQL_TYPE_NAMES: Readonly<Record<string, string>> = {
  integer: 'int',
  int1: 'tinyint',
  int2: 'smallint',
  int3: 'mediumint',
  middleint: 'mediumint',
  int4: 'int',
  int8: 'bigint',
  bool: 'tinyint',
  boolean: 'tinyint',
  numeric: 'decimal',
  dec: 'decimal',
  fixed: 'decimal',
  real: 'double',
  float8: 'double',
  float4: 'float',
  character: 'char',
  serial: 'bigint',
};

/** With those that stand for more than a name, or are more than a word. */
const ALIASES: Readonly<Record<string, string>> = {
  ...MYSQL_TYPE_NAMES,
  bool: 'tinyint(1)',
  boolean: 'tinyint(1)',
  'double precision': 'double',
  nchar: 'char',
  'national char': 'char',
  'national character': 'char',
  nvarchar: 'varchar',
  'character varying': 'varchar',
  'char varying': 'varchar',
  'national varchar': 'varchar',
  long: 'mediumtext',
  'long varchar': 'mediumtext',
  'long varbinary': 'mediumblob',
  geomcollection: 'geometrycollection',
  serial: 'bigint unsigned not null auto_increment',
};

/** What a text of the character set `binary` is. */
const BYTE_TYPES: Readonly<Record<string, string>> = {
  char: 'binary',
  varchar: 'varbinary',
  tinytext: 'tinyblob',
  text: 'blob',
  mediumtext: 'mediumblob',
  longtext: 'longblob',
};

/** @throws DeclarationError when `text` does not begin with a type, or a size is no number. */
export function parseMysqlDeclaration(text: string): MysqlDeclaration {
  const tokens = new MysqlTokens(splitDeclaration(text));
  const { type: printed, more } = parseType(tokens);
  const attributes = parseAttributes(new MysqlTokens([...more, ...tokens.rest()]));
  const { isJson, generatedText, ...facts } = attributes;
  const isBytes = facts.charset === 'binary' && Object.hasOwn(BYTE_TYPES, printed.name);
  const type = isBytes ? { ...printed, name: BYTE_TYPES[printed.name] as string } : printed;
  const [charset, collation] = isBytes ? [] : [facts.charset, facts.collation];
  const isText = type.name === 'longtext' && isJson;
  const exact = { ...type, ...(isText ? { name: 'json' } : {}), ...facts.signs(type) };
  const words = [
    mysqlTypeText(exact),
    ...(charset === undefined || isText ? [] : [`character set ${charset}`]),
    ...(collation === undefined || isText ? [] : [`collate ${collation}`]),
    ...(generatedText === undefined ? [] : [generatedText]),
    facts.nullable ? 'null' : 'not null',
    ...(facts.autoIncrement ? ['auto_increment'] : []),
  ];
  return {
    type: exact,
    nullable: facts.nullable,
    autoIncrement: facts.autoIncrement,
    ...(charset === undefined ? {} : { charset }),
    ...(collation === undefined ? {} : { collation }),
    ...(facts.generated === undefined ? {} : { generated: facts.generated }),
    text: words.join(' '),
  };
}

/** The type alone, of INFORMATION_SCHEMA's COLUMN_TYPE for example. @throws DeclarationError */
export const parseMysqlType = (text: string): MysqlType => parseMysqlDeclaration(text).type;

/** As MySQL 8.4 prints it, in lower case: integers without a display width, but for `tinyint(1)`. */
export function mysqlTypeText(type: MysqlType): string {
  const { name, sizes, labels, unsigned, zerofill } = type;
  const inside = labels.length > 0 ? labels.map(quoteMysqlLabel) : sizes.map(String);
  return [
    inside.length === 0 ? name : `${name}(${inside.join(',')})`,
    ...(unsigned ? ['unsigned'] : []),
    ...(zerofill ? ['zerofill'] : []),
  ].join(' ');
}

/** `more`: what an alias stands for beside its type. */
function parseType(tokens: MysqlTokens): { readonly type: MysqlType; readonly more: readonly string[] } {
  const word = tokens.word();
  if (!/^[a-z][a-z0-9]*$/.test(word))
    throw new DeclarationError(`expected a MySQL type like bigint or varchar(64), got: ${word || 'nothing'}`);
  const pair = `${word} ${tokens.word(1)}`;
  const known = Object.hasOwn(ALIASES, pair) ? pair : word;
  for (const _part of known.split(' ')) tokens.take();
  const [usual = '', ...more] = splitDeclaration(ownValue(ALIASES, known) ?? known);
  // NATIONAL CHARACTER VARYING, NCHAR VARCHAR and the like.
  const isVarying = usual === 'char' && (tokens.accept('varying') || tokens.accept('varchar'));
  const name = isVarying ? 'varchar' : usual;
  const hasOwnSize = more[0] === '(';
  const inside = hasOwnSize ? [more[1] ?? ''] : tokens.parenthesized();
  const isList = name === 'enum' || name === 'set';
  const items = inside.filter((item) => item !== ',');
  const labels = isList ? items.map(unquoteMysqlText) : [];
  const sizes = isList ? [] : items.map(parseSize);
  const type = withDefaultSizes({ name, sizes, labels, unsigned: false, zerofill: false });
  return { type, more: hasOwnSize ? more.slice(3) : more };
}

function parseSize(item: string): number {
  if (!/^\d{1,10}$/.test(item)) throw new DeclarationError(`expected a size in digits, got: ${item}`);
  return Number(item);
}

/** `char` is `char(1)`, `decimal` is `decimal(10,0)`; the display width of integers means nothing. */
function withDefaultSizes(type: MysqlType): MysqlType {
  const [first, second] = type.sizes;
  switch (type.name) {
    case 'tinyint':
      return { ...type, sizes: first === 1 ? [1] : [] };
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
    case 'year':
      return { ...type, sizes: [] };
    case 'decimal':
      return { ...type, sizes: [first ?? 10, second ?? 0] };
    case 'float':
      // FLOAT(25) and more is a DOUBLE (MySQL manual, "Floating-Point Types").
      return second === undefined
        ? { ...type, name: (first ?? 0) > 24 ? 'double' : 'float', sizes: [] }
        : type;
    case 'bit':
    case 'char':
    case 'binary':
      return { ...type, sizes: [first ?? 1] };
    case 'datetime':
    case 'timestamp':
    case 'time':
      return { ...type, sizes: (first ?? 0) === 0 ? [] : [first ?? 0] };
    default:
      return type;
  }
}

interface Attributes {
  nullable: boolean;
  autoIncrement: boolean;
  isJson: boolean;
  charset?: string;
  collation?: string;
  generated?: 'stored' | 'virtual';
  generatedText?: string;
  signs(type: MysqlType): { unsigned: boolean; zerofill: boolean; sizes: readonly number[] };
}

function parseAttributes(tokens: MysqlTokens): Attributes {
  let [unsigned, zerofill] = [false, false];
  const found: Attributes = {
    nullable: true,
    autoIncrement: false,
    isJson: false,
    // The width of TINYINT(1) means a boolean only where it is plain.
    signs: ({ name, sizes }) => ({
      unsigned: unsigned || zerofill,
      zerofill,
      sizes: name === 'tinyint' && (unsigned || zerofill) ? [] : sizes,
    }),
  };
  while (!tokens.isAtEnd) {
    if (tokens.accept('unsigned')) unsigned = true;
    else if (tokens.accept('zerofill')) zerofill = true;
    else if (tokens.accept('not', 'null') || tokens.accept('primary', 'key')) found.nullable = false;
    else if (tokens.accept('unique', 'key')) continue;
    else if (tokens.accept('key')) found.nullable = false;
    else if (tokens.accept('serial', 'default', 'value')) {
      found.nullable = false;
      found.autoIncrement = true;
    } else if (tokens.accept('auto_increment')) found.autoIncrement = true;
    else if (tokens.accept('byte')) found.charset = 'binary';
    else if (tokens.accept('character', 'set') || tokens.accept('charset')) {
      tokens.accept('=');
      found.charset = tokens.take().toLowerCase();
    } else if (tokens.accept('collate')) {
      found.collation = tokens.take().toLowerCase();
    } else if (tokens.accept('check')) {
      if (/^json_valid$/i.test(tokens.parenthesized()[0] ?? '')) found.isJson = true;
    } else if (tokens.accept('generated', 'always', 'as') || tokens.accept('as')) {
      parseGenerated(tokens, found);
    } else if (tokens.accept('default') || tokens.accept('comment') || tokens.accept('on', 'update')) {
      tokens.take();
      tokens.parenthesized();
    } else tokens.take();
  }
  return found;
}

/** No blank before a parenthesis: between a function and its arguments MySQL takes none, unless sql_mode has IGNORE_SPACE. */
const joinTokens = (tokens: readonly string[]): string =>
  tokens.reduce((text, token, at) => {
    const isTight = at === 0 || /^[(),]$/.test(token) || tokens[at - 1] === '(';
    return `${text}${isTight ? '' : ' '}${token}`;
  }, '');

function parseGenerated(tokens: MysqlTokens, found: Attributes): void {
  const expression = joinTokens(tokens.parenthesized());
  found.generated = tokens.accept('stored') || tokens.accept('persistent') ? 'stored' : 'virtual';
  found.generatedText = `generated always as (${expression}) ${found.generated}`;
}
