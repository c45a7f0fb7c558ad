/** What a statement in the binlog does to which tables, as far as replication has to care. */

export interface StatementTable {
  readonly database: string;
  readonly table: string;
}

export interface StatementEffect {
  readonly kind:
    | 'truncate'
    | 'alter'
    | 'rename'
    | 'drop'
    | 'create'
    | 'change-rows'
    | 'drop-database'
    | 'none';
  /** Empty for `change-rows`, whose tables only {@link mentions} can tell, and for `none`. */
  readonly tables: readonly StatementTable[];
  /** Of `drop-database`. */
  readonly database?: string;
}

const NAME = '(?:`(?:[^`]|``)+`|[\\w$\\u0080-\\uffff]+)';
const TABLE = `${NAME}(?:\\s*\\.\\s*${NAME})?`;
const LIST = `${TABLE}(?:\\s*,\\s*${TABLE})*`;

const PATTERNS: readonly (readonly [StatementEffect['kind'], RegExp])[] = [
  ['truncate', new RegExp(`^TRUNCATE\\s+(?:TABLE\\s+)?(${TABLE})`, 'i')],
  [
    'alter',
    new RegExp(`^ALTER\\s+(?:ONLINE\\s+)?(?:IGNORE\\s+)?TABLE\\s+(?:IF\\s+EXISTS\\s+)?(${TABLE})`, 'i'),
  ],
  ['drop', new RegExp(`^DROP\\s+TABLES?\\s+(?:IF\\s+EXISTS\\s+)?(${LIST})`, 'i')],
  [
    'create',
    new RegExp(`^CREATE\\s+(?:OR\\s+REPLACE\\s+)?TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(${TABLE})`, 'i'),
  ],
];

/** @param database what unqualified names are in. */
export function parseStatement(text: string, database: string): StatementEffect {
  const statement = withoutComments(text);
  for (const [kind, pattern] of PATTERNS) {
    const match = pattern.exec(statement);
    if (match?.[1] !== undefined) return { kind, tables: parseTables(match[1], database) };
  }
  const renaming = /^RENAME\s+TABLES?\s+(?:IF\s+EXISTS\s+)?(.*)$/is.exec(statement);
  if (renaming?.[1] !== undefined)
    return { kind: 'rename', tables: parseTables(renaming[1].replace(/\bTO\b/gi, ','), database) };
  const dropping = new RegExp(`^DROP\\s+(?:DATABASE|SCHEMA)\\s+(?:IF\\s+EXISTS\\s+)?(${NAME})`, 'i').exec(
    statement,
  );
  if (dropping?.[1] !== undefined)
    return { kind: 'drop-database', tables: [], database: unquote(dropping[1]) };
  const changesRows = /^(INSERT|UPDATE|DELETE|REPLACE|LOAD|WITH)\b/i.test(statement);
  return { kind: changesRows ? 'change-rows' : 'none', tables: [] };
}

/** Partitions and tablespaces are emptied or exchanged without a single row in the binlog. */
export const movesRowsUnlogged = (text: string): boolean =>
  /\b(?:DROP|TRUNCATE|EXCHANGE|DISCARD|IMPORT)\s+(?:PARTITION|TABLESPACE)\b/i.test(withoutComments(text));

/** Whether the table's name stands anywhere in the statement. */
export function mentions(text: string, table: string): boolean {
  const escaped = table.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`, 'i').test(text);
}

/** By hand: a statement may have 16 MB, and each of these as a regular expression takes quadratic time or worse. */
function withoutComments(text: string): string {
  const plain = withoutPlainComments(withExecutedComments(text));
  return withoutSetStatement(plain.slice(startOfStatement(plain))).trim();
}

/** MySQL and MariaDB execute what stands in a comment that begins so. */
const EXECUTED = /\/\*M?!\d*/g;

function withExecutedComments(text: string): string {
  let kept = '';
  let at = 0;
  for (const { 0: start, index } of text.matchAll(EXECUTED)) {
    if (index < at) continue;
    const close = text.indexOf('*/', index + start.length);
    if (close < 0) break;
    kept += text.slice(at, index) + text.slice(index + start.length, close);
    at = close + 2;
  }
  return kept + text.slice(at);
}

function withoutPlainComments(text: string): string {
  let kept = '';
  let at = 0;
  for (let open = text.indexOf('/*'); open >= 0; open = text.indexOf('/*', at)) {
    const close = text.indexOf('*/', open + 2);
    if (close < 0) break;
    kept += `${text.slice(at, open)} `;
    at = close + 2;
  }
  return kept + text.slice(at);
}

/** Behind white space and comments up to the end of their line. */
function startOfStatement(text: string): number {
  let at = 0;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
    const isComment = text.startsWith('--', at) || text.startsWith('#', at);
    const end = isComment ? text.indexOf('\n', at) : -1;
    if (end < 0) return at;
    at = end + 1;
  }
}

/** MariaDB: SET STATEMENT variable = value FOR the statement itself. */
function withoutSetStatement(text: string): string {
  const head = /^SET\s+STATEMENT\s+/i.exec(text)?.[0].length;
  const found = head === undefined ? -1 : text.slice(head + 1).search(/\sFOR\s/i);
  return head === undefined || found < 0 ? text : text.slice(head + 1 + found + ' FOR '.length).trimStart();
}

function parseTables(list: string, database: string): StatementTable[] {
  return [...list.matchAll(new RegExp(TABLE, 'g'))].map(([text]) => {
    const names = [...text.matchAll(new RegExp(NAME, 'g'))].map(([name]) => unquote(name));
    return names.length > 1
      ? { database: names[0] ?? '', table: names[1] ?? '' }
      : { database, table: names[0] ?? '' };
  });
}

const unquote = (name: string): string =>
  name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
