/** A table as `SHOW CREATE TABLE` prints it, read for the catalogue. */
import { type MysqlDeclaration, parseMysqlDeclaration } from './mysql-declaration';
import { DeclarationError, MysqlTokens, splitDeclaration } from './mysql-tokens';

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
}

/** Each CREATE TABLE of a file, whatever else is in it: a dump, or the answer of SHOW CREATE TABLE. */
export function parseCreateTables(text: string): CreatedTable[] {
  const tokens = new MysqlTokens(splitDeclaration(withoutLineComments(text)));
  const tables: CreatedTable[] = [];
  while (!tokens.isAtEnd) {
    if (tokens.accept('create', 'table')) tables.push(parseCreateTable(tokens));
    else tokens.take();
  }
  return tables;
}

/** A dump has a comment in lines of their own. */
const withoutLineComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*(?:--|#)/.test(line))
    .join('\n');

function parseCreateTable(tokens: MysqlTokens): CreatedTable {
  tokens.accept('if', 'not', 'exists');
  const name = parseName(tokens);
  const items = splitItems(tokens.parenthesized());
  const found: { columns: CreatedColumn[]; primary: string[]; unique: Map<string, string[]> } = {
    columns: [],
    primary: [],
    unique: new Map(),
  };
  for (const item of items) readItem(new MysqlTokens(item), item, found);
  const required = new Set(
    found.columns.filter(({ declaration }) => !declaration.nullable).map((one) => one.name),
  );
  const unique = [...found.unique.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, columns]) => columns)
    .find((columns) => columns.every((column) => required.has(column)));
  const engine = parseEngine(tokens);
  return {
    ...name,
    columns: found.columns.map((column) => requireIn(found.primary, column)),
    key: found.primary.length > 0 ? found.primary : (unique ?? []),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** A column of the primary key is NOT NULL, also where it does not say so. */
function requireIn(primary: readonly string[], column: CreatedColumn): CreatedColumn {
  const { declaration } = column;
  if (!declaration.nullable || !primary.includes(column.name)) return column;
  return { ...column, declaration: parseMysqlDeclaration(declaration.text.replace(/ null$/, ' not null')) };
}

/** `shop.orders` without quotes is one word. */
function parseName(tokens: MysqlTokens): { readonly database?: string; readonly table: string } {
  const parts = tokens.peek().startsWith('`') ? [unquoteName(tokens.take())] : tokens.take().split('.');
  while (tokens.accept('.')) parts.push(unquoteName(tokens.take()));
  const [one = '', other] = parts;
  return other === undefined ? { table: one } : { database: one, table: other };
}

const unquoteName = (token: string): string =>
  token.startsWith('`') ? token.slice(1, -1).replaceAll('``', '`') : token;

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

const NO_COLUMN = ['key', 'index', 'fulltext', 'spatial', 'foreign', 'check', 'period'];

interface Found {
  readonly columns: CreatedColumn[];
  primary: string[];
  readonly unique: Map<string, string[]>;
}

function readItem(tokens: MysqlTokens, item: readonly string[], found: Found): void {
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
    const name = tokens.word() === '(' ? '' : unquoteName(tokens.take());
    const columns = indexedColumns(tokens);
    if (columns !== undefined) found.unique.set(name, columns);
    return;
  }
  if (NO_COLUMN.includes(tokens.word())) return;
  const name = unquoteName(tokens.take());
  const declaration = declarationOf(name, item.slice(1));
  found.columns.push({ name, declaration });
  const words = item.slice(1).map((word) => word.toLowerCase());
  if (words.some((word, at) => word === 'primary' && words[at + 1] === 'key')) found.primary = [name];
  else if (words.includes('unique')) found.unique.set(name, [name]);
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

function parseEngine(tokens: MysqlTokens): string | undefined {
  while (!tokens.isAtEnd && tokens.peek() !== ';') {
    if (tokens.word() === 'create') return undefined;
    if (tokens.accept('engine')) {
      tokens.accept('=');
      return tokens.take().toLowerCase();
    }
    tokens.take();
  }
  return undefined;
}
