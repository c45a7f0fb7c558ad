/** Reads the rows of a rows event, once the table map before it has been found to fit the known structure. */
import { refusedType } from '../../../../pipeline/values/mysql-contract';
import type { SourceColumn, SourceTable } from '../task/source-table';
import type { TextColumns } from '../task/text-columns';
import { allBits, type ByteReader, bitAt } from './byte-reader';
import { FIELD, type MappedColumn, type TableMap } from './table-map';
import { textDecoder } from './text-charset';
import { buildValueReader, type ReadValue, UnreadableColumnError } from './value-reader';
import { buildValueWriter, type WriteValue } from './value-writer';

/** Every column in the source's order, as exact text; null is NULL. */
export type SourceRow = (string | null)[];

/** The rows do not have the structure that the task knows: the table was altered, and the task saw it too late. */
export class StructureChangedError extends Error {
  override readonly name = 'StructureChangedError';
}

export interface RowReader {
  /** One row image; `present` has a bit for each column. */
  read(reader: ByteReader, present: Buffer): SourceRow;
}

/**
 * @throws StructureChangedError when the map differs from the table in count, names, types or sizes of columns.
 * @throws UnreadableColumnError for a type that cannot be read.
 */
export function buildRowReader(map: TableMap, table: SourceTable): RowReader {
  checkStructure(map, table);
  const readers: ReadValue[] = map.columns.map((mapped, index) =>
    buildValueReader(mapped, table.columns[index] as SourceColumn),
  );
  const count = readers.length;
  return {
    read: (reader, present) => {
      requireAll(present, count);
      const nulls = reader.slice((count + 7) >> 3);
      const row: SourceRow = new Array(count);
      for (let index = 0; index < count; index += 1)
        row[index] = bitAt(nulls, index) ? null : (readers[index] as ReadValue)(reader);
      return row;
    },
  };
}

/** Copies row images as bytes; the same images that a {@link RowReader} reads. */
export interface RowCopier {
  /** All columns of one image, or only some, by their places: the others are NULL then. */
  copy(reader: ByteReader, present: Buffer, into: TextColumns, only?: ReadonlySet<number>): void;
}

/** @throws what {@link buildRowReader} throws */
export function buildRowCopier(map: TableMap, table: SourceTable): RowCopier {
  checkStructure(map, table);
  const writers: WriteValue[] = map.columns.map((mapped, index) =>
    buildValueWriter(mapped, table.columns[index] as SourceColumn),
  );
  const count = writers.length;
  return {
    copy: (reader, present, into, only) => {
      requireAll(present, count);
      const nulls = reader.slice((count + 7) >> 3);
      for (let index = 0; index < count; index += 1) {
        const isLeftOut = only !== undefined && !only.has(index);
        const column = into.columnAt(index);
        if (bitAt(nulls, index)) column?.addNull(into.rowCount);
        else {
          (writers[index] as WriteValue)(reader, isLeftOut ? undefined : column);
          if (isLeftOut) column?.addNull(into.rowCount);
        }
      }
      into.endRow();
    },
  };
}

function requireAll(present: Buffer, count: number): void {
  if (!allBits(present, count))
    throw new UnreadableColumnError(
      'a row image leaves columns out: the session that wrote it had binlog_row_image other than FULL',
    );
}

function checkStructure(map: TableMap, table: SourceTable): void {
  if (map.columns.length !== table.columns.length) {
    throw new StructureChangedError(
      `its changes have ${map.columns.length} columns, the source's table now has ${table.columns.length}`,
    );
  }
  map.columns.forEach((mapped, index) => {
    const column = table.columns[index] as SourceColumn;
    const name = map.columnNames?.[index];
    if (name !== undefined && name !== column.name)
      throw new StructureChangedError(`its changes have a column ${name} where the table has ${column.name}`);
    const unsigned = map.unsigned?.[index] ?? column.unsigned;
    if (!fits(mapped, column) || unsigned !== column.unsigned) {
      throw new StructureChangedError(
        `its changes have another type in column ${column.name} than the table, which has ${column.columnType}`,
      );
    }
  });
}

const TYPES: Readonly<Record<string, readonly number[]>> = {
  tinyint: [FIELD.TINY],
  smallint: [FIELD.SHORT],
  mediumint: [FIELD.INT24],
  int: [FIELD.LONG],
  bigint: [FIELD.LONGLONG],
  decimal: [FIELD.NEWDECIMAL],
  float: [FIELD.FLOAT],
  double: [FIELD.DOUBLE],
  bit: [FIELD.BIT],
  year: [FIELD.YEAR],
  date: [FIELD.DATE],
  datetime: [FIELD.DATETIME2],
  timestamp: [FIELD.TIMESTAMP2],
  time: [FIELD.TIME2],
  char: [FIELD.STRING],
  binary: [FIELD.STRING],
  varchar: [FIELD.VARCHAR, FIELD.VARCHAR_COMPRESSED],
  varbinary: [FIELD.VARCHAR, FIELD.VARCHAR_COMPRESSED],
  enum: [FIELD.ENUM],
  set: [FIELD.SET],
  // MariaDB keeps an address as bytes of a fixed length.
  uuid: [FIELD.STRING],
  inet4: [FIELD.STRING],
  inet6: [FIELD.STRING],
};

/** Why a column cannot be read exactly, if so; known before its first change arrives. */
export function unreadableBecause(column: SourceColumn): string | undefined {
  const refused = refusedType(column.type);
  if (refused !== undefined) return `its column ${column.name} has the type ${column.columnType}: ${refused}`;
  if (column.charset === null || column.charset === 'binary' || textDecoder(column.charset) !== undefined)
    return undefined;
  return `its column ${column.name} has the character set ${column.charset}, which is not supported; convert it to utf8mb4`;
}

function fits(mapped: MappedColumn, column: SourceColumn): boolean {
  const types = TYPES[column.dataType];
  // Text, blobs and geometries have types of their own on each server; what is not in the list is judged when its reader is built.
  if (types === undefined) return true;
  if (!types.includes(mapped.type)) return false;
  switch (column.dataType) {
    case 'decimal':
      return mapped.size === column.precision && mapped.scale === column.scale;
    case 'datetime':
    case 'timestamp':
    case 'time':
      return mapped.size === column.fractionDigits;
    case 'char':
    case 'binary':
    case 'varchar':
    case 'varbinary':
      // A compressed column has a byte more, which says how.
      return mapped.size === column.byteLength || isCompressedOf(mapped, column);
    default:
      return true;
  }
}

const isCompressedOf = ({ type, size }: MappedColumn, { byteLength }: SourceColumn): boolean =>
  type === FIELD.VARCHAR_COMPRESSED && size === (byteLength ?? 0) + 1;
