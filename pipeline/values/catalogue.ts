/** The catalogue's files as tables: checked whole, every problem reported at once with file and path. */
import {
  CATALOGUE_ENTRY,
  catalogueNameProblem,
  type DynamodbEntry,
  MAX_PARTITION_KEY_BYTES,
  MAX_SORT_KEY_BYTES,
  type MysqlColumnEntry,
  type MysqlEntry,
} from './catalogue-entry';
import { parseSourceFilters } from './catalogue-filters';
import { encodingProblem } from './column-encoding';
import { type ColumnType, varcharBytes } from './column-type';
import { checkMysqlColumn } from './mysql-column';
import { parseRedshiftType } from './redshift-type';
import type { DynamodbTable, MysqlTable, ProjectedColumn, ReplicatedTable } from './replicated-table';
import { checkMysqlWidth, checkRedshiftWidth } from './table-limits';

/** Name of a file without `.json`, to what JSON.parse made of it, or to its text where it is no JSON. */
export type CatalogueFiles = Readonly<Record<string, unknown>>;

export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';

  constructor(readonly problems: readonly string[]) {
    super(
      `tables/ has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    // Thrown while modules are loaded, where nobody can catch it: the list is what helps, not where it was found.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Takes a problem: the path inside the file, and what is wrong. */
type Report = (path: string, message: string) => void;

/** @throws CatalogueError */
export function parseCatalogue(files: CatalogueFiles): ReplicatedTable[] {
  const problems: string[] = [];
  const tables: ReplicatedTable[] = [];
  for (const [name, content] of Object.entries(files)) {
    const report: Report = (path, message) =>
      problems.push(`tables/${name}.json${path === '' ? '' : `, ${path}`}: ${message}`);
    const table = parseEntry(name, content, report);
    if (table !== undefined) tables.push(table);
  }
  problems.push(...checkTogether(tables));
  if (problems.length > 0) throw new CatalogueError(problems);
  return tables.sort(bySource);
}

const bySource = (one: ReplicatedTable, other: ReplicatedTable): number =>
  one.source === other.source ? 0 : one.source === 'mysql' ? -1 : 1;

function parseEntry(name: string, content: unknown, report: Report): ReplicatedTable | undefined {
  const wrongName = catalogueNameProblem(name);
  if (wrongName !== undefined) report('', wrongName);
  if (typeof content === 'string') {
    report('', `is not JSON: ${content}`);
    return undefined;
  }
  const parsed = CATALOGUE_ENTRY.safeParse(content);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) report(issue.path.join('.'), issue.message);
    const rest = CATALOGUE_ENTRY.safeParse(withoutWrong(content, parsed.error.issues));
    if (rest.success) parseReadEntry(name, rest.data, report);
    return undefined;
  }
  return parseReadEntry(name, parsed.data, report);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  /** Properties that are none of the entry's. */
  readonly keys?: readonly string[];
}

/** So that a wrong property which an entry can do without does not keep the others from being looked at. */
function withoutWrong(content: unknown, issues: readonly Issue[]): unknown {
  const rest = structuredClone(content);
  for (const { path, keys } of issues)
    for (const wrong of keys?.map((key) => [...path, key]) ?? [path]) removeProperty(rest, wrong);
  return rest;
}

/** Of a list's member, the property that has the list. */
function removeProperty(content: unknown, path: readonly PropertyKey[]): void {
  const end = path.findLastIndex((step) => typeof step === 'string');
  const owner = path
    .slice(0, Math.max(end, 0))
    .reduce((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], content);
  const name = path[end];
  if (name !== undefined && typeof owner === 'object' && owner !== null)
    delete (owner as Record<PropertyKey, unknown>)[name];
}

function parseReadEntry(name: string, entry: MysqlEntry | DynamodbEntry, report: Report): ReplicatedTable {
  return entry.source === 'mysql'
    ? parseMysqlEntry(name, entry, report)
    : parseDynamodbEntry(name, entry, report);
}

function parseMysqlEntry(name: string, entry: MysqlEntry, report: Report): MysqlTable {
  const { database, table = name, key } = entry;
  const checked = entry.columns.map((column, at) => {
    const found = checkMysqlColumn(column, key.includes(column.name));
    for (const problem of found.problems) report(`columns.${at} (${column.name})`, problem);
    return { ...found, name: column.name };
  });
  checkKey(key, entry.columns, report);
  checkNames(entry.columns, report);
  const columns = checked.flatMap(({ column }) => (column === undefined ? [] : [column]));
  const numbered = checked.filter(({ isAutoIncrement }) => isAutoIncrement).map((column) => column.name);
  if (numbered.length > 1) report('columns', `MySQL numbers one column at most, got ${numbered.join(', ')}`);
  const declared = checked.flatMap(({ name: column, declaration }) =>
    declaration === undefined ? [] : [{ name: column, declaration }],
  );
  for (const { path, problem } of checkMysqlWidth(declared, key)) report(path, problem);
  for (const problem of checkRedshiftWidth(columns, { key, isDms: true })) report('columns', problem);
  const leftOut = checked.flatMap((column) => (column.leftOut === undefined ? [] : [column.leftOut]));
  const target = entry.target ?? { schema: foldName(database), table: foldName(table) };
  checkTarget(target, report);
  const filters = parseSourceFilters(entry, report);
  return {
    source: 'mysql',
    name,
    database,
    ...(table === name ? {} : { sourceTable: table }),
    target,
    key,
    ...(numbered[0] === undefined ? {} : { autoIncrement: numbered[0] }),
    columns,
    ...(leftOut.length === 0 ? {} : { leftOut }),
    ...(filters.length === 0 ? {} : { filters }),
    ...placementOf(entry, columns, report),
  };
}

/** Redshift folds ASCII letters, and only them, to lower case, quoted or not. */
export const foldName = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function checkKey(key: readonly string[], columns: readonly MysqlColumnEntry[], report: Report): void {
  for (const [at, name] of key.entries()) {
    if (!columns.some((column) => column.name === name))
      report(`key.${at}`, `${name} is not one of the columns`);
    if (key.indexOf(name) !== at) report(`key.${at}`, `${name} is there twice`);
  }
}

function checkNames(columns: readonly { readonly name: string }[], report: Report): void {
  const seen = new Map<string, string>();
  for (const [at, { name }] of columns.entries()) {
    const folded = foldName(name);
    const other = seen.get(folded);
    if (other !== undefined)
      report(
        `columns.${at} (${name})`,
        `is one column with ${other} in Redshift, which folds names to lower case; leave one of them out`,
      );
    if (Buffer.byteLength(name) > 127)
      report(`columns.${at} (${name})`, 'Redshift takes names of at most 127 bytes; leave the column out');
    seen.set(folded, name);
  }
}

function checkTarget(target: MysqlTable['target'], report: Report): void {
  for (const part of ['schema', 'table'] as const) {
    const value = target[part];
    if (value !== foldName(value))
      report(`target.${part}`, `Redshift folds names to lower case, got ${value}`);
    if (Buffer.byteLength(value) > 127) report(`target.${part}`, 'Redshift takes names of at most 127 bytes');
  }
  if (target.schema.startsWith('_')) report('target.schema', 'DMS takes no schema that begins with _');
}

function parseDynamodbEntry(name: string, entry: DynamodbEntry, report: Report): DynamodbTable {
  const key = entry.key.map((part) => part.name);
  const columns = entry.columns.flatMap((column, at): ProjectedColumn[] => {
    const where = `columns.${at} (${column.name})`;
    const type = parseRedshiftType(column.redshift);
    if (typeof type === 'string') report(`${where}, redshift`, type);
    if (column.name !== foldName(column.name)) report(where, 'a column in Redshift has a lower-case name');
    if (column.name.startsWith('_cdc_')) report(where, "names that begin with _cdc_ are the pipeline's own");
    if (typeof type === 'string') return [];
    const { name: columnName, path = [columnName], encode } = column;
    const wrongEncoding = encode === undefined ? undefined : encodingProblem(encode, type);
    if (wrongEncoding !== undefined) report(`${where}, encode`, wrongEncoding);
    return [
      {
        name: columnName,
        path,
        type,
        nullable: !key.includes(columnName),
        ...(encode === undefined ? {} : { encoding: encode }),
      },
    ];
  });
  for (const [at, part] of key.entries()) {
    if (columns[at]?.name !== part)
      report(`key.${at}`, `${part} must be column ${at + 1}: key columns come first`);
  }
  checkKeyTypes(entry, columns, report);
  checkNames(entry.columns, report);
  checkTarget(entry.target, report);
  for (const problem of checkRedshiftWidth(columns, { key, isDms: false })) report('columns', problem);
  const keyTypes = Object.fromEntries(entry.key.map((part) => [part.name, part.type]));
  const placement = placementOf(entry, columns, report);
  const expiry = entry.onExpiry === 'keep' ? { keepsExpired: true } : {};
  return { source: 'dynamodb', name, target: entry.target, key, keyTypes, ...expiry, columns, ...placement };
}

/** An item whose key its column cannot hold would be a dead letter, so the column holds every key. */
function checkKeyTypes({ key }: DynamodbEntry, columns: readonly ProjectedColumn[], report: Report): void {
  for (const [at, { name, type }] of key.entries()) {
    const column = columns.find((one) => one.name === name)?.type;
    if (column === undefined) continue;
    const where = `columns.${at} (${name}), redshift`;
    const bytes = at === 0 ? MAX_PARTITION_KEY_BYTES : MAX_SORT_KEY_BYTES;
    if (type === 'S' && (column.kind !== 'text' || varcharBytes(column) < bytes))
      report(
        where,
        `a ${at === 0 ? 'partition' : 'sort'} key of type S has up to ${bytes} bytes: varchar(${bytes})`,
      );
    if (type === 'N' && (column.kind !== 'decimal' || column.precision < 38))
      report(
        where,
        'a key of type N has up to 38 digits: numeric(38,s), with s as its numbers have decimals',
      );
  }
}

/** Of a compound sort key (Amazon Redshift database developer guide, CREATE TABLE). */
const MOST_SORT_COLUMNS = 400;

function placementOf(
  { distKey, sortKey, readers }: MysqlEntry | DynamodbEntry,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  report: Report,
): Pick<ReplicatedTable, 'distKey' | 'sortKey' | 'readers'> {
  const isColumn = (name: string): boolean => columns.some((column) => column.name === name);
  if (distKey !== undefined && !isColumn(distKey)) report('distKey', `${distKey} is not one of the columns`);
  for (const [at, name] of (sortKey ?? []).entries())
    if (!isColumn(name)) report(`sortKey.${at}`, `${name} is not one of the columns`);
  for (const name of [...(distKey === undefined ? [] : [distKey]), ...(sortKey ?? [])])
    if (columns.some((column) => column.name === name && column.type.kind === 'document'))
      report(
        name === distKey ? 'distKey' : 'sortKey',
        `${name} is a SUPER, by which Redshift places no rows`,
      );
  if ((sortKey ?? []).length > MOST_SORT_COLUMNS)
    report('sortKey', `Redshift sorts by at most ${MOST_SORT_COLUMNS} columns`);
  const names = (readers ?? []).map((reader) => foldName(JSON.stringify(reader)));
  for (const [at, name] of names.entries())
    if (names.indexOf(name) !== at) report(`readers.${at}`, 'is there twice');
  return {
    ...(distKey === undefined ? {} : { distKey }),
    ...(sortKey === undefined ? {} : { sortKey }),
    ...(readers === undefined ? {} : { readers }),
  };
}

function checkTogether(tables: readonly ReplicatedTable[]): string[] {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const table of tables) {
    const places = [
      `target ${table.target.schema}.${table.target.table}`,
      ...(table.source === 'mysql'
        ? [`MySQL table ${table.database}.${table.sourceTable ?? table.name}`]
        : []),
    ];
    for (const place of places) {
      const other = seen.get(place);
      if (other !== undefined)
        problems.push(`tables/${table.name}.json: has the ${place}, which tables/${other}.json has too`);
      seen.set(place, table.name);
    }
    problems.push(...ambiguousFilter(table, tables));
  }
  return problems;
}

/** The rule of a filtered table names it exactly, and DMS takes `_` in a name for any character. */
function ambiguousFilter(table: ReplicatedTable, tables: readonly ReplicatedTable[]): string[] {
  if (table.source !== 'mysql' || table.filters === undefined) return [];
  const pathOf = ({ database, sourceTable, name }: MysqlTable): string =>
    `${database}.${sourceTable ?? name}`;
  const path = pathOf(table);
  const matches = (other: string): boolean =>
    other.length === path.length && [...path].every((letter, at) => letter === '_' || letter === other[at]);
  return tables.flatMap((other) =>
    other.source === 'mysql' && other !== table && pathOf(other) !== path && matches(pathOf(other))
      ? [
          `tables/${table.name}.json, filters: DMS would take ${pathOf(other)} for ${path}, because _ is any character where rows are filtered; filter in another way, or rename one of the tables`,
        ]
      : [],
  );
}
