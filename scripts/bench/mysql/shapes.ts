/** Tables to measure with: what they are at the source and in the warehouse, and what the row of a number is. */

export interface Shape {
  readonly name: string;
  /** Rows when nothing else is asked for. */
  readonly rows: number;
  /** Columns behind `id BIGINT`, the key: as MySQL declares them, as Redshift does, and what the row of `n` has. */
  readonly columns: readonly (readonly [name: string, source: string, target: string, value: string])[];
}

const SMALL: Shape = {
  name: 'small',
  rows: 1_000_000,
  columns: [
    ['account_no', 'VARCHAR(64) NOT NULL', 'VARCHAR(256) NOT NULL', 'CONCAT(409000000000 + n % 97)'],
    ['date', 'DATE NOT NULL', 'DATE NOT NULL', "DATE '2017-06-01' + INTERVAL n % 28 DAY"],
    ['transaction_details', 'VARCHAR(2000)', 'VARCHAR(8000)', "CONCAT('TRF FROM Indiaforensic ', n)"],
    ['chip_used', 'TINYINT(1)', 'BOOLEAN', 'n % 2'],
    ['value_date', 'DATE', 'DATE', "DATE '2017-06-29'"],
    ['withdrawal_amt', 'DECIMAL(18,2)', 'NUMERIC(18,2)', 'NULL'],
    ['deposit_amt', 'DECIMAL(18,2)', 'NUMERIC(18,2)', 'n + 0.25'],
    ['balance_amt', 'DECIMAL(18,2)', 'NUMERIC(18,2)', 'n + 0.75'],
    [
      'ingested_at',
      'DATETIME(6) NOT NULL',
      'TIMESTAMP NOT NULL',
      "TIMESTAMP '2026-01-01 10:00:00' + INTERVAL n MICROSECOND",
    ],
  ],
};

const TYPES: Shape = {
  name: 'types',
  rows: 200_000,
  columns: [
    ['tiny', 'TINYINT', 'SMALLINT', 'n % 255 - 127'],
    ['small', 'SMALLINT UNSIGNED', 'INTEGER', 'n % 65536'],
    ['medium', 'MEDIUMINT', 'INTEGER', '-(n % 8388608)'],
    ['int_u', 'INT UNSIGNED', 'BIGINT', '4294967295 - n'],
    ['big_u', 'BIGINT UNSIGNED', 'NUMERIC(20)', '18446744073709551615 - n'],
    ['exact', 'DECIMAL(38,10)', 'NUMERIC(38,10)', 'n / 7'],
    ['real_f', 'FLOAT', 'REAL', 'n / 3'],
    ['double_f', 'DOUBLE', 'DOUBLE PRECISION', 'n / 3'],
    ['flag', 'BIT(1)', 'BOOLEAN', 'n % 2'],
    ['bits', 'BIT(20)', 'NUMERIC(20)', 'n % 1048576'],
    ['fixed', 'CHAR(12)', 'VARCHAR(48)', "CONCAT('Zürich ', n % 1000)"],
    ['bytes', 'BINARY(16)', 'VARCHAR(32)', 'UNHEX(MD5(n))'],
    ['label', "ENUM('new','paid','sent')", 'VARCHAR(16)', '1 + n % 3'],
    ['labels', "SET('a','b','c','d')", 'VARCHAR(32)', 'n % 16'],
    ['document', 'JSON', 'VARCHAR(65535)', "JSON_OBJECT('n', n, 'name', CONCAT('row ', n))"],
    ['at', 'DATETIME(3)', 'TIMESTAMP', "TIMESTAMP '2026-01-01 10:00:00' + INTERVAL n SECOND"],
    ['stamp', 'TIMESTAMP(6) NULL', 'TIMESTAMP', "TIMESTAMP '2026-01-01 10:00:00' + INTERVAL n MICROSECOND"],
    ['clock', 'TIME(2)', 'VARCHAR(80)', 'SEC_TO_TIME(n % 3000000)'],
    ['made', 'YEAR', 'SMALLINT', '1901 + n % 200'],
    ['missing', 'INT', 'INTEGER', 'IF(n % 3 = 0, NULL, n)'],
  ],
};

const TEXT: Shape = {
  name: 'text',
  rows: 30_000,
  columns: [
    ['title', 'VARCHAR(200)', 'VARCHAR(800)', `CONCAT('Document "', n, '"')`],
    ['body', 'TEXT', 'VARCHAR(65535)', `REPEAT(CONCAT(MD5(n), ' é "q",\\n'), 96)`],
  ],
};

export const SHAPES: readonly Shape[] = [SMALL, TYPES, TEXT];

export const describeShape = ({ name, columns }: Shape): string =>
  `${name}: ${columns.length + 1} columns${name === 'text' ? ', 4 KB' : ''}`;

export const sourceTable = ({ name, columns }: Shape): string =>
  `CREATE TABLE bench.${name} (id BIGINT PRIMARY KEY, ${columns.map(([column, source]) => `\`${column}\` ${source}`).join(', ')}) CHARACTER SET utf8mb4`;

export const targetTable = ({ name, columns }: Shape): string =>
  `CREATE TABLE bench.${name} (id BIGINT NOT NULL, ${columns.map(([column, , target]) => `"${column}" ${target}`).join(', ')})`;

/** Rows `from` + 1 to `to` in one statement. */
export const insertRows = ({ name, columns }: Shape, from: number, to: number): string =>
  `INSERT INTO bench.${name} SELECT n, ${columns.map(([, , , value]) => value).join(', ')} FROM bench.numbers WHERE n > ${from} AND n <= ${to}`;
