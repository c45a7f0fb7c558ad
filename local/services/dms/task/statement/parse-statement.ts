/**
 * What a statement does, told by its own text. Statements that touch no row and no structure of a table are on a
 * list; of the others the tables are named; what is on no list may have done anything to every table that it names.
 */
import { parseAlterSpecs } from './alter-spec';
import type { StatementTable } from './clauses';
import { parseKeyColumns } from './key-columns';
import { readTokens, type StatementDialect } from './sql-tokens';
import type { StatementEffect } from './statement-effect';
import { StatementReader } from './statement-reader';

/** @param database what unqualified names are in. */
export function parseStatement(text: string, database: string, dialect: StatementDialect): StatementEffect[] {
  const reader = new StatementReader(readTokens(text, dialect), database);
  skipSetStatement(reader);
  skipAnalyze(reader);
  if (reader.atEnd) return [];
  const first = reader.peek().text.toUpperCase();
  if (HARMLESS.has(first)) return [];
  switch (first) {
    case 'TRUNCATE':
      return parseTruncate(reader);
    case 'ALTER':
      return parseAlter(reader);
    case 'DROP':
      return parseDrop(reader);
    case 'CREATE':
      return parseCreate(reader, dialect);
    case 'RENAME':
      return parseRename(reader);
    case 'REPAIR':
      return parseRepair(reader);
    case 'INSERT':
    case 'REPLACE':
    case 'LOAD':
    case 'UPDATE':
    case 'DELETE':
    case 'WITH':
      return [{ kind: 'change-rows', tables: parseChangedTables(reader, first) }];
    case 'SELECT':
    case 'DO':
      return [{ kind: 'suspend-database', database, reason: FUNCTION_LOGGED }];
    default:
      return [unknownEffect(reader)];
  }
}

/** A function with effects is logged by its call. */
const FUNCTION_LOGGED =
  'the call of a stored function was logged as text, and may have changed its rows: the session had binlog_format other than ROW';

/** First words of statements that change neither rows nor tables. */
const HARMLESS = new Set(
  `ANALYZE BEGIN CACHE CHANGE CHECK CHECKSUM COMMIT END EXPLAIN FLUSH GRANT HELP INSTALL KILL LOCK OPTIMIZE
  PURGE RELEASE RESET REVOKE ROLLBACK SAVEPOINT SET SHOW START STOP UNINSTALL UNLOCK USE XA`.split(/\s+/),
);

/** Kinds of objects that are no tables. */
const NO_TABLES = new Set(
  `AGGREGATE EVENT FUNCTION INSTANCE LOGFILE PACKAGE PROCEDURE RESOURCE ROLE SEQUENCE SERVER SPATIAL SQL TABLESPACE
  TRIGGER UNDO USER VIEW`.split(/\s+/),
);

/** MariaDB: SET STATEMENT variable = value FOR the statement itself. */
function skipSetStatement(reader: StatementReader): void {
  if (!reader.accept('SET', 'STATEMENT')) return;
  while (!reader.atEnd && !reader.accept('FOR')) reader.next();
}

/** MariaDB: ANALYZE in front of a statement runs it, and shows how. ANALYZE TABLE touches no row. */
function skipAnalyze(reader: StatementReader): void {
  const isOfTables = ['TABLE', 'TABLES', 'LOCAL', 'NO_WRITE_TO_BINLOG'].some((word) =>
    reader.isWord(word, 1),
  );
  if (isOfTables || !reader.accept('ANALYZE')) return;
  if (reader.accept('FORMAT')) for (let count = 0; count < 2; count += 1) reader.next();
}

function parseTruncate(reader: StatementReader): StatementEffect[] {
  reader.next();
  reader.accept('TABLE');
  const table = reader.table();
  return table === undefined ? [] : [{ kind: 'truncate', table }];
}

function parseAlter(reader: StatementReader): StatementEffect[] {
  reader.next();
  if (reader.isWord('DATABASE') || reader.isWord('SCHEMA')) return [];
  skipDefiner(reader);
  reader.acceptOneOf('ONLINE', 'OFFLINE');
  const ignore = reader.accept('IGNORE');
  if (!reader.accept('TABLE')) return isNoTable(reader) ? [] : [unknownEffect(reader)];
  reader.accept('IF', 'EXISTS');
  const table = reader.table();
  if (table === undefined) return [unknownEffect(reader)];
  const specs = parseAlterSpecs(reader);
  const others = specs.flatMap((spec): StatementEffect[] => {
    if (spec.kind === 'suspend-other') return [{ kind: 'suspend', table: spec.table, reason: spec.reason }];
    return spec.kind === 'rename' ? [{ kind: 'suspend', table: spec.to, reason: RENAMED }] : [];
  });
  return [{ kind: 'alter', table, specs, ignore }, ...others];
}

const DROPPED = 'it was dropped at the source';
export const RENAMED = 'it was renamed, or another table took its name';

const isNoTable = (reader: StatementReader): boolean => NO_TABLES.has(reader.peek().text.toUpperCase());

/** OR REPLACE, ALGORITHM = x, DEFINER = user@host, SQL SECURITY x, in front of VIEW, TRIGGER and the like. */
function skipDefiner(reader: StatementReader): void {
  for (;;) {
    if (reader.acceptOneOf('ALGORITHM', 'DEFINER') !== undefined) {
      reader.acceptSymbol('=');
      reader.next();
      if (reader.acceptSymbol('(')) reader.acceptSymbol(')');
      if (reader.acceptSymbol('@')) reader.next();
    } else if (reader.isWord('SQL') && reader.isWord('SECURITY', 1)) {
      for (let count = 0; count < 3; count += 1) reader.next();
    } else return;
  }
}

function parseDrop(reader: StatementReader): StatementEffect[] {
  reader.next();
  if (reader.accept('TEMPORARY')) return [];
  if (reader.acceptOneOf('DATABASE', 'SCHEMA') !== undefined) {
    reader.accept('IF', 'EXISTS');
    return [{ kind: 'suspend-database', database: reader.name() ?? '', reason: DROPPED }];
  }
  if (reader.acceptOneOf('TABLE', 'TABLES') !== undefined) {
    reader.accept('IF', 'EXISTS');
    return reader.tableList().map((table) => ({ kind: 'suspend', table, reason: DROPPED }));
  }
  reader.acceptOneOf('ONLINE', 'OFFLINE');
  if (reader.accept('INDEX')) return parseDropIndex(reader);
  if (isNoTable(reader) || reader.isWord('PREPARE')) return [];
  return [unknownEffect(reader)];
}

function parseDropIndex(reader: StatementReader): StatementEffect[] {
  reader.accept('IF', 'EXISTS');
  const name = reader.name();
  reader.accept('ON');
  const table = reader.table();
  if (name === undefined || table === undefined) return [unknownEffect(reader)];
  return [{ kind: 'alter', table, specs: [{ kind: 'drop-key', name }], ignore: false }];
}

function parseCreate(reader: StatementReader, dialect: StatementDialect): StatementEffect[] {
  reader.next();
  const replaces = reader.accept('OR', 'REPLACE');
  if (reader.accept('TEMPORARY')) return parseCalls(reader, dialect);
  if (reader.isWord('DATABASE') || reader.isWord('SCHEMA')) return parseCreateDatabase(reader, replaces);
  if (reader.accept('TABLE')) {
    // What is there stays as it is.
    if (reader.accept('IF', 'NOT', 'EXISTS')) return parseCalls(reader, dialect);
    const table = reader.table();
    if (table === undefined) return [unknownEffect(reader)];
    const recreated = { kind: 'suspend', table, reason: 'it was recreated at the source' } as const;
    return [recreated, ...parseCalls(reader, dialect)];
  }
  skipDefiner(reader);
  if (isNoTable(reader)) return [];
  reader.acceptOneOf('ONLINE', 'OFFLINE');
  const ignores = reader.accept('IGNORE');
  const isUnique = reader.acceptOneOf('UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR') === 'UNIQUE';
  if (!reader.isWord('INDEX') || ignores) return [unknownEffect(reader)];
  return isUnique ? parseCreateUniqueIndex(reader) : [];
}

/**
 * Of CREATE TABLE … SELECT as it is logged where rows are not: what functions of MariaDB change meanwhile is logged
 * nowhere. MySQL refuses such functions there. Their names are as good as those of tables to say whose databases.
 */
function parseCalls(reader: StatementReader, { flavour }: StatementDialect): StatementEffect[] {
  if (flavour === 'mysql') return [];
  while (!reader.atEnd && !reader.isWord('SELECT')) reader.next();
  const tables: StatementTable[] = [];
  while (!reader.atEnd) {
    const name = reader.table();
    if (name === undefined) reader.next();
    else if (reader.isSymbol('(')) tables.push(name);
  }
  return tables.length === 0 ? [] : [{ kind: 'change-rows', tables }];
}

function parseCreateUniqueIndex(reader: StatementReader): StatementEffect[] {
  while (!reader.atEnd && !reader.accept('ON')) reader.next();
  const table = reader.table();
  if (table === undefined) return [unknownEffect(reader)];
  const columns = parseKeyColumns(reader);
  return [{ kind: 'alter', table, specs: [{ kind: 'add-key', primary: false, columns }], ignore: false }];
}

function parseCreateDatabase(reader: StatementReader, replaces: boolean): StatementEffect[] {
  reader.next();
  return replaces ? [{ kind: 'suspend-database', database: reader.name() ?? '', reason: DROPPED }] : [];
}

function parseRepair(reader: StatementReader): StatementEffect[] {
  reader.next();
  reader.acceptOneOf('NO_WRITE_TO_BINLOG', 'LOCAL');
  if (reader.acceptOneOf('TABLE', 'TABLES') === undefined) return [];
  return reader
    .tableList()
    .map((table) => ({ kind: 'alter', table, specs: [{ kind: 'repair' }], ignore: false }));
}

function parseRename(reader: StatementReader): StatementEffect[] {
  reader.next();
  if (reader.isWord('USER')) return [];
  if (reader.acceptOneOf('TABLE', 'TABLES') === undefined) return [unknownEffect(reader)];
  reader.accept('IF', 'EXISTS');
  const tables: StatementTable[] = [];
  while (!reader.atEnd) {
    const table = reader.table();
    if (table !== undefined) tables.push(table);
    if (reader.accept('WAIT')) reader.next();
    if (!reader.accept('TO') && !reader.acceptSymbol(',') && !reader.accept('NOWAIT')) reader.next();
  }
  return tables.map((table) => ({ kind: 'suspend', table, reason: RENAMED }));
}

const MODIFIERS = [
  'LOW_PRIORITY',
  'DELAYED',
  'HIGH_PRIORITY',
  'QUICK',
  'IGNORE',
  'CONCURRENT',
  'LOCAL',
  'INTO',
];

/** INSERT, REPLACE and LOAD name the one table that they write; in UPDATE and DELETE any table of their list may be it. */
function parseChangedTables(reader: StatementReader, first: string): StatementTable[] {
  reader.next();
  if (first === 'LOAD') {
    while (!reader.atEnd && !reader.accept('INTO', 'TABLE')) reader.next();
    return reader.tableList();
  }
  if (first === 'INSERT' || first === 'REPLACE') {
    while (reader.acceptOneOf(...MODIFIERS) !== undefined);
    const table = reader.table();
    return table === undefined ? [] : [table];
  }
  return namesBefore(reader, first === 'UPDATE' ? 'SET' : first === 'DELETE' ? 'WHERE' : undefined);
}

function unknownEffect(reader: StatementReader): StatementEffect {
  const words = [0, 1, 2]
    .map((distance) => reader.peek(distance).text)
    .join(' ')
    .trim();
  return { kind: 'unknown', words, tables: namesBefore(reader, undefined) };
}

/** Every name, with and without a database, that precedes a word, each once. */
function namesBefore(reader: StatementReader, end: string | undefined): StatementTable[] {
  const found = new Map<string, StatementTable>();
  while (!reader.atEnd && !(end !== undefined && reader.isWord(end))) {
    const table = reader.table();
    if (table === undefined) reader.next();
    else found.set(`${table.database}.${table.table}`, table);
  }
  return [...found.values()];
}
