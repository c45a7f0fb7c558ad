/** DuckDB's results as the port gives them. */
import {
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  type DuckDBResult,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { foldName } from '../../../../pipeline/values/catalogue';
import type { ResultColumn, ResultValue } from '../../../runtime/ports/warehouse';
import type { RedshiftType } from '../sql/syntax/column-type';
import { typeOfDuckdb } from './catalog';

export const resultColumns = (result: DuckDBResult): ResultColumn[] =>
  result
    .columnNames()
    .map((name, index) =>
      resultColumn(name, result.columnType(index).alias ?? String(result.columnType(index))),
    );

export const resultRow = (values: readonly DuckDBValue[], columns: readonly ResultColumn[]): ResultValue[] =>
  values.map((value, index) => resultValue(value, columns[index]!.typeName));

export function resultColumn(name: string, duckdbType: string): ResultColumn {
  const type = typeOfDuckdb(duckdbType);
  return {
    name: foldName(name),
    typeName: ARRAYS[duckdbType] ?? type.name,
    precision: precisionOf(type),
    scale: scaleOf(type),
  };
}

/** Only the views of the catalog have them. */
const ARRAYS: Readonly<Record<string, string>> = { 'INTEGER[]': '_int4', 'VARCHAR[]': '_text' };

const PRECISIONS: Readonly<Record<string, number>> = {
  int2: 5,
  int4: 10,
  int8: 19,
  float4: 8,
  float8: 17,
  bool: 1,
  date: 13,
  timestamp: 29,
  timestamptz: 35,
  super: 65_535,
  time: 15,
};

const precisionOf = (type: RedshiftType): number =>
  type.precision ?? type.length ?? PRECISIONS[type.name] ?? 0;

const scaleOf = (type: RedshiftType): number =>
  type.scale ??
  (type.name.startsWith('timestamp') ? 6 : type.name === 'float8' ? 17 : type.name === 'float4' ? 8 : 0);

function resultValue(value: DuckDBValue, typeName: string): ResultValue {
  if (value === null) return null;
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      return value;
    case 'bigint':
      return typeName === 'numeric' ? value.toString() : value;
    default:
      return objectText(value);
  }
}

function objectText(value: Exclude<DuckDBValue, null | boolean | string | number | bigint>): string {
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBTimestampValue) return timestampText(value.toString());
  if (value instanceof DuckDBTimestampTZValue) return value.toString();
  if (value instanceof DuckDBListValue) return `{${value.items.map(String).join(',')}}`;
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  return String(value);
}

/** Redshift prints no fraction where there is none, and no trailing zeros of one. */
const timestampText = (text: string): string => text.replace(/\.0+$/, '').replace(/(\.\d*?)0+$/, '$1');
