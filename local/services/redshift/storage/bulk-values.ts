/** Canonical texts as DuckDB's values. None passes a double but those of floating-point columns. */
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  SMALLINT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '@duckdb/node-api';
import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { TableColumn } from './catalog';

export type ToValue = (text: string) => DuckDBValue;

export function appendType({ type }: TableColumn): DuckDBType {
  switch (type.name) {
    case 'int2':
      return SMALLINT;
    case 'int4':
      return INTEGER;
    case 'int8':
      return BIGINT;
    case 'float4':
      return FLOAT;
    case 'float8':
      return DOUBLE;
    case 'numeric':
      return DECIMAL(type.precision, type.scale);
    case 'bool':
      return BOOLEAN;
    case 'date':
      return DATE;
    case 'time':
      return TIME;
    case 'timestamp':
      return TIMESTAMP;
    case 'timestamptz':
      return TIMESTAMPTZ;
    case 'char':
    case 'varchar':
    case 'super':
      return VARCHAR;
    case 'varbyte':
    case 'int2vector':
    case 'interval':
      throw new WarehouseError(`bulk writes into a column of type ${type.name} are not supported`);
  }
}

export function valueReader({ type }: TableColumn): ToValue {
  switch (type.name) {
    case 'int2':
    case 'int4':
      return Number;
    case 'int8':
      return BigInt;
    case 'float4':
    case 'float8':
      return readFloat;
    case 'numeric': {
      const { precision, scale } = type as { precision: number; scale: number };
      return (text) => new DuckDBDecimalValue(BigInt(text.replace('.', '')), precision, scale);
    }
    case 'bool':
      return (text) => text === 'true';
    case 'date':
      return (text) => new DuckDBDateValue(Date.parse(text) / 86_400_000);
    case 'time':
      return (text) => new DuckDBTimeValue(microsecondsOf(`1970-01-01 ${text}`));
    case 'timestamp':
      return (text) => new DuckDBTimestampValue(microsecondsOf(text));
    case 'timestamptz':
      return (text) => new DuckDBTimestampTZValue(zonedMicroseconds(text));
    default:
      return (text) => text;
  }
}

function readFloat(text: string): number {
  const word = text.toLowerCase().replace(/^\+/, '');
  if (word.includes('inf')) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return word.includes('nan') ? Number.NaN : Number(text);
}

/** Of `YYYY-MM-DD HH:MM:SS[.ffffff]` since 1970. */
function microsecondsOf(text: string): bigint {
  // Up to the year 2255 the count is exact in a double; beyond, and before year 100, it is put together.
  const milliseconds = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`);
  const fraction = text.length > 20 ? Number(text.slice(20).padEnd(6, '0')) : 0;
  const microseconds = milliseconds * 1000 + fraction;
  return Number.isSafeInteger(microseconds)
    ? BigInt(microseconds)
    : BigInt(milliseconds) * 1000n + BigInt(fraction);
}

/** The same with `+HH[[:]MM]` behind it. */
function zonedMicroseconds(text: string): bigint {
  const zone = /([+-])(\d{2}):?(\d{2})?$/.exec(text)!;
  const minutes = Number(zone[2]) * 60 + Number(zone[3] ?? 0);
  const offset = BigInt(minutes) * 60_000_000n * (zone[1] === '-' ? -1n : 1n);
  return microsecondsOf(text.slice(0, zone.index).trimEnd()) - offset;
}
