/** Attributes of tables and columns that mean nothing to DuckDB: read, checked, and kept as far as the catalog shows them. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { Grammar } from './grammar';
import type { ColumnDefinition, StoredLayout } from './statement-tree';
import type { TokenReader } from './token-reader';

export interface TableAttributes {
  /** Columns that a DISTKEY, SORTKEY or UNIQUE names; they must exist. */
  readonly keyColumns: string[];
  /** Columns of the primary key: not NULL, but not unique. */
  readonly notNull: string[];
  distKey?: string;
  sortKey?: readonly string[];
}

const ENCODINGS = new Set([
  'raw',
  'az64',
  'bytedict',
  'delta',
  'delta32k',
  'lzo',
  'mostly8',
  'mostly16',
  'mostly32',
  'runlength',
  'text255',
  'text32k',
  'zstd',
  'auto',
]);

export function parseColumnAttributes(
  g: Grammar,
  column: ColumnDefinition,
  attributes: TableAttributes,
): ColumnDefinition {
  let read: ColumnDefinition = column;
  for (;;) {
    const next = parseColumnAttribute(g, read, attributes);
    if (next === undefined) return read;
    read = next;
  }
}

function parseColumnAttribute(
  g: Grammar,
  column: ColumnDefinition,
  attributes: TableAttributes,
): ColumnDefinition | undefined {
  const { reader } = g;
  if (reader.acceptWord('not', 'null')) return { ...column, nullable: false };
  if (reader.acceptWord('null')) return column;
  if (reader.acceptWord('default')) return { ...column, default: g.expression() };
  if (reader.acceptWord('encode')) return parseEncoding(reader, column);
  const isDistKey = reader.acceptWord('distkey');
  if (isDistKey || reader.acceptWord('sortkey')) {
    if (column.type.name === 'super')
      throw new WarehouseError(`column "${column.name}" of type super cannot be a key`);
    if (isDistKey) attributes.distKey = column.name;
    else attributes.sortKey = [...(attributes.sortKey ?? []), column.name];
    return column;
  }
  if (reader.acceptWord('unique')) return column;
  if (reader.acceptWord('primary', 'key')) {
    attributes.notNull.push(column.name);
    return column;
  }
  if (reader.acceptWord('references')) return parseReference(reader, column);
  if (reader.acceptWord('identity')) return { ...column, identity: parseIdentity(reader) };
  if (reader.acceptWord('generated', 'by', 'default', 'as', 'identity')) {
    return { ...column, identity: parseIdentity(reader) };
  }
  if (reader.acceptWord('collate')) {
    if (reader.acceptWord('case_sensitive') || reader.acceptWord('cs')) return column;
    throw reader.unsupported('COLLATE CASE_INSENSITIVE');
  }
  return undefined;
}

function parseEncoding(reader: TokenReader, column: ColumnDefinition): ColumnDefinition {
  return { ...column, layout: { ...column.layout, encoding: readEncoding(reader, column.name) } };
}

export function readEncoding(reader: TokenReader, column: string): string {
  const token = reader.take();
  if (ENCODINGS.has(token.text)) return token.text;
  throw new WarehouseError(`invalid encoding type specified for column "${column}"`);
}

function parseReference<Given>(reader: TokenReader, given: Given): Given {
  reader.dottedName();
  if (reader.acceptOperator('(')) {
    reader.name();
    reader.expectOperator(')');
  }
  return given;
}

function parseIdentity(reader: TokenReader): { seed: number; step: number } {
  reader.expectOperator('(');
  const seed = parseSigned(reader);
  reader.expectOperator(',');
  const step = parseSigned(reader);
  reader.expectOperator(')');
  return { seed, step };
}

const parseSigned = (reader: TokenReader): number => (reader.acceptOperator('-') ? -1 : 1) * reader.integer();

/** PRIMARY KEY (...), UNIQUE (...), FOREIGN KEY (...). False when a column begins here. */
export function parseTableConstraint(reader: TokenReader, attributes: TableAttributes): boolean {
  if (reader.acceptWord('constraint')) reader.name();
  if (reader.acceptWord('primary', 'key')) {
    attributes.notNull.push(...reader.nameList());
    return true;
  }
  if (reader.isWord('unique') && reader.isOperator('(', 1)) {
    reader.take();
    attributes.keyColumns.push(...reader.nameList());
    return true;
  }
  if (!reader.acceptWord('foreign', 'key')) return false;
  attributes.keyColumns.push(...reader.nameList());
  reader.expectWord('references');
  reader.dottedName();
  if (reader.isOperator('(')) reader.nameList();
  return true;
}

/** DISTSTYLE, DISTKEY, SORTKEY, ENCODE AUTO, BACKUP, in any order. */
export function parseTableAttributes(reader: TokenReader, attributes: TableAttributes): void {
  for (;;) {
    if (reader.acceptWord('diststyle')) {
      const style = reader.take();
      if (!['even', 'key', 'all', 'auto'].includes(style.text)) throw reader.syntaxError(style);
    } else if (reader.acceptWord('distkey')) setDistKey(attributes, reader.nameList());
    else if (reader.acceptWord('sortkey', 'auto') || reader.acceptWord('encode', 'auto')) continue;
    else if (reader.acceptWord('backup')) {
      if (!reader.acceptWord('yes')) reader.expectWord('no');
    } else {
      const kind = reader.acceptWord('compound') || reader.acceptWord('interleaved');
      if (!reader.acceptWord('sortkey')) {
        if (kind) throw reader.syntaxError();
        return;
      }
      const names = reader.nameList();
      attributes.keyColumns.push(...names);
      attributes.sortKey = names;
    }
  }
}

function setDistKey(attributes: TableAttributes, names: readonly string[]): void {
  attributes.keyColumns.push(...names);
  if (names[0] !== undefined) attributes.distKey = names[0];
}

/** As the statement has it; what the column has from before stays. */
function primaryKeyOf(layout: StoredLayout | undefined, at: number): Pick<StoredLayout, 'primaryKey'> {
  if (at >= 0) return { primaryKey: at + 1 };
  return layout?.primaryKey === undefined ? {} : { primaryKey: layout.primaryKey };
}

/** The columns as a table with these keys lays them out. */
export const withKeys = <Column extends { readonly name: string; readonly layout?: StoredLayout }>(
  columns: readonly Column[],
  {
    distKey,
    sortKey,
    notNull: primaryKey,
  }: {
    readonly distKey?: string | undefined;
    readonly sortKey?: readonly string[] | undefined;
    readonly notNull?: readonly string[] | undefined;
  },
): Column[] =>
  columns.map((column) => {
    const at = sortKey?.indexOf(column.name) ?? -1;
    const keyAt = primaryKey?.indexOf(column.name) ?? -1;
    return {
      ...column,
      layout: {
        ...(column.layout?.encoding === undefined ? {} : { encoding: column.layout.encoding }),
        ...(distKey === column.name ? { distKey: true as const } : {}),
        ...(at < 0 ? {} : { sortKey: at + 1 }),
        ...primaryKeyOf(column.layout, keyAt),
      },
    };
  });
