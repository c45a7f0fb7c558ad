/** The entry of an existing MySQL table in the catalogue, and what becomes of each of its columns. */
import type { DynamodbEntry, MysqlColumnEntry, MysqlEntry } from './catalogue-entry';
import { type ColumnType, varcharBytes } from './column-type';
import { hasUnrealDays, refusedType, typeRule } from './mysql-contract';
import type { CreatedColumn, CreatedTable } from './mysql-create-table';
import { isCopiedUnderLock, storageEngineProblem } from './storage-engine';

export interface ColumnFate {
  readonly name: string;
  readonly mysql: string;
  /** Its type in Redshift, or `left out`. */
  readonly redshift: string;
  /** What a reader may not expect; empty where every value arrives as itself. */
  readonly note: string;
}

export interface AdoptedTable {
  readonly entry: MysqlEntry;
  readonly fates: readonly ColumnFate[];
  /** What set-up will say on some servers. */
  readonly warnings: readonly string[];
}

export interface AdoptOptions {
  readonly database: string;
  /** Of the entry; the table's own name where it is a name of a file. */
  readonly name: string;
  /** Columns that stay behind. */
  readonly leaveOut?: readonly string[];
  /** The table's entry before an ALTER TABLE: what it says beside types, and the order of its columns, are kept. */
  readonly earlier?: MysqlEntry;
  /** TINYINT(1) columns that are BOOLEAN in Redshift. */
  readonly booleans?: readonly string[];
  /** The server is known to log what foreign keys change. */
  readonly logsCascades?: boolean;
}

/** @throws RangeError when the table cannot be replicated as it is, or an option names no column of it. */
export function adoptTable(created: CreatedTable, options: AdoptOptions): AdoptedTable {
  const { leaveOut = [], booleans = [] } = options;
  const { table, key, columns, engine = 'innodb', unlike } = created;
  const refused = storageEngineProblem(engine);
  if (refused !== undefined) throw new RangeError(`${table} cannot be replicated: ${refused}`);
  if (unlike !== undefined) throw new RangeError(`${table} cannot be replicated: ${unlike}`);
  const unknown = [...leaveOut, ...booleans].filter(
    (name) => !columns.some((column) => column.name === name),
  );
  if (unknown.length > 0)
    throw new RangeError(
      `${table} has no column ${unknown.join(', ')}; it has ${columns.map(({ name }) => name).join(', ')}`,
    );
  const earlier = new Map(options.earlier?.columns.map((column) => [column.name, column]));
  const adopted = inOrderOf(earlier, columns).map((column) => {
    const before = earlier.get(column.name);
    const found = adoptColumn(column, {
      isLeftOut: before?.leaveOut === true || leaveOut.includes(column.name),
      isBoolean: before?.redshift === 'boolean' || booleans.includes(column.name),
    });
    return before === undefined
      ? found
      : { ...found, entry: { ...found.entry, ...before, mysql: found.entry.mysql } };
  });
  const gone = [...earlier.values()].filter(({ name }) => !columns.some((column) => column.name === name));
  const entry: MysqlEntry = {
    $schema: './table.schema.json',
    source: 'mysql',
    database: options.database,
    ...(table === options.name ? {} : { table }),
    ...options.earlier,
    key: [...key],
    columns: adopted.map((one) => one.entry),
  };
  return {
    entry,
    warnings: [
      ...lockWarnings(table, engine),
      ...(options.logsCascades === true ? [] : created.cascades.map((key) => cascadeWarning(table, key))),
    ],
    fates: [
      ...adopted.map(({ fate }) => fate),
      ...gone.map(({ name, mysql }) => ({ name, mysql, redshift: 'gone', note: 'no longer at the source' })),
    ],
  };
}

const cascadeWarning = (table: string, key: string): string =>
  `${key}: changes rows of ${table} without a word in the binlog. Set-up refuses the table on MariaDB and on MySQL before 9.6; declare it ON DELETE RESTRICT ON UPDATE RESTRICT first`;

const lockWarnings = (table: string, engine: string): string[] =>
  isCopiedUnderLock(engine)
    ? [
        `${table} has the storage engine ${engine}, which has no transactions: whoever writes to it waits while it is copied`,
      ]
    : [];

/** New columns come last, where set-up adds them to the warehouse. */
const inOrderOf = (
  earlier: ReadonlyMap<string, unknown>,
  columns: readonly CreatedColumn[],
): readonly CreatedColumn[] => {
  const order = [...earlier.keys()];
  const rank = ({ name }: CreatedColumn): number => (earlier.has(name) ? order.indexOf(name) : order.length);
  return [...columns].sort((one, other) => rank(one) - rank(other));
};

function adoptColumn(
  { name, declaration }: CreatedColumn,
  choice: { readonly isLeftOut: boolean; readonly isBoolean: boolean },
): { readonly entry: MysqlColumnEntry; readonly fate: ColumnFate } {
  const { type, text } = declaration;
  const refused = refusedType(type);
  const base = { name, mysql: text };
  if (choice.isLeftOut || refused !== undefined) {
    const note = choice.isLeftOut ? 'as asked' : (refused ?? '');
    return { entry: { ...base, leaveOut: true }, fate: { ...base, redshift: 'left out', note } };
  }
  const target: ColumnType = choice.isBoolean
    ? { kind: 'boolean' }
    : (typeRule(type)?.target(type) as ColumnType);
  const notes = [
    ...noteOf(target, typeRule(type)?.text ?? ''),
    ...(hasUnrealDays(type)
      ? [declaration.nullable ? 'a zero date is NULL, flagged' : 'a zero date rejects the row']
      : []),
    ...(declaration.generated === undefined
      ? []
      : [`${declaration.generated} column: its value, not its expression`]),
  ];
  return {
    entry: { ...base, ...(choice.isBoolean ? { redshift: 'boolean' } : {}) },
    fate: { ...base, redshift: redshiftText(target), note: notes.join('; ') },
  };
}

function noteOf(target: ColumnType, form: string): string[] {
  if (form === 'hex' || form === 'geometry')
    return [`hexadecimal${form === 'geometry' ? ' WKB' : ''}${atMost(target)}`];
  if (form === 'timestamp') return ['in UTC'];
  if (form === 'time') return ['text: -838:59:59 to 838:59:59'];
  if (form === 'decimal' && target.kind === 'text') return ['exact text: more than 38 digits'];
  if (form === 'json') return [`the text of the server${atMost(target)}`];
  return form === 'characters' && isShort(target) ? [atMost(target).slice(2)] : [];
}

/** Whether a value of the source may be longer than the column. */
const isShort = (target: ColumnType): boolean =>
  target.kind === 'text' && target.characters * (target.isAscii === true ? 1 : 4) > varcharBytes(target);

/** The task takes 63 KB of a LOB (`LobMaxSize`); two hexadecimal digits stand for a byte. */
const atMost = (target: ColumnType): string =>
  isShort(target)
    ? `; a longer value than ${target.kind === 'text' && target.isAscii === true ? 32_256 : 64_512} bytes rejects the row`
    : '';

/** As an entry writes it. */
function redshiftText(type: ColumnType): string {
  switch (type.kind) {
    case 'decimal':
      return `numeric(${type.precision},${type.scale})`;
    case 'text':
      return `varchar(${varcharBytes(type)})`;
    case 'double':
      return 'double precision';
    case 'document':
      return 'super';
    default:
      return type.kind;
  }
}

/** One column a line, so that a change of one column is one line of a diff. */
export function buildEntryText(entry: MysqlEntry | DynamodbEntry): string {
  const { columns, ...rest } = entry;
  const head = Object.entries(rest).map(([name, value]) => `  ${JSON.stringify(name)}: ${inline(value)},`);
  const lines = columns.map((column: unknown) => `    ${inline(column)}`);
  return `{\n${head.join('\n')}\n  "columns": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${inline(one)}`);
  return `{ ${members.join(', ')} }`;
}
