/** The body of MariaDB's GTID event, which begins each transaction and each statement outside of one. */
import type { ByteReader } from './byte-reader';

export interface MariadbGtid {
  readonly sequence: bigint;
  readonly domain: number;
  /** One statement follows, without a commit. */
  readonly isStandalone: boolean;
  /** A distributed transaction, up to its XA PREPARE. */
  readonly isPreparedXa: boolean;
  /** The ALTER TABLE that follows has not changed its table yet, or will not. */
  readonly leavesTableAsIs: boolean;
}

/** MariaDB source, "Gtid_log_event"; flags that came later are in a byte behind what the first ones announce. */
const STANDALONE = 1;
const COMMIT_ID = 2;
const PREPARED_XA = 64;
const COMPLETED_XA = 128;
const START_ALTER = 2;
const ROLLBACK_ALTER = 8;

const COMMIT_ID_BYTES = 8;

export function parseMariadbGtid(body: ByteReader): MariadbGtid {
  const sequence = body.uint64();
  const domain = body.uint(4);
  const flags = body.uint(1);
  return {
    sequence,
    domain,
    isStandalone: (flags & STANDALONE) !== 0,
    isPreparedXa: (flags & PREPARED_XA) !== 0,
    leavesTableAsIs: leavesTableAsIs(flags, body),
  };
}

/**
 * With `binlog_alter_two_phase` an ALTER TABLE is logged when it begins, and again when it is committed or rolled back.
 * Only its commit changes the table.
 */
function leavesTableAsIs(flags: number, body: ByteReader): boolean {
  if ((flags & STANDALONE) === 0 || (flags & (PREPARED_XA | COMPLETED_XA)) !== 0) return false;
  if ((flags & COMMIT_ID) !== 0) body.skip(COMMIT_ID_BYTES);
  const more = body.remaining > 0 ? body.uint(1) : 0;
  return (more & (START_ALTER | ROLLBACK_ALTER)) !== 0;
}
