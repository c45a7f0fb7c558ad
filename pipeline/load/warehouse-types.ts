/** The catalogue's column types in Redshift. */
import { textBytes } from '../capture/warehouse-text';
import type { ColumnType } from '../tables';

/** The type as DDL text. Text counts bytes of UTF-8, four a character. */
export function warehouseType(type: ColumnType): string {
  switch (type.kind) {
    case 'smallint':
      return 'SMALLINT';
    case 'integer':
      return 'INTEGER';
    case 'bigint':
      return 'BIGINT';
    case 'double':
      return 'DOUBLE PRECISION';
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'document':
      return 'SUPER';
    case 'decimal':
      return `NUMERIC(${type.precision},${type.scale})`;
    case 'text':
      return `VARCHAR(${textBytes(type.characters)})`;
  }
}

/** What the Data API calls the type in a result's metadata: its name, and precision and scale where they matter. */
export interface MetadataType {
  readonly typeName: string;
  readonly precision?: number;
  readonly scale?: number;
}

const METADATA_NAMES: Readonly<Record<string, string>> = {
  SMALLINT: 'int2',
  INTEGER: 'int4',
  BIGINT: 'int8',
  'DOUBLE PRECISION': 'float8',
  BOOLEAN: 'bool',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  SUPER: 'super',
  NUMERIC: 'numeric',
  VARCHAR: 'varchar',
};

/** The metadata of a column that was declared with `sqlType`, as {@link warehouseType} writes it. */
export function metadataType(sqlType: string): MetadataType {
  const match = /^([A-Z ]+)(?:\((\d+)(?:,(\d+))?\))?$/.exec(sqlType);
  const typeName = METADATA_NAMES[match?.[1] ?? ''];
  if (match === null || typeName === undefined)
    throw new RangeError(`not a type of the catalogue: ${sqlType}`);
  const [, , precision, scale] = match;
  return {
    typeName,
    ...(precision === undefined ? {} : { precision: Number(precision) }),
    ...(scale === undefined ? {} : { scale: Number(scale) }),
  };
}
