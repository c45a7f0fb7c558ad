/** Types as PostgreSQL numbers them, which drivers know by heart. SUPER has the number that Redshift gives it. */

/** By the name that a column's comment declares, or DuckDB's for a column that has none. */
export const CLIENT_TYPES: Readonly<Record<string, number>> = {
  bool: 16,
  BOOLEAN: 16,
  int8: 20,
  BIGINT: 20,
  int2: 21,
  SMALLINT: 21,
  int4: 23,
  INTEGER: 23,
  float4: 700,
  FLOAT: 700,
  float8: 701,
  DOUBLE: 701,
  char: 1042,
  varchar: 1043,
  VARCHAR: 1043,
  date: 1082,
  DATE: 1082,
  time: 1083,
  TIME: 1083,
  timestamp: 1114,
  TIMESTAMP: 1114,
  timestamptz: 1184,
  'TIMESTAMP WITH TIME ZONE': 1184,
  numeric: 1700,
  DECIMAL: 1700,
  HUGEINT: 1700,
  super: 4000,
  JSON: 4000,
};

/** Number, name, length in bytes (negative: differs by value), category. */
const TYPES: readonly (readonly [oid: number, name: string, length: number, category: string])[] = [
  [16, 'bool', 1, 'B'],
  [18, 'char', 1, 'S'],
  [19, 'name', 64, 'S'],
  [20, 'int8', 8, 'N'],
  [21, 'int2', 2, 'N'],
  [22, 'int2vector', -1, 'A'],
  [23, 'int4', 4, 'N'],
  [24, 'regproc', 4, 'N'],
  [25, 'text', -1, 'S'],
  [26, 'oid', 4, 'N'],
  [700, 'float4', 4, 'N'],
  [701, 'float8', 8, 'N'],
  [1007, '_int4', -1, 'A'],
  [1009, '_text', -1, 'A'],
  [1042, 'bpchar', -1, 'S'],
  [1043, 'varchar', -1, 'S'],
  [1082, 'date', 4, 'D'],
  [1083, 'time', 8, 'D'],
  [1114, 'timestamp', 8, 'D'],
  [1184, 'timestamptz', 8, 'D'],
  [1186, 'interval', 16, 'T'],
  [1700, 'numeric', -1, 'N'],
  [4000, 'super', -1, 'U'],
];

/** As the rows of VALUES. */
export const TYPE_ROWS = TYPES.map(
  ([oid, name, length, category]) => `(${oid}, '${name}', CAST(${length} AS SMALLINT), '${category}')`,
).join(', ');
