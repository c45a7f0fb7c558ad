/** Attributes of tables and columns that mean nothing to DuckDB: read, checked, left out. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { Translation } from '../sql/translation';
import type { NewColumn } from './create-table';

export interface TableAttributes {
  /** Columns that a DISTKEY, SORTKEY or UNIQUE names; they must exist. */
  readonly keyColumns: string[];
  /** Columns of the primary key: not NULL, but not unique. */
  readonly notNull: string[];
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
  t: Translation,
  column: NewColumn,
  attributes: TableAttributes,
  parseDefault: () => string,
): NewColumn {
  let read: NewColumn = column;
  for (;;) {
    const next = parseColumnAttribute(t, read, attributes, parseDefault);
    if (next === undefined) return read;
    read = next;
  }
}

function parseColumnAttribute(
  t: Translation,
  column: NewColumn,
  attributes: TableAttributes,
  parseDefault: () => string,
): NewColumn | undefined {
  const { reader } = t;
  if (reader.acceptWord('not', 'null')) return { ...column, nullable: false };
  if (reader.acceptWord('null')) return column;
  if (reader.acceptWord('default')) return { ...column, defaultSql: parseDefault() };
  if (reader.acceptWord('encode')) return parseEncoding(t, column);
  if (reader.acceptWord('distkey') || reader.acceptWord('sortkey')) {
    if (column.type.name === 'super')
      throw new WarehouseError(`column "${column.name}" of type super cannot be a key`);
    return column;
  }
  if (reader.acceptWord('unique')) return column;
  if (reader.acceptWord('primary', 'key')) {
    attributes.notNull.push(column.name);
    return column;
  }
  if (reader.acceptWord('references')) return parseReference(t, column);
  if (reader.acceptWord('identity')) return { ...column, identity: parseIdentity(t) };
  if (reader.acceptWord('generated', 'by', 'default', 'as', 'identity')) {
    return { ...column, identity: parseIdentity(t) };
  }
  if (reader.acceptWord('collate')) {
    if (reader.acceptWord('case_sensitive') || reader.acceptWord('cs')) return column;
    throw reader.unsupported('COLLATE CASE_INSENSITIVE');
  }
  return undefined;
}

function parseEncoding(t: Translation, column: NewColumn): NewColumn {
  const token = t.reader.take();
  if (ENCODINGS.has(token.text)) return column;
  throw new WarehouseError(`invalid encoding type specified for column "${column.name}"`);
}

function parseReference<Given>(t: Translation, given: Given): Given {
  t.tableName();
  if (t.reader.acceptOperator('(')) {
    t.reader.name();
    t.reader.expectOperator(')');
  }
  return given;
}

function parseIdentity(t: Translation): { seed: number; step: number } {
  const { reader } = t;
  reader.expectOperator('(');
  const seed = parseSigned(t);
  reader.expectOperator(',');
  const step = parseSigned(t);
  reader.expectOperator(')');
  return { seed, step };
}

const parseSigned = (t: Translation): number => (t.reader.acceptOperator('-') ? -1 : 1) * t.reader.integer();

function parseNames(t: Translation): string[] {
  const { reader } = t;
  reader.expectOperator('(');
  const names = [reader.name()];
  while (reader.acceptOperator(',')) names.push(reader.name());
  reader.expectOperator(')');
  return names;
}

/** PRIMARY KEY (...), UNIQUE (...), FOREIGN KEY (...). False when a column stands here. */
export function parseTableConstraint(t: Translation, attributes: TableAttributes): boolean {
  const { reader } = t;
  if (reader.acceptWord('constraint')) reader.name();
  if (reader.acceptWord('primary', 'key')) {
    attributes.notNull.push(...parseNames(t));
    return true;
  }
  if (reader.isWord('unique') && reader.isOperator('(', 1)) {
    reader.take();
    attributes.keyColumns.push(...parseNames(t));
    return true;
  }
  if (!reader.acceptWord('foreign', 'key')) return false;
  attributes.keyColumns.push(...parseNames(t));
  reader.expectWord('references');
  t.tableName();
  if (reader.isOperator('(')) parseNames(t);
  return true;
}

/** DISTSTYLE, DISTKEY, SORTKEY, ENCODE AUTO, BACKUP, in any order. */
export function parseTableAttributes(t: Translation, attributes: TableAttributes): void {
  const { reader } = t;
  for (;;) {
    if (reader.acceptWord('diststyle')) {
      const style = reader.take();
      if (!['even', 'key', 'all', 'auto'].includes(style.text)) throw reader.syntaxError(style);
    } else if (reader.acceptWord('distkey')) attributes.keyColumns.push(...parseNames(t));
    else if (reader.acceptWord('sortkey', 'auto') || reader.acceptWord('encode', 'auto')) continue;
    else if (reader.acceptWord('backup')) {
      if (!reader.acceptWord('yes')) reader.expectWord('no');
    } else {
      const kind = reader.acceptWord('compound') || reader.acceptWord('interleaved');
      if (!reader.acceptWord('sortkey')) {
        if (kind) throw reader.syntaxError();
        return;
      }
      attributes.keyColumns.push(...parseNames(t));
    }
  }
}
