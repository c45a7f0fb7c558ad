/**
 * How wide a table may be, in MySQL, in Redshift, and in the statements that load and compare it. All of it is known at
 * synthesis; found out later, a load or a comparison would fail each time.
 */
import { type ColumnType, varcharBytes } from './column-type';
import type { MysqlDeclaration } from './mysql-declaration';

/** "Cannot process query string larger than 100kB" (Amazon Redshift management guide, quotas of the Data API). */
export const LONGEST_STATEMENT_BYTES = 100_000;

/** Of all columns but the contents of BLOB and TEXT (MySQL manual, "Limits on Table Column Count and Row Size"). */
const MYSQL_ROW_BYTES = 65_535;
/** Of an index (MySQL manual, "InnoDB Limits"). */
const MYSQL_KEY_BYTES = 3072;
/** A BLOB or TEXT counts with its length and the pointer to its contents. */
const LOB_BYTES = 9;

/** "The maximum size of a single input row from any source is 4 MB" (Amazon Redshift database developer guide, COPY, "Data sources"). */
const REDSHIFT_ROW_BYTES = 4 * 1024 * 1024;

/** Bytes of a character at most, where more than one. */
export const CHARSET_BYTES: Readonly<Record<string, number>> = {
  utf8mb4: 4,
  gb18030: 4,
  utf16: 4,
  utf16le: 4,
  utf32: 4,
  utf8: 3,
  utf8mb3: 3,
  ujis: 3,
  eucjpms: 3,
  ucs2: 2,
  gbk: 2,
  gb2312: 2,
  sjis: 2,
  cp932: 2,
  big5: 2,
  euckr: 2,
};

const FIXED_BYTES: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  mediumint: 3,
  int: 4,
  bigint: 8,
  float: 4,
  double: 8,
  date: 3,
  time: 3,
  datetime: 5,
  timestamp: 4,
  year: 1,
  uuid: 16,
  inet4: 4,
  inet6: 16,
};

export interface SizedColumn {
  readonly name: string;
  readonly declaration: MysqlDeclaration;
}

/** Lower bound of what the column takes in a row: of a text without a character set, one byte a character: the table's may be latin1. */
function mysqlBytes({ type, charset }: MysqlDeclaration): number {
  const { name, sizes, labels } = type;
  const size = sizes[0] ?? 1;
  const bytes = size * (CHARSET_BYTES[charset ?? ''] ?? 1);
  switch (name) {
    case 'char':
      return bytes;
    case 'varchar':
      return bytes + (bytes > 255 ? 2 : 1);
    case 'binary':
      return size;
    case 'varbinary':
      return size + (size > 255 ? 2 : 1);
    case 'bit':
      return Math.ceil(size / 8);
    case 'decimal':
      return Math.floor(((sizes[0] ?? 10) * 4) / 9);
    case 'enum':
      return labels.length > 255 ? 2 : 1;
    case 'set':
      return Math.ceil(labels.length / 8);
    default:
      return FIXED_BYTES[name] ?? LOB_BYTES;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** What MySQL would not create: one sentence for each limit. */
export function checkMysqlWidth(
  columns: readonly SizedColumn[],
  key: readonly string[],
): { readonly path: 'columns' | 'key'; readonly problem: string }[] {
  const row = sum(columns.map(({ declaration }) => mysqlBytes(declaration)));
  const keyBytes = sum(
    columns
      // Of a long text a prefix may be the key.
      .filter(({ name, declaration }) => key.includes(name) && !/text$|blob$/.test(declaration.type.name))
      .map(({ declaration }) => mysqlBytes(declaration)),
  );
  return [
    ...(row <= MYSQL_ROW_BYTES
      ? []
      : [
          {
            path: 'columns' as const,
            problem: `a row has at least ${row} bytes without the contents of BLOB and TEXT, and MySQL takes ${MYSQL_ROW_BYTES}: make the longest ${longestOf(columns)} a TEXT or a BLOB`,
          },
        ]),
    ...(keyBytes <= MYSQL_KEY_BYTES
      ? []
      : [
          {
            path: 'key' as const,
            problem: `has at least ${keyBytes} bytes, and InnoDB takes ${MYSQL_KEY_BYTES}: use a shorter key`,
          },
        ]),
  ];
}

const longestOf = (columns: readonly SizedColumn[]): string =>
  [...columns].sort((one, other) => mysqlBytes(other.declaration) - mysqlBytes(one.declaration))[0]?.name ??
  '';

interface TypedName {
  readonly name: string;
  readonly type: ColumnType;
}

/** What Redshift, COPY or the Data API would not take. A DynamoDB item has 400 KB, which no choice of columns brings to 4 MB. */
export function checkRedshiftWidth(
  columns: readonly TypedName[],
  { key, isDms }: { readonly key: readonly string[]; readonly isDms: boolean },
): string[] {
  const row = sum(columns.map(({ type }) => (type.kind === 'text' ? varcharBytes(type) : 8)));
  const statement = statementBytes(columns, key);
  return [
    ...(isDms && row > REDSHIFT_ROW_BYTES
      ? [
          `a row may have ${row} bytes, and COPY takes ${REDSHIFT_ROW_BYTES}: give long texts a shorter "redshift": "varchar(n)", or leave columns out`,
        ]
      : []),
    ...(statement > LONGEST_STATEMENT_BYTES
      ? [
          `a statement that loads or compares the table would have ${statement} bytes, and the Data API takes ${LONGEST_STATEMENT_BYTES}: leave columns out, FLOAT and DOUBLE first, which take two thousand each`,
        ]
      : []),
  ];
}

/** Without its columns but `item`, and with room for one value that it looks for. */
const STATEMENT_BASE_BYTES = 8_500;

/** An upper bound of the longest statement that names every column; a test checks it against the statements. */
export function statementBytes(columns: readonly TypedName[], key: readonly string[]): number {
  return (
    STATEMENT_BASE_BYTES +
    sum(
      columns.map(({ name, type }) => {
        const quoted = Buffer.byteLength(JSON.stringify(name));
        const bytes = expressionBytes(type, quoted);
        return key.includes(name) ? 3 * bytes + 100 : bytes;
      }),
    )
  );
}

/** Of the longest expression of a column in a comparison, or of its two mentions in a load. */
function expressionBytes(type: ColumnType, name: number): number {
  switch (type.kind) {
    case 'real':
      return 2_400 + 30 * (name + 26);
    case 'double':
      return 1_950 + 30 * name;
    case 'document':
      return 4_300 + 42 * name;
    default:
      return 90 + 2 * name;
  }
}
