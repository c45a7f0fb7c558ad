/**
 * Rows of a partial update event (`binlog_row_value_options=PARTIAL_JSON`) as those of an ordinary one, with whole
 * documents after the change (MySQL source documentation, `rows_event.h`): the image after has options before its
 * NULLs, and with the first of them a bit for each JSON column, which says that changes are in the place of the
 * document.
 */
import type { RowsEvent } from './binlog-event';
import { allBits, BinlogDamagedError, ByteReader, bitAt } from './byte-reader';
import { decimalSize } from './decimal-text';
import { applyJsonDiffs } from './json-diff';
import { FIELD, INTEGER_BYTES, type MappedColumn, prefixBytes } from './table-map';
import { fractionSize } from './temporal-text';

const PARTIAL_JSON = 1;
/** Columns that were never altered since MySQL 5.6. */
const BEFORE_FRACTIONS: ReadonlySet<number> = new Set([FIELD.TIMESTAMP, FIELD.DATETIME, FIELD.TIME]);

/** An image leaves columns out, or has one whose size is not known. */
export class PartialRowsError extends Error {
  override readonly name = 'PartialRowsError';

  constructor() {
    super(
      'a partial update of JSON was not read: the session that wrote it had binlog_row_image other than FULL, or a column has a form from before MySQL 5.6 (ALTER TABLE … FORCE renews it)',
    );
  }
}

/**
 * The event with whole documents: itself where it has them already. Reads a partial one off its `rows`.
 * @throws PartialRowsError; BinlogDamagedError for changes that do not fit the documents before
 */
export function wholeRows(event: RowsEvent): RowsEvent {
  if (event.partial !== true) return event;
  const { partial: _partial, ...ordinary } = event;
  return { ...ordinary, rows: readPartialRows(event) };
}

function readPartialRows({ map, present, presentAfter, rows: body }: RowsEvent): ByteReader {
  const { columns } = map;
  if (!allBits(present, columns.length) || !allBits(presentAfter, columns.length))
    throw new PartialRowsError();
  if (columns.some(({ type }) => BEFORE_FRACTIONS.has(type))) throw new PartialRowsError();
  const parts: Buffer[] = [];
  while (body.remaining > 0) {
    const before = copyImage(columns, body, parts);
    const isPartial = (body.lengthEncoded() & PARTIAL_JSON) !== 0;
    const bits = isPartial ? body.slice((before.length + 7) >> 3) : undefined;
    copyImage(columns, body, parts, { before, bits });
  }
  const rows = Buffer.concat(parts);
  return new ByteReader(rows, 0, rows.length);
}

/** Of each JSON column, its document; undefined for NULL. */
type Documents = readonly (Buffer | undefined)[];

function copyImage(
  columns: readonly MappedColumn[],
  body: ByteReader,
  parts: Buffer[],
  change?: { readonly before: Documents; readonly bits: Buffer | undefined },
): Documents {
  const nulls = body.slice((columns.length + 7) >> 3);
  parts.push(nulls);
  const documents: (Buffer | undefined)[] = [];
  for (const [index, column] of columns.entries()) {
    const isNull = bitAt(nulls, index);
    if (column.type !== FIELD.JSON) {
      parts.push(body.slice(isNull ? 0 : valueBytes(column, body.copy())));
      continue;
    }
    const place = documents.length;
    let document = isNull ? undefined : body.slice(body.uint(column.size));
    if (document !== undefined && change?.bits !== undefined && bitAt(change.bits, place))
      document = applyJsonDiffs(change.before[place] ?? withoutDocument(), document);
    documents.push(document);
    if (document !== undefined) parts.push(lengthPrefix(document.length, column.size), document);
  }
  return documents;
}

function withoutDocument(): never {
  throw new BinlogDamagedError('a change of JSON has no document before it');
}

function lengthPrefix(length: number, size: number): Buffer {
  const prefix = Buffer.alloc(size);
  prefix.writeUIntLE(length, 0, size);
  return prefix;
}

const FIXED_BYTES: Readonly<Record<number, number>> = {
  ...INTEGER_BYTES,
  [FIELD.LONGLONG]: 8,
  [FIELD.FLOAT]: 4,
  [FIELD.DOUBLE]: 8,
  [FIELD.YEAR]: 1,
  [FIELD.DATE]: 3,
};

/** Of the value that `reader` is at. */
function valueBytes(column: MappedColumn, reader: ByteReader): number {
  const { type, size, scale } = column;
  const prefix = prefixBytes(column);
  if (prefix !== undefined) return prefix + reader.uint(prefix);
  switch (type) {
    case FIELD.NEWDECIMAL:
      return decimalSize(size, scale);
    case FIELD.TIMESTAMP2:
      return 4 + fractionSize(size);
    case FIELD.DATETIME2:
      return 5 + fractionSize(size);
    case FIELD.TIME2:
      return 3 + fractionSize(size);
    case FIELD.BIT:
    case FIELD.ENUM:
    case FIELD.SET:
      return size;
    case FIELD.GEOMETRY:
    case FIELD.VECTOR:
      return size + reader.uint(size);
    default:
      return FIXED_BYTES[type] ?? unknownType(type);
  }
}

function unknownType(type: number): never {
  throw new BinlogDamagedError(
    `a partial update has a column of type ${type}, which no version of MySQL writes`,
  );
}
