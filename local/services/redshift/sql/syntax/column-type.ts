/** Redshift's types, and what holds each of them in DuckDB. */
import { ownValue } from '../../../../../pipeline/values/own-value';
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { TokenReader } from './token-reader';

export type TypeName =
  | 'int2'
  | 'int4'
  | 'int8'
  | 'float4'
  | 'float8'
  | 'numeric'
  | 'bool'
  | 'char'
  | 'varchar'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'super'
  | 'varbyte'
  | 'interval'
  /** Of the catalog only: no column can have it. */
  | 'int2vector';

export interface RedshiftType {
  readonly name: TypeName;
  /** Bytes, for char, varchar and varbyte. */
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
}

const NAMES: Readonly<Record<string, TypeName>> = {
  smallint: 'int2',
  int2: 'int2',
  integer: 'int4',
  int: 'int4',
  int4: 'int4',
  bigint: 'int8',
  int8: 'int8',
  real: 'float4',
  float4: 'float4',
  float8: 'float8',
  float: 'float8',
  double: 'float8',
  decimal: 'numeric',
  numeric: 'numeric',
  dec: 'numeric',
  boolean: 'bool',
  bool: 'bool',
  char: 'char',
  character: 'char',
  nchar: 'char',
  bpchar: 'char',
  varchar: 'varchar',
  nvarchar: 'varchar',
  text: 'varchar',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  super: 'super',
  varbyte: 'varbyte',
  varbinary: 'varbyte',
  interval: 'interval',
};

export const isTypeName = (word: string): boolean => word in NAMES;

/** @throws WarehouseError for a type that Redshift does not have, or sizes outside its limits. */
export function parseColumnType(reader: TokenReader): RedshiftType {
  const token = reader.peek();
  if (token.kind !== 'word' && token.kind !== 'quoted') throw reader.syntaxError();
  const word = reader.take().text.toLowerCase();
  const name = ownValue(NAMES, word);
  if (name === undefined) throw new WarehouseError(`type "${word}" does not exist`);
  if (word === 'double') reader.expectWord('precision');
  const varying =
    (word === 'character' || word === 'nchar' || word === 'char') && reader.acceptWord('varying');
  switch (varying ? 'varchar' : name) {
    case 'numeric':
      return parseNumeric(reader);
    case 'char':
      return parseLength(reader, 'char', word === 'bpchar' ? 256 : 1, 4096);
    case 'varchar':
      return parseLength(reader, 'varchar', 256, 65_535);
    case 'varbyte':
      return parseLength(reader, 'varbyte', 64_000, 16_777_216);
    case 'timestamp':
      return withZone(reader) ? { name: 'timestamptz' } : { name: 'timestamp' };
    case 'time':
      if (withZone(reader)) throw reader.unsupported('type "timetz"');
      return { name: 'time' };
    case 'float8':
      return parseFloatType(reader, word);
    default:
      return { name };
  }
}

function parseNumeric(reader: TokenReader): RedshiftType {
  if (!reader.acceptOperator('(')) return { name: 'numeric', precision: 18, scale: 0 };
  const precision = reader.integer();
  const scale = reader.acceptOperator(',') ? reader.integer() : 0;
  reader.expectOperator(')');
  if (precision < 1 || precision > 38) {
    throw new WarehouseError(`DECIMAL precision ${precision} must be between 1 and 38`);
  }
  if (scale > Math.min(precision, 37)) {
    throw new WarehouseError(`DECIMAL scale ${scale} must be between 0 and precision ${precision}`);
  }
  return { name: 'numeric', precision, scale };
}

function parseLength(
  reader: TokenReader,
  name: 'char' | 'varchar' | 'varbyte',
  usual: number,
  most: number,
): RedshiftType {
  if (!reader.acceptOperator('(')) return { name, length: usual };
  const length = reader.acceptWord('max') ? most : reader.integer();
  reader.expectOperator(')');
  if (length < 1) throw new WarehouseError(`length for type ${name} must be at least 1`);
  if (length > most) throw new WarehouseError(`length for type ${name} cannot exceed ${most}`);
  return { name, length };
}

function parseFloatType(reader: TokenReader, word: string): RedshiftType {
  if (word !== 'float' || !reader.acceptOperator('(')) return { name: 'float8' };
  const bits = reader.integer();
  reader.expectOperator(')');
  return { name: bits <= 24 ? 'float4' : 'float8' };
}

function withZone(reader: TokenReader): boolean {
  if (reader.acceptWord('without')) {
    reader.expectWord('time', 'zone');
    return false;
  }
  if (!reader.isWord('with', 'time')) return false;
  reader.expectWord('with', 'time', 'zone');
  return true;
}

const DUCKDB_TYPES: Readonly<Record<TypeName, string>> = {
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  numeric: 'DECIMAL',
  bool: 'BOOLEAN',
  char: 'VARCHAR',
  varchar: 'VARCHAR',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
  super: 'JSON',
  varbyte: 'BLOB',
  interval: 'INTERVAL',
  int2vector: 'INTEGER[]',
};

export function duckdbType(type: RedshiftType): string {
  return type.name === 'numeric' ? `DECIMAL(${type.precision},${type.scale})` : DUCKDB_TYPES[type.name];
}

/** As Redshift prints it: `character varying(256)`, `numeric(18,2)`. */
export function typeText(type: RedshiftType): string {
  switch (type.name) {
    case 'numeric':
      return `numeric(${type.precision},${type.scale})`;
    case 'char':
      return `character(${type.length})`;
    case 'varchar':
      return `character varying(${type.length})`;
    case 'varbyte':
      return `binary varying(${type.length})`;
    default:
      return LONG_NAMES[type.name] ?? type.name;
  }
}

const LONG_NAMES: Partial<Record<TypeName, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
};

/** The name of a type without its size, as in `function len(integer) does not exist`. */
export const typeNameText = (name: TypeName): string =>
  LONG_NAMES[name] ??
  { char: 'character', varchar: 'character varying', varbyte: 'binary varying' }[name as string] ??
  name;
