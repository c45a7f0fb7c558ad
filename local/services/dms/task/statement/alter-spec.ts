/**
 * The clauses of ALTER TABLE. What is on the list of {@link HARMLESS} changes neither a value, nor a column, nor a
 * key; the others say what they change; a clause that is not known suspends the table.
 */
import { hasCascade, type StatementTable } from './clauses';
import { type DeclaredColumn, parseDeclaredColumn } from './declared-column';
import { parseKeyColumns } from './key-columns';
import type { SqlToken } from './sql-tokens';
import { StatementReader, splitAtCommas } from './statement-reader';

export type AlterSpec =
  | { readonly kind: 'harmless' }
  /** `unlessThere`: IF NOT EXISTS. */
  | { readonly kind: 'add-column'; readonly column: DeclaredColumn; readonly unlessThere: boolean }
  | { readonly kind: 'change-column'; readonly from: string; readonly column: DeclaredColumn }
  | { readonly kind: 'rename-column'; readonly from: string; readonly to: string }
  | { readonly kind: 'drop-column'; readonly name: string }
  | { readonly kind: 'add-key'; readonly primary: boolean; readonly columns: readonly string[] }
  /** `PRIMARY`, or the name of an index or constraint. */
  | { readonly kind: 'drop-key'; readonly name: string }
  | { readonly kind: 'rename-key'; readonly from: string; readonly to: string }
  /** Undefined: the database's own. */
  | { readonly kind: 'convert'; readonly charset: string | undefined }
  | { readonly kind: 'rename'; readonly to: StatementTable }
  /** As the statement has it. */
  | { readonly kind: 'engine'; readonly engine: string }
  /** Rows that cannot be read are dropped, in engines that can do it. */
  | { readonly kind: 'repair' }
  /** A foreign key that changes rows of the table. */
  | { readonly kind: 'cascade' }
  | { readonly kind: 'suspend'; readonly reason: string }
  /** Another table takes part in the exchange of rows. */
  | { readonly kind: 'suspend-other'; readonly table: StatementTable; readonly reason: string };

const HARMLESS_SPEC: AlterSpec = { kind: 'harmless' };

const ROWS_NOT_LOGGED = 'moved partitions or tablespaces, whose rows are not in the binlog';
const MOVED_BY_OTHER = `an ALTER TABLE of another table ${ROWS_NOT_LOGGED}`;
/** First words of table options and of clauses that leave rows and columns as they are. */
const HARMLESS = new Set(
  `ALGORITHM AUTO_INCREMENT AUTOEXTEND_SIZE AVG_ROW_LENGTH CHARACTER CHARSET CHECKSUM COLLATE COMMENT COMPRESSION
  DEFAULT DELAY_KEY_WRITE DISABLE ENABLE ENCRYPTED ENCRYPTION ENCRYPTION_KEY_ID ENGINE ENGINE_ATTRIBUTE FORCE
  KEY_BLOCK_SIZE LOCK MAX_ROWS MIN_ROWS ORDER PACK_KEYS PAGE_CHECKSUM PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL
  PARTITION ROW_FORMAT SECONDARY_ENGINE SECONDARY_ENGINE_ATTRIBUTE SECONDARY_LOAD SECONDARY_UNLOAD STATS_AUTO_RECALC STATS_PERSISTENT STATS_SAMPLE_PAGES
  TRANSACTIONAL WITH WITHOUT`.split(/\s+/),
);

/** What may be done to partitions without a row coming or going. */
const HARMLESS_OF_PARTITION = new Set([
  'ADD',
  'ANALYZE',
  'CHECK',
  'COALESCE',
  'OPTIMIZE',
  'REBUILD',
  'REORGANIZE',
]);

/** @param reader behind the table's name */
export function parseAlterSpecs(reader: StatementReader): AlterSpec[] {
  reader.accept('NOWAIT');
  if (reader.accept('WAIT')) reader.next();
  const { database } = reader;
  // Commas of a clause about partitions are between their names; nothing else can be in such a statement.
  if (isPartitionSpec(reader)) return parsePartitionSpec(reader);
  return clauses(reader).flatMap((tokens) => {
    const engine = namedEngine(tokens);
    const specs = parseSpec(StatementReader.of(tokens, database), tokens);
    return engine === undefined ? specs : [...specs, { kind: 'engine', engine }];
  });
}

/** Behind ORDER BY come the names of columns, and nothing else. */
function clauses(reader: StatementReader): SqlToken[][] {
  const parts = splitAtCommas(reader.rest());
  const order = parts.findIndex(([first, second]) => isWord(first, 'ORDER') && isWord(second, 'BY'));
  return order < 0 ? parts : parts.slice(0, order + 1);
}

const isWord = (token: SqlToken | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === word;

const suspend = (reason: string): AlterSpec => ({ kind: 'suspend', reason });

const OF_COLUMNS = ['ADD', 'ALTER', 'CHANGE', 'DROP', 'MODIFY', 'RENAME'];

/** Options may follow one another without a comma. A column may have the name of one. */
function namedEngine(tokens: readonly SqlToken[]): string | undefined {
  if (OF_COLUMNS.some((word) => isWord(tokens[0], word))) return undefined;
  const at = tokens.findIndex(({ kind, text }) => kind === 'word' && /^engine$/i.test(text));
  const name = tokens[at + 1]?.text === '=' ? tokens[at + 2]?.text : tokens[at + 1]?.text;
  const isOption =
    at >= 0 && tokens.slice(0, at).every(({ kind, text }) => kind !== 'symbol' || text === '=');
  return isOption ? name : undefined;
}

function parseSpec(reader: StatementReader, tokens: readonly SqlToken[]): AlterSpec[] {
  if (isPartitionSpec(reader)) return parsePartitionSpec(reader);
  if (reader.accept('ADD')) return parseAdd(reader);
  if (reader.accept('DROP')) return [parseDrop(reader)];
  if (reader.accept('CHANGE')) return [parseChange(reader)];
  if (reader.accept('MODIFY')) return [parseModify(reader)];
  if (reader.accept('RENAME')) return [parseRename(reader)];
  if (reader.accept('CONVERT')) return parseConvert(reader);
  if (reader.accept('ALTER')) return [HARMLESS_SPEC];
  if (reader.accept('REMOVE', 'PARTITIONING')) return [HARMLESS_SPEC];
  if (reader.isWord('DISCARD') || reader.isWord('IMPORT'))
    return [suspend(`an ALTER TABLE ${ROWS_NOT_LOGGED}`)];
  const first = tokens[0];
  if (first?.kind === 'word' && HARMLESS.has(first.text.toUpperCase())) return [HARMLESS_SPEC];
  return [unknown(tokens)];
}

const unknown = (tokens: readonly SqlToken[]): AlterSpec =>
  suspend(
    `an ALTER TABLE has a clause that the task does not know: ${tokens
      .slice(0, 3)
      .map(({ text }) => text)
      .join(' ')}`,
  );

const PARTITION_WORDS = [
  ...HARMLESS_OF_PARTITION,
  'REPAIR',
  'DROP',
  'TRUNCATE',
  'EXCHANGE',
  'DISCARD',
  'IMPORT',
  'CONVERT',
];

const isPartitionSpec = (reader: StatementReader): boolean =>
  PARTITION_WORDS.some((word) => reader.isWord(word)) && reader.isWord('PARTITION', 1);

function parsePartitionSpec(reader: StatementReader): AlterSpec[] {
  const action = reader.next().text.toUpperCase();
  if (action === 'REPAIR') return [{ kind: 'repair' }];
  if (HARMLESS_OF_PARTITION.has(action)) return [HARMLESS_SPEC];
  const specs: AlterSpec[] = [suspend(`an ALTER TABLE ${ROWS_NOT_LOGGED}`)];
  while (!reader.atEnd) {
    if (!reader.accept('WITH', 'TABLE') && !reader.accept('TO', 'TABLE')) {
      reader.next();
      continue;
    }
    const table = reader.table();
    if (table !== undefined)
      specs.push({
        kind: 'suspend-other',
        table,
        reason: MOVED_BY_OTHER,
      });
  }
  return specs;
}

const PERIOD_CHANGED =
  'the period of its rows was added or dropped by ALTER TABLE, which may make columns NOT NULL';

function parseAdd(reader: StatementReader): AlterSpec[] {
  const constrained = reader.accept('CONSTRAINT');
  if (constrained && !KEY_WORDS.some((word) => reader.isWord(word))) reader.name();
  const key = reader.acceptOneOf('PRIMARY', 'UNIQUE');
  if (key !== undefined)
    return [{ kind: 'add-key', primary: key === 'PRIMARY', columns: parseKeyColumns(reader) }];
  if (reader.isWord('FOREIGN')) return [hasCascade(reader.rest()) ? { kind: 'cascade' } : HARMLESS_SPEC];
  if (reader.acceptOneOf('INDEX', 'KEY', 'FULLTEXT', 'SPATIAL', 'CHECK') !== undefined)
    return [HARMLESS_SPEC];
  if (reader.isWord('SYSTEM'))
    return [suspend('it keeps the history of its rows in itself since an ALTER TABLE')];
  if (reader.isWord('PERIOD')) return [suspend(PERIOD_CHANGED)];
  reader.accept('COLUMN');
  const unlessThere = reader.accept('IF', 'NOT', 'EXISTS');
  const rest = reader.rest();
  const inner = rest[0]?.text === '(' && rest[0].kind === 'symbol' ? rest.slice(1, -1) : rest;
  return splitAtCommas(inner).flatMap((tokens) => parseAddedColumn(tokens, reader.database, unlessThere));
}

const KEY_WORDS = ['PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK'];

function parseAddedColumn(tokens: readonly SqlToken[], database: string, unlessThere: boolean): AlterSpec[] {
  const column = parseDeclaredColumn(StatementReader.of(tokens, database));
  if (column === undefined) return [unknown(tokens)];
  const added: AlterSpec = { kind: 'add-column', column, unlessThere };
  return column.cascades ? [added, { kind: 'cascade' }] : [added];
}

function parseDrop(reader: StatementReader): AlterSpec {
  if (reader.accept('PRIMARY')) return { kind: 'drop-key', name: 'PRIMARY' };
  if (reader.accept('FOREIGN', 'KEY') || reader.accept('CHECK')) return HARMLESS_SPEC;
  if (reader.acceptOneOf('INDEX', 'KEY', 'CONSTRAINT') !== undefined) {
    reader.accept('IF', 'EXISTS');
    return { kind: 'drop-key', name: reader.name() ?? '' };
  }
  if (reader.isWord('SYSTEM')) return suspend('the history of its rows was dropped by ALTER TABLE');
  if (reader.isWord('PERIOD')) return suspend(PERIOD_CHANGED);
  reader.accept('COLUMN');
  reader.accept('IF', 'EXISTS');
  return { kind: 'drop-column', name: reader.name() ?? '' };
}

function parseChange(reader: StatementReader): AlterSpec {
  reader.accept('COLUMN');
  reader.accept('IF', 'EXISTS');
  const from = reader.name() ?? '';
  const column = parseDeclaredColumn(reader);
  return column === undefined
    ? suspend('a CHANGE COLUMN could not be read')
    : { kind: 'change-column', from, column };
}

function parseModify(reader: StatementReader): AlterSpec {
  reader.accept('COLUMN');
  reader.accept('IF', 'EXISTS');
  const column = parseDeclaredColumn(reader);
  return column === undefined
    ? suspend('a MODIFY COLUMN could not be read')
    : { kind: 'change-column', from: column.name, column };
}

function parseRename(reader: StatementReader): AlterSpec {
  if (reader.acceptOneOf('INDEX', 'KEY') !== undefined) {
    const from = reader.name() ?? '';
    reader.accept('TO');
    return { kind: 'rename-key', from, to: reader.name() ?? '' };
  }
  if (
    reader.isWord('COLUMN') &&
    !reader.atEnd &&
    reader.peek(1).kind !== 'symbol' &&
    reader.peek(2).text !== ''
  ) {
    reader.next();
    reader.accept('IF', 'EXISTS');
    const from = reader.name() ?? '';
    reader.accept('TO');
    return { kind: 'rename-column', from, to: reader.name() ?? '' };
  }
  if (!reader.accept('TO') && !reader.accept('AS')) reader.acceptSymbol('=');
  const to = reader.table();
  return to === undefined ? suspend('a RENAME could not be read') : { kind: 'rename', to };
}

/** CONVERT TO CHARACTER SET x; CONVERT PARTITION and CONVERT TABLE move rows. */
function parseConvert(reader: StatementReader): AlterSpec[] {
  // The table becomes a partition, and is no table any more.
  const isTable = reader.accept('TABLE');
  const table = isTable ? reader.table() : undefined;
  const moved = suspend(`an ALTER TABLE ${ROWS_NOT_LOGGED}`);
  if (table !== undefined) return [moved, { kind: 'suspend-other', table, reason: MOVED_BY_OTHER }];
  if (!reader.accept('TO')) return [moved];
  if (reader.accept('CHARACTER') || reader.accept('CHAR')) reader.accept('SET');
  else reader.accept('CHARSET');
  const charset = reader.accept('DEFAULT') ? undefined : reader.next().text.toLowerCase();
  return [{ kind: 'convert', charset }];
}
