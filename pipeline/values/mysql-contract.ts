/**
 * The type contract of MySQL: for each type of a column, the text that its values have everywhere in the pipeline,
 * the column of the warehouse, and the rule that the DMS task needs so that no value is lost on its way.
 *
 * Snapshot, binlog, reconciliation, the warehouse's DDL and the task's rules all read this one table.
 */
import type { ColumnType } from './column-type';
import type { MysqlType } from './mysql-declaration';

/**
 * How a value is written as text, whoever read it:
 *
 * | form       | text                                                                                     |
 * |------------|------------------------------------------------------------------------------------------|
 * | integer    | decimal digits; a ZEROFILL pads what is read, never what is stored                       |
 * | decimal    | decimal digits with the column's scale                                                   |
 * | float      | the shortest text of the stored 32-bit number as a double: FLOAT prints six digits only  |
 * | double     | the shortest text of the double; `-0` keeps its sign                                     |
 * | bits       | the bits as an unsigned number                                                           |
 * | characters | Unicode text, whatever the column's character set                                        |
 * | label      | the label of an ENUM; `''` for index 0                                                   |
 * | labels     | the labels of a SET in the order of its declaration, joined by commas                    |
 * | hex        | two lower-case hexadecimal digits a byte, BINARY padded to its length                    |
 * | geometry   | hexadecimal WKB as stored (x, then y); EWKB where the value has a spatial reference      |
 * | json       | the document as the server prints it                                                     |
 * | date       | `YYYY-MM-DD`                                                                             |
 * | datetime   | `YYYY-MM-DD HH:MI:SS.ffffff` with the column's digits, as written                        |
 * | timestamp  | the same in UTC                                                                          |
 * | time       | `[-]HHH:MI:SS.ffffff` with the column's digits                                           |
 * | year       | decimal digits; `0` for year 0000                                                        |
 * | address    | UUID and network addresses as the server prints them                                     |
 */
export type TextForm =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'double'
  | 'bits'
  | 'characters'
  | 'label'
  | 'labels'
  | 'hex'
  | 'geometry'
  | 'json'
  | 'date'
  | 'datetime'
  | 'timestamp'
  | 'time'
  | 'year'
  | 'address';

/** The `data-type` of a `change-data-type` rule (AWS DMS user guide, "Transformation rules and actions"). */
export interface DmsDataType {
  readonly type: string;
  readonly length?: number;
}

export interface TypeRule {
  readonly text: TextForm;
  readonly target: (type: MysqlType) => ColumnType;
  /** Where the type that DMS would take by itself cannot hold every value. */
  readonly dms?: (type: MysqlType) => DmsDataType | undefined;
}

/** Most digits of a NUMERIC in Redshift, and most of them behind the point. */
const MOST_DIGITS = 38;
const MOST_DECIMALS = 37;

/** Where a BLOB or TEXT may be longer than any VARCHAR: the longest one then. */
const LOB_CHARACTERS: Readonly<Record<string, number>> = {
  tiny: 255,
  '': 65_535,
  medium: 2 ** 24 - 1,
  long: 2 ** 32 - 1,
};

const integer = (
  signed: 'smallint' | 'integer' | 'bigint',
  unsigned: ColumnType,
  dms?: DmsDataType,
): TypeRule => ({
  text: 'integer',
  target: (type) => (type.unsigned ? unsigned : { kind: signed }),
  ...(dms === undefined ? {} : { dms: (type) => (type.unsigned ? dms : undefined) }),
});

const plain = (kind: 'real' | 'double' | 'date' | 'timestamp' | 'smallint', text: TextForm): TypeRule => ({
  text,
  target: () => ({ kind }),
});

const characters = (text: TextForm, count: (type: MysqlType) => number): TypeRule => ({
  text,
  target: (type) => ({ kind: 'text', characters: Math.max(count(type), 1) }),
});

const ascii = (text: TextForm, count: (type: MysqlType) => number): TypeRule => ({
  text,
  target: (type) => ({ kind: 'text', characters: Math.max(count(type), 1), isAscii: true }),
});

const declaredSize = ({ sizes }: MysqlType): number => sizes[0] ?? 1;
const lobSize = ({ name }: MysqlType): number => LOB_CHARACTERS[name.replace(/text|blob$/, '')] ?? 65_535;
const longest = (labels: readonly string[]): number =>
  Math.max(0, ...labels.map((label) => [...label].length));

/** `-`, a `0` before the point, and the point itself. */
const decimalCharacters = ([precision = 10]: readonly number[]): number => precision + 3;

const holdsDecimal = ([precision = 10, scale = 0]: readonly number[]): boolean =>
  precision <= MOST_DIGITS && scale <= MOST_DECIMALS;

const DECIMAL: TypeRule = {
  text: 'decimal',
  target: ({ sizes }) => {
    const [precision = 10, scale = 0] = sizes;
    if (holdsDecimal(sizes)) return { kind: 'decimal', precision, scale };
    return { kind: 'text', characters: decimalCharacters(sizes), isAscii: true };
  },
  dms: ({ sizes }) =>
    holdsDecimal(sizes) ? undefined : { type: 'string', length: decimalCharacters(sizes) },
};

const BIT: TypeRule = {
  text: 'bits',
  target: (type) =>
    declaredSize(type) === 1 ? { kind: 'boolean' } : { kind: 'decimal', precision: 20, scale: 0 },
  dms: (type) => (declaredSize(type) === 1 ? undefined : { type: 'uint8' }),
};

const TEXT = characters('characters', declaredSize);
const LONG_TEXT = characters('characters', lobSize);
const BYTES = ascii('hex', (type) => 2 * declaredSize(type));
const LONG_BYTES = ascii('hex', (type) => 2 * lobSize(type));
const GEOMETRY = ascii('geometry', () => 65_535);
/** `-838:59:59.000000`; as many as DMS gives it. */
const TIME = ascii('time', () => 20);

/** INFORMATION_SCHEMA's data type to its rule. A type that is not here is refused by name. */
export const MYSQL_TYPES: Readonly<Record<string, TypeRule>> = {
  tinyint: integer('smallint', { kind: 'smallint' }),
  smallint: integer('smallint', { kind: 'integer' }, { type: 'int4' }),
  mediumint: integer('integer', { kind: 'integer' }),
  int: integer('integer', { kind: 'bigint' }, { type: 'int8' }),
  bigint: integer('bigint', { kind: 'decimal', precision: 20, scale: 0 }),
  decimal: DECIMAL,
  float: plain('real', 'float'),
  double: plain('double', 'double'),
  bit: BIT,
  char: TEXT,
  varchar: TEXT,
  tinytext: LONG_TEXT,
  text: LONG_TEXT,
  mediumtext: LONG_TEXT,
  longtext: LONG_TEXT,
  binary: BYTES,
  varbinary: BYTES,
  tinyblob: LONG_BYTES,
  blob: LONG_BYTES,
  mediumblob: LONG_BYTES,
  longblob: LONG_BYTES,
  enum: characters('label', ({ labels }) => longest(labels)),
  set: characters('labels', ({ labels }) => labels.join(',').length),
  json: characters('json', () => 2 ** 32 - 1),
  date: plain('date', 'date'),
  datetime: plain('timestamp', 'datetime'),
  timestamp: plain('timestamp', 'timestamp'),
  time: TIME,
  year: plain('smallint', 'year'),
  geometry: GEOMETRY,
  point: GEOMETRY,
  linestring: GEOMETRY,
  polygon: GEOMETRY,
  multipoint: GEOMETRY,
  multilinestring: GEOMETRY,
  multipolygon: GEOMETRY,
  geometrycollection: GEOMETRY,
  uuid: ascii('address', () => 36),
  inet4: ascii('address', () => 15),
  inet6: ascii('address', () => 45),
};

/** Undefined for a type that is not carried; see {@link refusedType}. */
export const typeRule = (type: MysqlType): TypeRule | undefined => MYSQL_TYPES[type.name];

/** Why a type is not carried and what to do, or undefined when it is. */
export function refusedType(type: MysqlType): string | undefined {
  if (typeRule(type) !== undefined) return undefined;
  return type.name === 'vector'
    ? 'VECTOR has no column in Redshift, and DMS does not read it: leave the column out, or keep a JSON copy of it beside it'
    : `${type.name.toUpperCase()} is not a type that is carried: leave the column out, or convert it to one of ${Object.keys(MYSQL_TYPES).join(', ')}`;
}

/** TINYINT(1) as BOOLEAN is asked for by the catalogue; DMS takes it for a small integer. */
export const BOOLEAN_RULE: DmsDataType = { type: 'boolean' };

/**
 * Whether the type has values that are no day of the calendar (`0000-00-00`, `2023-07-00`, `2024-02-30`), which no
 * column of the warehouse holds.
 */
export const hasUnrealDays = ({ name }: MysqlType): boolean =>
  name === 'date' || name === 'datetime' || name === 'timestamp';
