/** Statements on a replicated table, and what becomes of it. */

/**
 * What becomes of a table: its rows are those of the source, but for a column `extra` that is ignored until the warehouse
 * has it, or why it is suspended.
 */
type Outcome = 'equal' | 'ignored' | RegExp;

export interface SchemaChangeCase {
  readonly what: string;
  /** `{t}` is the table, which has the rows (1, 'a', 1.00) and (2, NULL, NULL). */
  readonly statements: readonly string[];
  readonly outcome: Outcome;
  /** Instead of `id INT PRIMARY KEY, v VARCHAR(20), n DECIMAL(10,2)`. */
  readonly source?: string;
  readonly target?: string;
  readonly only?: 'mariadb' | 'mysql';
  /** The number of the statement that the source refuses. */
  readonly fails?: number;
}

export const SOURCE = 'id INT NOT NULL PRIMARY KEY, v VARCHAR(20) COLLATE utf8mb4_bin, n DECIMAL(10,2)';
export const TARGET = 'id INTEGER NOT NULL PRIMARY KEY, v VARCHAR(80), n NUMERIC(18,4)';
export const PLAIN = 'id INTEGER NOT NULL PRIMARY KEY, v VARCHAR(80), n NUMERIC(10,2)';
export const EXTRA = `${TARGET}, extra INTEGER`;
/** The bracket that ends the list of columns is the statement's own. */
const PARTITIONED = `${SOURCE}) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10)`;
const LABELLED = "id INT NOT NULL PRIMARY KEY, v ENUM('a','b'), n DECIMAL(10,2)";
const OLD_UNICODE = 'id INT NOT NULL PRIMARY KEY, v VARCHAR(20) CHARACTER SET utf8mb3, n DECIMAL(10,2)';
/** In the order of the target, by which its rows are compared. */
const COMPUTED = `${SOURCE}, extra INT AS (id * 2) STORED`;
const INSERT = "INSERT INTO {t} (id, v) VALUES (3, 'later')";

export const SCHEMA_CHANGES: readonly SchemaChangeCase[] = [
  {
    what: 'an index more',
    statements: ['ALTER TABLE {t} ADD INDEX (v), COMMENT = "x"', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a second engine taken away',
    statements: ['ALTER TABLE {t} SECONDARY_ENGINE = NULL', INSERT],
    outcome: 'equal',
    only: 'mysql',
  },
  {
    what: 'a default, a comment and a check',
    statements: [
      "ALTER TABLE {t} ALTER COLUMN v SET DEFAULT 'x', ADD CONSTRAINT CHECK (id > 0), COMMENT = 'y'",
      INSERT,
    ],
    outcome: 'equal',
  },
  {
    what: 'a partition more',
    statements: ['ALTER TABLE {t} ADD PARTITION (PARTITION p1 VALUES LESS THAN (20))', INSERT],
    source: PARTITIONED,
    outcome: 'equal',
  },
  {
    what: 'a partition emptied',
    statements: ['ALTER TABLE {t} TRUNCATE PARTITION p0'],
    source: PARTITIONED,
    outcome: /rows are not in the binlog/,
  },
  {
    what: 'a storage engine that keeps rows and keys',
    statements: [
      'ALTER TABLE {t} ENGINE = MyISAM',
      INSERT,
      'ALTER TABLE {t} COMMENT = "x" ENGINE = InnoDB',
      'UPDATE {t} SET n = 77',
    ],
    outcome: 'equal',
  },
  {
    what: 'another storage engine',
    statements: ['ALTER TABLE {t} ENGINE = MEMORY'],
    outcome: /engine became MEMORY/,
  },
  {
    what: 'a view and a trigger',
    statements: [
      'CREATE VIEW {t}_view AS SELECT * FROM {t}',
      'CREATE TRIGGER {t}_trigger BEFORE INSERT ON {t} FOR EACH ROW SET NEW.n = 5',
      INSERT,
    ],
    outcome: 'equal',
  },
  {
    what: 'a label more at the end',
    statements: ["ALTER TABLE {t} MODIFY v ENUM('a','b','later')", INSERT],
    source: LABELLED,
    outcome: 'equal',
  },
  {
    what: 'labels in another order',
    statements: ["ALTER TABLE {t} MODIFY v ENUM('b','a')"],
    source: LABELLED,
    outcome: /column v was changed by ALTER TABLE/,
  },
  {
    what: 'NOT NULL where nothing is NULL',
    statements: [
      'UPDATE {t} SET n = 2 WHERE n IS NULL',
      'ALTER TABLE {t} MODIFY n DECIMAL(10,2) NOT NULL',
      "INSERT INTO {t} VALUES (3, 'later', 1)",
    ],
    outcome: 'equal',
  },
  {
    what: 'a foreign key whose changes are logged',
    statements: [
      'CREATE TABLE other.up (id INT PRIMARY KEY)',
      'INSERT INTO other.up VALUES (1), (2)',
      'ALTER TABLE {t} ADD FOREIGN KEY (id) REFERENCES other.up (id) ON DELETE CASCADE',
      'DELETE FROM other.up WHERE id = 2',
    ],
    outcome: 'equal',
    only: 'mysql',
  },
  {
    what: 'a table that is there already',
    statements: ['CREATE TABLE IF NOT EXISTS {t} (a INT)', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a column dropped and added again',
    statements: ['ALTER TABLE {t} DROP COLUMN n, ADD COLUMN n DECIMAL(18,2) NULL', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a new column that the target has, with a default',
    statements: [
      'ALTER TABLE {t} ADD COLUMN extra INT NOT NULL DEFAULT 7 AFTER id',
      'INSERT INTO {t} VALUES (3, 8, NULL, NULL)',
    ],
    target: EXTRA,
    outcome: 'equal',
  },
  {
    what: 'a new column that the target lacks',
    statements: [
      'ALTER TABLE {t} ADD COLUMN extra INT DEFAULT 7 AFTER id',
      "INSERT INTO {t} (id, v, extra) VALUES (3, 'later', 8)",
      "UPDATE {t} SET v = 'changed' WHERE id = 1",
      'DELETE FROM {t} WHERE id = 2',
    ],
    outcome: 'ignored',
  },
  {
    what: 'a new column whose value only the source can tell',
    statements: ['ALTER TABLE {t} ADD COLUMN extra INT NOT NULL AUTO_INCREMENT UNIQUE'],
    target: EXTRA,
    outcome: /only the source can tell/,
  },
  {
    what: 'a new column with a text as its client writes it',
    // Cyrillic to the server: other letters than in the text of this file.
    statements: [
      'SET NAMES cp1251',
      "ALTER TABLE {t} DROP COLUMN v, ADD COLUMN v VARCHAR(20) COLLATE utf8mb4_bin DEFAULT 'з\\_\\%'",
      'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
      INSERT,
    ],
    outcome: 'equal',
  },
  {
    what: 'a new column with a text that no statement of the warehouse can hold',
    statements: ["ALTER TABLE {t} DROP COLUMN v, ADD COLUMN v VARCHAR(20) DEFAULT 'a\\0b'"],
    outcome: /only the source can tell/,
  },
  {
    what: 'a new column with the number of its session',
    statements: ['ALTER TABLE {t} DROP COLUMN n, ADD COLUMN n DECIMAL(10,2) DEFAULT (CONNECTION_ID())'],
    outcome: /only the source can tell/,
  },
  {
    what: 'a wider text',
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(60) COLLATE utf8mb4_bin', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a wider number',
    statements: ['ALTER TABLE {t} MODIFY n DECIMAL(12,3)', 'UPDATE {t} SET n = 1.125'],
    outcome: 'equal',
  },
  {
    what: 'more digits of what is a text in the warehouse',
    source: 'id INT NOT NULL PRIMARY KEY, v VARCHAR(20) COLLATE utf8mb4_bin, n DECIMAL(10,2), extra TIME',
    target: `${PLAIN}, extra VARCHAR(20)`,
    statements: ["UPDATE {t} SET extra = '10:00:00'", 'ALTER TABLE {t} MODIFY extra TIME(3)'],
    outcome: /column extra became time\(3\) by ALTER TABLE/,
  },
  {
    what: 'columns in another order',
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(20) COLLATE utf8mb4_bin FIRST', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a shorter text',
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(3) COLLATE utf8mb4_bin'],
    outcome: /changed by ALTER TABLE from varchar\(20\) to varchar\(3\)/,
  },
  {
    what: 'a number that became text',
    statements: ['ALTER TABLE {t} MODIFY n VARCHAR(30)'],
    outcome: /column n was changed by ALTER TABLE/,
  },
  {
    what: 'NULL that became 0',
    statements: [
      "SET SESSION sql_mode = ''",
      'ALTER TABLE {t} MODIFY n DECIMAL(10,2) NOT NULL',
      'SET SESSION sql_mode = DEFAULT',
    ],
    outcome: /made NOT NULL under a sql_mode that is not strict/,
  },
  {
    what: 'NOT NULL under a sql_mode that is not strict where nothing is NULL',
    statements: [
      'UPDATE {t} SET n = 2 WHERE n IS NULL',
      "SET SESSION sql_mode = ''",
      'ALTER TABLE {t} MODIFY n DECIMAL(10,2) NOT NULL',
      'SET SESSION sql_mode = DEFAULT',
      "INSERT INTO {t} VALUES (3, 'later', 1)",
    ],
    outcome: 'equal',
  },
  {
    what: 'a key that made NULL another value',
    source: 'id INT NOT NULL, v VARCHAR(20) COLLATE utf8mb4_bin, n DECIMAL(10,2)',
    target: 'id INTEGER NOT NULL, v VARCHAR(80), n NUMERIC(18,4)',
    statements: [
      "SET SESSION sql_mode = ''",
      'ALTER TABLE {t} ADD PRIMARY KEY (id, n)',
      'SET SESSION sql_mode = DEFAULT',
    ],
    outcome: /made NOT NULL under a sql_mode that is not strict/,
  },
  {
    what: 'numbers in place of 0',
    source: 'id INT NOT NULL PRIMARY KEY, v VARCHAR(20) COLLATE utf8mb4_bin, n INT UNIQUE',
    statements: ['UPDATE {t} SET n = 5 * (id - 1)', 'ALTER TABLE {t} MODIFY n INT NOT NULL AUTO_INCREMENT'],
    outcome: /made AUTO_INCREMENT: rows that had 0/,
  },
  {
    what: 'numbers where there is no 0',
    statements: ['ALTER TABLE {t} MODIFY id BIGINT NOT NULL AUTO_INCREMENT', INSERT],
    target: 'id BIGINT NOT NULL PRIMARY KEY, v VARCHAR(80), n NUMERIC(18,4)',
    outcome: 'equal',
  },
  {
    what: 'another expression of a column that is worked out',
    source: COMPUTED,
    target: EXTRA,
    statements: ['ALTER TABLE {t} MODIFY extra INT AS (id * 3) STORED'],
    outcome: /column extra is worked out by the source in another way/,
  },
  {
    what: 'another type of what a column is worked out from',
    source:
      'id INT NOT NULL PRIMARY KEY, v VARCHAR(20) CHARACTER SET latin1, n DECIMAL(10,2), extra INT AS (LENGTH(v)) STORED',
    target: EXTRA,
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(20) CHARACTER SET utf8mb4'],
    outcome: /column extra is worked out from v/,
  },
  {
    what: 'rows that ALTER IGNORE drops',
    statements: ['ALTER IGNORE TABLE {t} ADD CONSTRAINT CHECK (id > 1)'],
    outcome: /ALTER IGNORE TABLE may have changed or dropped rows/,
    only: 'mariadb',
  },
  {
    what: 'a column that is there already, or not',
    statements: [
      'ALTER TABLE {t} ADD COLUMN IF NOT EXISTS n INT, ADD COLUMN IF NOT EXISTS extra INT DEFAULT 4, DROP COLUMN IF EXISTS nothing',
      INSERT,
    ],
    target: EXTRA,
    outcome: 'equal',
    only: 'mariadb',
  },
  {
    what: 'an ALTER TABLE in two phases that failed',
    statements: [
      "INSERT INTO {t} VALUES (7, 'x', 1), (8, 'x', 1)",
      'SET SESSION binlog_alter_two_phase = ON',
      'ALTER TABLE {t} DROP COLUMN n, ADD COLUMN n DECIMAL(10,2) NULL, ADD UNIQUE (v)',
      'SET SESSION binlog_alter_two_phase = OFF',
      INSERT,
    ],
    fails: 2,
    outcome: 'equal',
    only: 'mariadb',
  },
  {
    what: 'a temporary table of its name',
    statements: [
      'SET SESSION binlog_format = STATEMENT',
      'CREATE TEMPORARY TABLE {t} (id INT PRIMARY KEY, v VARCHAR(20), n DECIMAL(10,2))',
      'ALTER TABLE {t} DROP COLUMN n, ADD COLUMN n DECIMAL(10,2)',
      'TRUNCATE TABLE {t}',
      'DROP TEMPORARY TABLE {t}',
      'SET SESSION binlog_format = ROW',
      INSERT,
    ],
    outcome: 'equal',
  },
  {
    what: 'partitions cut in another way',
    source: PARTITIONED,
    statements: [
      'ALTER TABLE {t} REORGANIZE PARTITION p0 INTO (PARTITION a VALUES LESS THAN (2), PARTITION b VALUES LESS THAN (20))',
      'ALTER TABLE {t} REBUILD PARTITION a, b',
      INSERT,
    ],
    outcome: 'equal',
  },
  {
    what: 'a unique key that was the key, dropped and made again',
    source: 'id INT NOT NULL, v VARCHAR(20) COLLATE utf8mb4_bin, n DECIMAL(10,2), UNIQUE KEY one (id)',
    statements: [
      'DROP INDEX one ON {t}',
      "INSERT INTO {t} VALUES (1, 'twice', 1)",
      "DELETE FROM {t} WHERE v = 'twice'",
      'CREATE UNIQUE INDEX one ON {t} (id)',
    ],
    outcome: /key was changed or dropped/,
  },
  {
    what: 'a swap of three names',
    statements: [
      'CREATE TABLE other.o3 LIKE {t}',
      'RENAME TABLE {t} TO other.old3, other.o3 TO {t}, other.old3 TO other.older3',
    ],
    outcome: /another table took its name/,
  },
  {
    what: 'a column dropped',
    statements: ['ALTER TABLE {t} DROP COLUMN n'],
    outcome: /column n was dropped or renamed/,
  },
  {
    what: 'a column renamed',
    statements: ['ALTER TABLE {t} CHANGE n m DECIMAL(10,2)'],
    outcome: /column n was dropped or renamed|renamed by ALTER/,
  },
  {
    what: "a wider text that gets its table's character set",
    source: OLD_UNICODE,
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(30)', "INSERT INTO {t} VALUES (3, '😀', 1)"],
    outcome: 'equal',
  },
  {
    what: 'a text of the basic plane that becomes utf8mb3',
    source: 'id INT NOT NULL PRIMARY KEY, v VARCHAR(20) CHARACTER SET latin1, n DECIMAL(10,2)',
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(20) CHARACTER SET utf8mb3', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a text whose character set has fewer characters now',
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(20) CHARACTER SET latin1'],
    outcome: /from varchar\(20\) utf8mb4 to varchar\(20\) latin1/,
  },
  {
    what: 'the name of a column given to one that stayed behind',
    source: `${SOURCE}, m DECIMAL(10,2) DEFAULT 7`,
    statements: ['ALTER TABLE {t} DROP COLUMN n, CHANGE m n DECIMAL(10,2)'],
    outcome: /column n was dropped or renamed/,
  },
  {
    what: 'a column that stayed behind renamed to one that the target waits for',
    source: `${SOURCE}, m INT DEFAULT 7`,
    target: EXTRA,
    statements: ['ALTER TABLE {t} CHANGE m extra INT'],
    outcome: /column extra was m before ALTER TABLE/,
  },
  {
    what: 'another column altered while one that stayed behind gets its place in the target',
    source: `${SOURCE}, extra INT DEFAULT 7`,
    target: EXTRA,
    statements: ['ALTER TABLE {t} MODIFY v VARCHAR(30) COLLATE utf8mb4_bin', INSERT],
    outcome: 'ignored',
  },
  {
    what: 'another character set',
    statements: ['ALTER TABLE {t} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a wider text, by the old name of its character set',
    source: OLD_UNICODE,
    statements: [
      "ALTER TABLE {t} MODIFY v VARCHAR(30) CHARACTER SET 'utf8' COLLATE 'utf8_unicode_ci'",
      INSERT,
    ],
    outcome: 'equal',
  },
  {
    what: 'a wider text that is national',
    source: OLD_UNICODE,
    statements: ['ALTER TABLE {t} MODIFY v NATIONAL VARCHAR(30)', INSERT],
    outcome: 'equal',
  },
  {
    what: 'the same character set, by its old name',
    source: OLD_UNICODE,
    statements: ['ALTER TABLE {t} CONVERT TO CHAR SET utf8', INSERT],
    outcome: 'equal',
  },
  {
    what: 'a text that became a number',
    statements: ["UPDATE {t} SET v = '7'", 'ALTER TABLE {t} MODIFY v INT'],
    outcome: /changed by ALTER TABLE from varchar\(20\) to int/,
  },
  {
    what: 'quoted names and a comment',
    statements: [
      'SET SESSION sql_mode = "ANSI_QUOTES"',
      'TRUNCATE TABLE -- nightly\n "ddl"."{n}"',
      'SET SESSION sql_mode = DEFAULT',
      INSERT,
    ],
    outcome: 'equal',
  },
  { what: 'a comment behind the first word', statements: ['TRUNCATE # x\n TABLE {t}'], outcome: 'equal' },
  {
    what: 'a partition exchanged',
    statements: [
      'CREATE TABLE other.part (id INT NOT NULL PRIMARY KEY, v VARCHAR(20) COLLATE utf8mb4_bin, n DECIMAL(10,2)) PARTITION BY KEY (id) PARTITIONS 1',
      'ALTER TABLE other.part EXCHANGE PARTITION p0 WITH TABLE {t}',
    ],
    outcome: /rows are not in the binlog/,
  },
  {
    what: 'no key any more',
    statements: ['DROP INDEX `PRIMARY` ON {t}', "INSERT INTO {t} VALUES (1, 'twice', 1)"],
    outcome: /key was changed or dropped/,
  },
  {
    what: 'another key',
    statements: ['ALTER TABLE {t} DROP PRIMARY KEY, ADD PRIMARY KEY (id)'],
    outcome: /key was changed or dropped/,
  },
  {
    what: 'a key for a table without one',
    statements: ['ALTER TABLE {t} ADD PRIMARY KEY (id)', 'UPDATE {t} SET v = "keyed" WHERE id = 1'],
    source: 'id INT NOT NULL, v VARCHAR(20) COLLATE utf8mb4_bin, n DECIMAL(10,2)',
    outcome: 'equal',
  },
  {
    what: 'a swap through ALTER TABLE',
    statements: [
      'CREATE TABLE other.o1 LIKE {t}',
      'ALTER TABLE {t} RENAME TO other.old1',
      'ALTER TABLE other.o1 RENAME TO {t}',
    ],
    outcome: /another table took its name/,
  },
  {
    what: 'a swap of two names',
    statements: ['CREATE TABLE other.o2 LIKE {t}', 'RENAME TABLE {t} TO other.old2, other.o2 TO {t}'],
    outcome: /another table took its name/,
  },
  {
    what: 'dropped',
    statements: ['DROP TABLE IF EXISTS other.nothing, {t}'],
    outcome: /dropped at the source/,
  },
  {
    what: 'recreated',
    statements: ['CREATE OR REPLACE TABLE {t} (id INT PRIMARY KEY)'],
    outcome: /recreated/,
    only: 'mariadb',
  },
  {
    what: 'a foreign key that changes rows',
    statements: ['ALTER TABLE {t} ADD FOREIGN KEY (id) REFERENCES other.parent (id) ON DELETE CASCADE'],
    outcome: /foreign key with ON DELETE/,
    only: 'mariadb',
  },
  {
    what: 'whole rows left out',
    statements: [
      'SET SESSION binlog_row_image = MINIMAL',
      "UPDATE {t} SET v = 'z'",
      'SET SESSION binlog_row_image = FULL',
    ],
    outcome: /binlog_row_image/,
  },
  {
    what: 'a compressed row',
    statements: [
      'SET GLOBAL log_bin_compress = ON',
      `INSERT INTO {t} VALUES (5, REPEAT('z', 20), 1), (6, REPEAT('z', 20), 1)`,
      'SET GLOBAL log_bin_compress = OFF',
    ],
    outcome: 'equal',
    only: 'mariadb',
  },
  {
    what: 'a compressed transaction',
    statements: [
      'SET SESSION binlog_transaction_compression = ON',
      INSERT,
      'SET SESSION binlog_transaction_compression = OFF',
    ],
    outcome: 'equal',
    only: 'mysql',
  },
  {
    what: 'a partial update of JSON',
    statements: [
      `UPDATE {t} SET document = JSON_OBJECT('a', JSON_ARRAY(1, JSON_OBJECT('b', 2.50, 'c d', 'x')), 'e', NULL, 'long', REPEAT('z', 300)) WHERE id = 1`,
      'SET SESSION binlog_row_value_options = PARTIAL_JSON',
      `UPDATE {t} SET document = JSON_SET(document, '$.a[1].b', CAST(1.10 AS DECIMAL(5,2)), '$.a[7]', 'end', '$.new', 3)`,
      `UPDATE {t} SET document = JSON_REMOVE(document, '$.e', '$.a[0]', '$.a[0]."c d"'), n = n + 1 WHERE id = 1`,
      `UPDATE {t} SET document = JSON_REPLACE(document, '$.a[last]', CAST('{"bb": 1, "a": [true]}' AS JSON)) WHERE id = 1`,
      `UPDATE {t} SET document = JSON_SET(document, '$.new[1]', 4, '$."q\\\\"uote"', TIMESTAMP'2026-01-02 03:04:05') WHERE id = 1`,
      'UPDATE {t} SET n = n + 1',
      'SET SESSION binlog_row_value_options = DEFAULT',
    ],
    source: `${SOURCE}, document JSON`,
    target: `${TARGET}, document VARCHAR(65535)`,
    outcome: 'equal',
    only: 'mysql',
  },
];
