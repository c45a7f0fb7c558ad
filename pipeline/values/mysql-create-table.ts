/** A table as `SHOW CREATE TABLE` prints it, read for the catalogue. */
import { type MysqlDeclaration, parseMysqlDeclaration } from './mysql-declaration';
import { DeclarationError, MysqlTokens, splitDeclaration } from './mysql-tokens';
import { isInMemory } from './storage-engine';

export interface CreatedColumn {
  readonly name: string;
  readonly declaration: MysqlDeclaration;
}

export interface CreatedTable {
  /** Absent where the statement does not name it, as that of SHOW CREATE TABLE. */
  readonly database?: string;
  readonly table: string;
  readonly columns: readonly CreatedColumn[];
  /** The primary key, else the unique key without a nullable column that comes first by name; empty without either. */
  readonly key: readonly string[];
  /** Lower case; absent where the server's default applies. */
  readonly engine?: string;
  /** Foreign keys that change its rows when the parent changes, as the statement has them. */
  readonly cascades: readonly string[];
  /** Why its binlog does not have the rows as the table has them, if so. */
  readonly unlike?: string;
}

export const SYSTEM_VERSIONED =
  'it is system-versioned, so that the binlog mixes its rows with their history. ALTER TABLE … DROP SYSTEM VERSIONING, or keep the history in another table';
const SEQUENCE = 'it is a sequence of MariaDB, whose numbers are no rows of the binlog. Leave it out';
const HASHED =
  'its unique key over whole texts (USING HASH) puts a hidden column into each row of the binlog. Make it a unique key over the beginning of the text, like (t(255)), or over a hash in a column of its own';

/**
 * Each CREATE TABLE of a file, whatever else is in it: a dump, or the answer of SHOW CREATE TABLE as any client prints
 * it. Keys that an ALTER TABLE adds afterwards, as some dumps have them, belong to the table.
 * @throws DeclarationError for what is not read, with the column or the statement.
 */
export function parseCreateTables(text: string): CreatedTable[] {
  const tokens = new MysqlTokens(splitDeclaration(withoutBatchEscapes(text)));
  const tables: Found[] = [];
  while (!tokens.isAtEnd) {
    if (tokens.accept('create', 'table') || tokens.accept('create', 'or', 'replace', 'table')) {
      const found = readCreateTable(tokens);
      if (found !== undefined) tables.push(found);
    } else if (tokens.accept('alter', 'table')) readAlterTable(tokens, tables);
    else tokens.take();
  }
  return tables.map(settleTable);
}

/** `mysql -e 'SHOW CREATE TABLE t' > file` writes each row as one line, with `\n` for a line feed. */
const withoutBatchEscapes = (text: string): string =>
  text.replace(/^[^\t\n]*\t(CREATE TABLE .*)$/gm, (_line, statement: string) =>
    statement.replace(/\\([nt\\])/g, (_all, escaped: string) => BATCH_ESCAPES[escaped] as string),
  );

const BATCH_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\' };

/** Undefined where it is none, as in the heading `Create Table:` of a client. */
function readCreateTable(tokens: MysqlTokens): Found | undefined {
  if (tokens.word() === 'create') return undefined;
  tokens.accept('if', 'not', 'exists');
  const name = parseName(tokens);
  if (tokens.word() !== '(') return undefined;
  const found: Found = {
    ...name,
    columns: [],
    primary: [],
    unique: new Map(),
    sorted: new Set(),
    periods: new Map(),
    cascades: [],
  };
  for (const item of splitItems(tokens.parenthesized())) readItem(new MysqlTokens(item), item, found);
  const options = readOptions(tokens);
  const at = options.indexOf('engine');
  const engine = at < 0 ? undefined : options[options[at + 1] === '=' ? at + 2 : at + 1];
  if (engine !== undefined) found.engine = engine;
  if (options.join(' ').includes('with system versioning')) found.unlike = SYSTEM_VERSIONED;
  // Only SHOW CREATE TABLE says it so.
  if (options.includes('sequence')) found.unlike = SEQUENCE;
  if (isInMemory(engine)) keepSortedKeys(found);
  return found;
}

/** Its keys are hashed unless they say otherwise, and the information schema does not tell them from MariaDB's others. */
function keepSortedKeys(found: Found): void {
  for (const name of found.unique.keys()) if (!found.sorted.has(name)) found.unique.delete(name);
  if (found.unlike === HASHED) delete found.unlike;
}

/** What an ALTER TABLE may say that changes neither columns nor key; others are not guessed at. */
const HARMLESS_CHANGE =
  /^(?:add (?:constraint \S+ )?(?:foreign|check)|add constraint \S+ foreign|add (?:key|index|fulltext|spatial)|auto_increment|comment|engine|disable keys|enable keys|row_format|order)\b/;

function readAlterTable(tokens: MysqlTokens, tables: readonly Found[]): void {
  const { table } = parseName(tokens);
  const rest: string[] = [];
  while (!tokens.isAtEnd && tokens.peek() !== ';') rest.push(tokens.take());
  const found = tables.find((one) => one.table === table);
  if (found === undefined) return;
  for (const item of splitItems(rest)) {
    const words = new MysqlTokens(item);
    const text = item.join(' ').toLowerCase();
    if (words.accept('modify')) {
      words.accept('column');
      const name = unquoteName(words.take());
      const at = found.columns.findIndex((column) => column.name === name);
      if (at >= 0) found.columns[at] = { name, declaration: declarationOf(name, words.rest()) };
    } else if (/^add (?:constraint \S+ )?(?:primary|unique)\b/.test(text)) {
      readItem(new MysqlTokens(item.slice(1)), item.slice(1), found);
    } else if (!HARMLESS_CHANGE.test(text)) {
      throw new DeclarationError(
        `the file changes ${table} after it creates it (${text.slice(0, 60)}): give SHOW CREATE TABLE of the table as it is now`,
      );
    }
  }
}

function settleTable({
  columns,
  primary,
  unique: uniqueKeys,
  sorted: _,
  periods,
  ...table
}: Found): CreatedTable {
  const withoutPeriods = (names: readonly string[]): string[] =>
    names.flatMap((name) => periods.get(name) ?? name);
  const found = { columns, primary: withoutPeriods(primary), unique: uniqueKeys };
  const required = new Set(
    found.columns.filter(({ declaration }) => !declaration.nullable).map((one) => one.name),
  );
  const unique = [...found.unique.entries()]
    .sort(([one], [other]) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
    .map(([, columns]) => withoutPeriods(columns))
    .find((columns) => columns.every((column) => required.has(column) && !isLong(found.columns, column)));
  return {
    ...table,
    columns: found.columns.map((column) => requireIn(found.primary, column)),
    key: found.primary.length > 0 ? found.primary : (unique ?? []),
  };
}

/** A unique key over a whole TEXT or BLOB is MariaDB's hash index; it is too long for a key of the warehouse. */
const isLong = (columns: readonly CreatedColumn[], name: string): boolean =>
  columns.some((column) => column.name === name && /(?:text|blob)$/.test(column.declaration.type.name));

/** A column of the primary key is NOT NULL, also where it does not say so. */
function requireIn(primary: readonly string[], column: CreatedColumn): CreatedColumn {
  const { declaration } = column;
  if (!declaration.nullable || !primary.includes(column.name)) return column;
  return { ...column, declaration: parseMysqlDeclaration(declaration.text.replace(/ null$/, ' not null')) };
}

/** A point is part of a word without quotes: `shop.orders`, `shop.` before and `.orders` behind a quoted name. */
function parseName(tokens: MysqlTokens): { readonly database?: string; readonly table: string } {
  const parts: string[] = [];
  let isOpen = true;
  while (isOpen || tokens.peek().startsWith('.')) {
    const token = tokens.take();
    parts.push(...(/^[`"]/.test(token) ? [unquoteName(token)] : token.split('.')));
    isOpen = token === '.' || (token.endsWith('.') && !tokens.isAtEnd);
  }
  const [one = '', other] = parts.filter((part) => part !== '');
  return other === undefined ? { table: one } : { database: one, table: other };
}

/** Double quotes are those of ANSI_QUOTES. */
function unquoteName(token: string): string {
  const quote = token[0] ?? '';
  return quote === '`' || quote === '"' ? token.slice(1, -1).replaceAll(`${quote}${quote}`, quote) : token;
}

function splitItems(tokens: readonly string[]): string[][] {
  const items: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.filter((item) => item.length > 0);
}

const NO_COLUMN = ['key', 'index', 'fulltext', 'spatial', 'foreign', 'check'];

interface Found {
  readonly database?: string;
  readonly table: string;
  engine?: string;
  unlike?: string;
  /** Unique keys that say so. */
  readonly sorted: Set<string>;
  readonly columns: CreatedColumn[];
  primary: string[];
  readonly unique: Map<string, string[]>;
  /** Of MariaDB: a period's name in a key stands for its end and its begin. */
  readonly cascades: string[];
  readonly periods: Map<string, string[]>;
}

const ACTING = /\bforeign key\b.*\bon (?:delete|update) (?:cascade|set )/i;

function readItem(tokens: MysqlTokens, item: readonly string[], found: Found): void {
  const text = item.join(' ');
  if (ACTING.test(text)) found.cascades.push(text);
  if (tokens.word() === 'constraint') {
    tokens.take();
    if (!['primary', 'unique', 'foreign', 'check'].includes(tokens.word())) tokens.take();
  }
  if (tokens.accept('primary', 'key')) {
    found.primary = indexedColumns(tokens) ?? [];
    return;
  }
  if (tokens.accept('unique')) {
    if (!tokens.accept('key')) tokens.accept('index');
    const given = tokens.word() === '(' ? '' : unquoteName(tokens.take());
    const columns = indexedColumns(tokens);
    const name = given || (columns?.[0] ?? '');
    if (columns !== undefined) found.unique.set(name, columns);
    if (tokens.accept('using', 'hash')) found.unlike = HASHED;
    if (tokens.accept('using', 'btree')) found.sorted.add(name);
    return;
  }
  if (NO_COLUMN.includes(tokens.word())) return;
  if (tokens.accept('period', 'for')) {
    const name = unquoteName(tokens.take());
    found.periods.set(name, (indexedColumns(tokens) ?? []).reverse());
    return;
  }

  const name = unquoteName(tokens.take());
  const declaration = declarationOf(name, item.slice(1));
  found.columns.push({ name, declaration });
  const words = item.slice(1).map((word) => word.toLowerCase());
  // KEY by itself is a primary key.
  if (words.some((word, at) => word === 'key' && words[at - 1] !== 'unique')) found.primary = [name];
  else if (words.includes('unique') || words.includes('serial')) found.unique.set(name, [name]);
}

function declarationOf(name: string, words: readonly string[]): MysqlDeclaration {
  try {
    return parseMysqlDeclaration(words.join(' '));
  } catch (error) {
    if (error instanceof DeclarationError) throw new DeclarationError(`column ${name}: ${error.message}`);
    throw error;
  }
}

/** Undefined for an index over an expression or the beginning of a column, which tells no rows apart. */
function indexedColumns(tokens: MysqlTokens): string[] | undefined {
  while (!tokens.isAtEnd && tokens.word() !== '(') tokens.take();
  const parts = splitItems(tokens.parenthesized());
  const isWhole = parts.every((part) => !part.includes('('));
  return isWhole ? parts.map(([name = '']) => unquoteName(name)) : undefined;
}

/** What follows the columns, in lower case. */
function readOptions(tokens: MysqlTokens): string[] {
  const options: string[] = [];
  while (!tokens.isAtEnd && tokens.peek() !== ';' && tokens.word() !== 'create')
    options.push(tokens.take().toLowerCase());
  return options;
}
