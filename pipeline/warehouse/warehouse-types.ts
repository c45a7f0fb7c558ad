/** The catalogue's column types in Redshift. */

import { type ColumnType, varcharBytes } from '../values/column-type';

/** The type as DDL text. Text counts bytes of UTF-8, four a character. */
export function warehouseType(type: ColumnType): string {
  switch (type.kind) {
    case 'smallint':
      return 'SMALLINT';
    case 'integer':
      return 'INTEGER';
    case 'bigint':
      return 'BIGINT';
    case 'real':
      return 'REAL';
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
      return `VARCHAR(${varcharBytes(type)})`;
  }
}

/** How the warehouse's own catalog names a type that {@link warehouseType} wrote, without its sizes. */
const CATALOG_NAMES: Readonly<Record<string, string>> = {
  TIMESTAMP: 'timestamp without time zone',
  VARCHAR: 'character varying',
};

/** `character varying(256)`, `numeric(18,2)`, `bigint`: the form in which declared and existing types are compared. */
export function catalogType(sqlType: string): string {
  const [name = '', sizes] = sqlType.split('(');
  const catalogName = CATALOG_NAMES[name] ?? name.toLowerCase();
  return sizes === undefined ? catalogName : `${catalogName}(${sizes}`;
}
