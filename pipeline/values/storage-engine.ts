/**
 * Storage engines of MySQL and MariaDB: which tables can be followed, and what a copy of them at an exact position needs.
 * Rows of all that are carried are in the binlog when the statement that changed them ends, also those that a ROLLBACK or
 * a failed statement leaves (seen on MariaDB 10.11 and MySQL 9.7, with GTIDs and without).
 */

const TRANSACTIONAL = 'innodb';

/** A read sees what others write meanwhile, so that such a table is locked while it is copied. */
const WITHOUT_TRANSACTIONS: ReadonlySet<string> = new Set(['myisam', 'aria', 'memory', 'csv', 'archive']);

/** Of those, and InnoDB: a table keeps its rows, its types and its keys when it is moved from one to another. */
const ALIKE: ReadonlySet<string> = new Set([TRANSACTIONAL, 'myisam', 'aria']);

const ELSEWHERE =
  'its rows are kept elsewhere, where they may change without this server and its binlog. Replicate them from there';
const MERGED =
  'its rows are those of the tables under it, whose changes are in the binlog under their own names. Replicate those';

const REFUSED: Readonly<Record<string, string>> = {
  mrg_myisam: MERGED,
  blackhole: 'it keeps no rows, and the binlog has only what is inserted. Leave it out',
  sequence: 'its rows are made up when they are read. Leave it out',
  federated: ELSEWHERE,
  connect: ELSEWHERE,
  spider: ELSEWHERE,
  s3: ELSEWHERE,
  ndbcluster: ELSEWHERE,
};

/** Statements may use another name than the server prints. */
const ALIASES: Readonly<Record<string, string>> = { merge: 'mrg_myisam', heap: 'memory', maria: 'aria' };

/** In lower case, as the server prints it otherwise. */
const nameOf = (engine: string): string => {
  const name = engine.toLowerCase();
  return ALIASES[name] ?? name;
};

/** @param engine of the information schema; null where the server cannot open the table. @returns why it is refused, if so */
export function storageEngineProblem(engine: string | null): string | undefined {
  if (engine === null) return 'the server cannot open it: look at CHECK TABLE and its error log';
  const name = nameOf(engine);
  if (name === TRANSACTIONAL || WITHOUT_TRANSACTIONS.has(name)) return undefined;
  const reason =
    REFUSED[name] ??
    'nobody has tried yet whether its binlog and its reads fit together. ALTER TABLE … ENGINE = InnoDB, or leave it out';
  return `its storage engine is ${engine}: ${reason}`;
}

/** Undefined: written down by an earlier version, when all were InnoDB. */
export const isCopiedUnderLock = (engine: string | undefined): boolean =>
  engine !== undefined && WITHOUT_TRANSACTIONS.has(nameOf(engine));

export const isSameEngine = (one: string | undefined, other: string): boolean =>
  nameOf(one ?? TRANSACTIONAL) === nameOf(other);

/** Whether a table is the same after `ALTER TABLE … ENGINE =`. Others drop keys, or refuse them. */
export const keepsRowsAndKeys = (engine: string): boolean => ALIKE.has(nameOf(engine));

export const isInMemory = (engine: string | undefined): boolean =>
  engine !== undefined && nameOf(engine) === 'memory';
