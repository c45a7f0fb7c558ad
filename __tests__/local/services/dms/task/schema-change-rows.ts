/** The table of docs/schema-changes.md: each kind of change, the cases that show it, and what is stated of AWS. */

export interface SchemaChangeRow {
  /** At the source. */
  readonly change: string;
  /** By `what` of the cases; their outcomes are the laptop's column. */
  readonly cases?: readonly string[];
  /** Instead of cases: `file: title` of the test that shows what `note` says. */
  readonly seenIn?: string;
  /** Follows what became of the cases. */
  readonly note?: string;
  readonly dms: string;
  readonly onAws: string;
}

export const SCHEMA_CHANGE_ROWS: readonly SchemaChangeRow[] = [
  {
    change:
      'indexes (not the key), comments, defaults, checks, table options, `ADD PARTITION` and others that move no row',
    cases: [
      'an index more',
      'a second engine taken away',
      'a default, a comment and a check',
      'a partition more',
      'partitions cut in another way',
    ],
    dms: 'nothing to do',
    onAws: 'nothing',
  },
  {
    change:
      '`CREATE TABLE IF NOT EXISTS` of a table that is there; views, triggers, users, grants; whatever is done to a temporary table',
    cases: ['a table that is there already', 'a view and a trigger', 'a temporary table of its name'],
    dms: 'nothing to do',
    onAws: 'nothing',
  },
  {
    change: '`TRUNCATE TABLE`, however it is written',
    cases: ['quoted names and a comment', 'a comment behind the first word'],
    dms: 'empties the target',
    onAws: 'nothing',
  },
  {
    change: '`ADD COLUMN` that the warehouse has already, nullable or with a literal default',
    cases: ['a new column that the target has, with a default', 'a column that is there already, or not'],
    note: ': rows that were there get the default',
    dms: 'new rows have it, earlier rows do not',
    onAws: 'resync',
  },
  {
    change: 'a column that the catalogue and the warehouse lack, at the first copy',
    seenIn: 'failures.engine.test.ts: when the target is missing, differs in columns, or has rows of others',
    note: 'the same as the next line',
    dms: 'every column that no rule removes is written: the table is suspended',
    onAws: '`add-table --update`, deploy, resync',
  },
  {
    change: '`ADD COLUMN` that the catalogue and the warehouse lack',
    cases: [
      'a new column that the target lacks',
      'another column altered while one that stayed behind gets its place in the target',
    ],
    note: ', with a line; the others are followed. Once set-up has added it to the warehouse, the table is copied again by itself',
    dms: 'the column is ignored',
    onAws: '`add-table --update`, deploy, resync',
  },
  {
    change:
      '`ADD COLUMN` with a value that only the server can tell (`AUTO_INCREMENT`, an expression, a literal that it rounds or writes in another way)',
    cases: [
      'a new column whose value only the source can tell',
      'a new column with a text that no statement of the warehouse can hold',
      'a new column with the number of its session',
    ],
    dms: 'earlier rows do not have it',
    onAws: 'resync',
  },
  {
    change: '`DROP COLUMN n, ADD COLUMN n`',
    cases: ['a column dropped and added again', 'a new column with a text as its client writes it'],
    note: ': every row gets the default',
    dms: 'earlier rows keep the old value',
    onAws: 'resync',
  },
  {
    change:
      'a wider type of the same kind; columns in another order; labels added at the end of an `ENUM`; another collation; `CONVERT TO` utf8mb4',
    cases: [
      'a wider text',
      'a wider number',
      'columns in another order',
      'a label more at the end',
      'another character set',
      'a wider text, by the old name of its character set',
      'a wider text that is national',
      "a wider text that gets its table's character set",
      'a text of the basic plane that becomes utf8mb3',
      'the same character set, by its old name',
      'numbers where there is no 0',
    ],
    dms: 'rows continue; a value too long for the target is an exception',
    onAws: 'widen the catalogue first',
  },
  {
    change: '`TIME(3)` instead of `TIME`, or more digits of another type that is a text in the warehouse',
    cases: ['more digits of what is a text in the warehouse'],
    note: ': earlier rows have fewer digits there',
    dms: 'earlier rows keep the old text',
    onAws: 'resync',
  },
  {
    change: 'a narrower or another type, another order of labels',
    cases: [
      'a shorter text',
      'a text whose character set has fewer characters now',
      'a number that became text',
      'a text that became a number',
      'labels in another order',
    ],
    dms: 'earlier rows keep the old value',
    onAws:
      'the catalogue and the target where their type changes ([how](add-a-table.md#change-the-columns-of-a-target)), then resync',
  },
  {
    change:
      'a column that the source works out (`AS … STORED`): another expression, or another type of what it is worked out from',
    cases: [
      'another expression of a column that is worked out',
      'another type of what a column is worked out from',
    ],
    dms: 'earlier rows keep the old value',
    onAws: 'resync',
  },
  {
    change: '`AUTO_INCREMENT` for a column with 0 or NULL in a row, which gets a number',
    cases: ['numbers in place of 0'],
    dms: 'earlier rows keep the old value',
    onAws: 'resync',
  },
  {
    change: '`MODIFY … NOT NULL` under a strict `sql_mode`, or where nothing is NULL',
    cases: [
      'NOT NULL where nothing is NULL',
      'NOT NULL under a sql_mode that is not strict where nothing is NULL',
    ],
    dms: 'nothing to do',
    onAws: 'nothing',
  },
  {
    change:
      '`MODIFY … NOT NULL` or `ADD PRIMARY KEY` under another `sql_mode`, where NULL becomes 0 or an empty text',
    cases: ['NULL that became 0', 'a key that made NULL another value'],
    dms: 'earlier rows keep NULL',
    onAws: 'resync',
  },
  {
    change: '`DROP COLUMN`, a renamed column',
    cases: [
      'a column dropped',
      'a column renamed',
      'the name of a column given to one that stayed behind',
      'a column that stayed behind renamed to one that the target waits for',
    ],
    dms: 'the column arrives as NULL',
    onAws: 'change the catalogue, [change the target](add-a-table.md#change-the-columns-of-a-target), resync',
  },
  {
    change: 'a key for a table that had none',
    cases: ['a key for a table without one'],
    note: '; suspended where a unique index becomes the key only together with NOT NULL',
    dms: 'set the key in the catalogue',
    onAws: 'deploy, resync',
  },
  {
    change: 'a dropped or changed key (`DROP INDEX PRIMARY` too)',
    cases: ['no key any more', 'another key', 'a unique key that was the key, dropped and made again'],
    dms: 'rows with equal keys overwrite one another',
    onAws: 'change the catalogue, deploy, resync',
  },
  {
    change: '`RENAME TABLE`, `ALTER TABLE … RENAME`, swaps by gh-ost or pt-online-schema-change',
    cases: ['a swap through ALTER TABLE', 'a swap of two names', 'a swap of three names'],
    note: ': the name and the other name',
    dms: 'rows of the new table arrive under the name; earlier rows stay',
    onAws: 'resync',
  },
  {
    change: '`DROP TABLE`, `DROP DATABASE`, `CREATE OR REPLACE TABLE`',
    cases: ['dropped', 'recreated'],
    dms: 'the target keeps its rows',
    onAws: 'remove it from the catalogue, or resync',
  },
  {
    change:
      "`EXCHANGE`, `DROP`, `TRUNCATE`, `DISCARD` or `IMPORT` of a partition or tablespace, MariaDB's `CONVERT PARTITION`",
    cases: ['a partition exchanged', 'a partition emptied'],
    note: ', both tables',
    dms: 'the table is suspended (DMS user guide, MySQL source limitations)',
    onAws: 'resync',
  },
  {
    change: '`ENGINE =` between InnoDB, MyISAM and Aria',
    cases: ['a storage engine that keeps rows and keys'],
    dms: 'nothing to do',
    onAws: 'nothing',
  },
  {
    change:
      '`REPAIR TABLE` of a table without transactions, or of its partitions, which drops rows that cannot be read',
    seenIn:
      'storage-engines.engine.test.ts: keeps its engine or gets another one, is suspended by REPAIR TABLE, and comes back',
    note: 'suspended; nothing happens to InnoDB, which cannot be repaired so',
    dms: 'not seen',
    onAws: 'resync',
  },
  {
    change: 'rows of a MyISAM table that are changed through a `MERGE` table',
    seenIn:
      'storage-engines.engine.test.ts: is suspended when it was changed through a MERGE table, not when a trigger opened it',
    note: 'suspended',
    dms: 'not seen',
    onAws: 'resync',
  },
  {
    change:
      '`ALTER IGNORE`, which may drop or change rows, any other storage engine, system versioning, a clause that is not known',
    cases: ['another storage engine', 'rows that ALTER IGNORE drops'],
    dms: 'not seen',
    onAws: 'resync',
  },
  {
    change: 'a foreign key with `ON DELETE` or `ON UPDATE` `CASCADE`, `SET NULL`, `SET DEFAULT`',
    cases: ['a foreign key that changes rows', 'a foreign key whose changes are logged'],
    note: ' when added later, and refused at set-up and at start; not on MySQL 9.6 and later, which logs what it changes',
    dms: 'rows that it changes stay as they were',
    onAws: 'declare it `RESTRICT`',
  },
  {
    change:
      'rows changed by a statement that was logged as text (`binlog_format` other than ROW), `LOAD DATA` too',
    seenIn:
      'schema-changes.engine.test.ts: that was logged as text suspends what it may have changed, by triggers too',
    note: 'suspended: the tables that it changes, and with them all of their databases, as the binlog does not have what triggers and functions did; nothing happens to what it only reads, and to other databases. What a trigger in another database does is seen on MySQL, unless the statement names or runs in the database that it changes; otherwise reconciliation finds it',
    dms: 'not seen',
    onAws: 'resync',
  },
  {
    change: 'the same structure changed twice before the task read the first change',
    seenIn: 'schema-changes.engine.test.ts: is applied when the task comes to it, not when it starts',
    note: 'suspended; applied where the later changes only add columns, or a primary key to a table that had no key',
    dms: 'as each one',
    onAws: 'resync',
  },
  {
    change: 'a structure changed without the binlog (`sql_log_bin = 0`)',
    seenIn: 'schema-changes.engine.test.ts: is applied when the task comes to it, not when it starts',
    note: 'suspended at the next start',
    dms: 'not seen',
    onAws: 'resync',
  },
  {
    change:
      'an `UPDATE` that moves a row into or out of a [filter](add-a-table.md#a-mysql-table) of the table',
    seenIn:
      'adopted-tables.engine.test.ts: has the rows that its filters take, and is suspended when an update moves one across',
    note: 'suspended',
    dms: 'the row stays in, or out',
    onAws: 'filter by a column that is never updated; resync',
  },
  {
    change: 'a function called as text (`SELECT f()`), `RESET`, whatever is not known',
    seenIn: 'statement.test.ts: a statement in the binlog is understood by its text',
    note: 'suspended: each table that it names, or whose database it ran in',
    dms: 'not seen',
    onAws: 'resync',
  },
  {
    change: 'rows in a session with `binlog_row_image` other than FULL',
    cases: ['whole rows left out'],
    dms: 'needs FULL',
    onAws: 'resync',
  },
];
