/** Source transactions of many megabytes, of several shapes. */

/** The last one has no key. */
const SPREAD = Array.from({ length: 20 }, (_, index) => `spread_${index}`);
const UNKEYED = 'unkeyed';
/** A longer text does not fit, and its row is rejected. */
const LONGEST = 2_000;
export const LARGE_TABLES = ['wide', ...SPREAD, UNKEYED];

const source = (key: string): string => `a VARCHAR(20) COLLATE utf8mb4_bin, b BIGINT, t TEXT${key}`;
export const LARGE_SOURCES = [
  ...['wide', ...SPREAD].map((table) => `${table} (${source(', PRIMARY KEY (a, b)')})`),
  `${UNKEYED} (${source('')})`,
];
export const LARGE_TARGETS = LARGE_TABLES.map(
  (table) => `${table} (a VARCHAR(80) NOT NULL, b BIGINT NOT NULL, t VARCHAR(${LONGEST}))`,
);

/** What tells the rows of both sides apart. */
export const sumOf = (table: string): string =>
  `SELECT COUNT(*), SUM(b), SUM(LENGTH(t)) FROM ${table} WHERE LENGTH(t) <= ${LONGEST}`;

/** A thousand rows of a kilobyte for each megabyte. MySQL 9.7 has no MD5. */
function insert(database: string, table: string, megabytes: number): string {
  return `INSERT INTO ${database}.${table} SELECT CONCAT('k', a.seq), b.seq, CONCAT(REPEAT(SHA2(a.seq, 256), 7), REPEAT(SHA2(b.seq, 256), 8)) FROM helper.numbers a, helper.numbers b WHERE a.seq <= 1000 AND b.seq <= ${Math.ceil(megabytes)}`;
}

/** The one in `npm test`: rows that do not fit are found among those that were moved out of memory. */
export const LARGE_SLICE = 'rows that do not fit';
/** More than what waits in memory. */
const SLICE_MEGABYTES = 36;
/** What the task says of `wide` in the end. */
export const LARGE_MISFITS = { rejected: 3 };
export const LARGE_SLICE_COUNTS = {
  ...LARGE_MISFITS,
  inserts: SLICE_MEGABYTES * 1_000,
  updates: 3,
  deletes: 0,
};

/** Each is one transaction, in this order. */
export const largeTransactions = (
  database: string,
  megabytes: number,
): Readonly<Record<string, readonly string[]>> => ({
  inserts: [insert(database, 'wide', megabytes)],
  'updates and deletes': [
    `UPDATE ${database}.wide SET t = CONCAT('y', t), b = b + 1000000 WHERE a < 'k6'`,
    `DELETE FROM ${database}.wide WHERE a >= 'k7'`,
  ],
  [LARGE_SLICE]: [
    insert(database, 'wide', Math.max(megabytes / 8, SLICE_MEGABYTES)).replace('INSERT', 'REPLACE'),
    `INSERT INTO ${database}.wide VALUES ('long', 1, REPEAT('x', ${LONGEST + 1}))`,
    `UPDATE ${database}.wide SET t = REPEAT('x', ${LONGEST + 1}) WHERE b = 1 AND a IN ('k1', 'k2')`,
    `UPDATE ${database}.wide SET t = 'fits again' WHERE b = 1 AND a = 'k2'`,
  ],
  'twenty tables': SPREAD.map((table) => insert(database, table, megabytes / SPREAD.length)),
  'no key': [insert(database, UNKEYED, megabytes / 4), `DELETE FROM ${database}.${UNKEYED} WHERE a < 'k2'`],
});
