/** What the parser makes of the binlog: transactions with rows, statements, and positions between transactions. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { ByteReader } from './byte-reader';
import type { RowsEventShape } from './event-types';
import type { Gtids } from './gtids';
import type { TableMap } from './table-map';

export type BinlogEvent =
  /** A file begins, or reading begins somewhere inside it. A file that was recreated under an old name has another time. */
  | { readonly kind: 'file'; readonly file: string; readonly createdAtSeconds: number }
  /** What is in earlier files, as the file says at its beginning. */
  | { readonly kind: 'gtids-before'; readonly gtids: Gtids | undefined }
  | { readonly kind: 'begin'; readonly start: SourcePosition; readonly gtid?: string }
  | RowsEvent
  /** DDL, or a change that was logged as a statement. Outside a transaction it is followed by a `commit`. */
  | {
      readonly kind: 'statement';
      readonly database: string;
      /** With `collation`: a character for each byte, as `query-event` says. */
      readonly text: string;
      readonly collation?: number;
      readonly inTransaction: boolean;
      /** Of the session that ran it, bit by bit. */
      readonly sqlMode: bigint;
      readonly usedDatabases?: readonly string[];
      /** As the file's format description has it. */
      readonly serverVersion: string;
      /** It read or changed a temporary table of its session, which may have the name of another table. */
      readonly usesTemporary: boolean;
    }
  | { readonly kind: 'commit'; readonly position: SourcePosition; readonly committedAtMs: number }
  /** The transaction was written, but changes of transactional tables in it were taken back. */
  | { readonly kind: 'rollback'; readonly position: SourcePosition }
  /** The transaction that has begun is a distributed one. */
  | { readonly kind: 'xa-start' }
  /** It is complete: committed at once (one phase), or left to an XA COMMIT or XA ROLLBACK that comes later. */
  | {
      readonly kind: 'xa-prepare';
      readonly position: SourcePosition;
      readonly xid: string;
      readonly onePhase: boolean;
      readonly committedAtMs: number;
    }
  /** Between transactions: everything before is read. */
  | { readonly kind: 'position'; readonly position: SourcePosition }
  /** Anything may be missing. */
  | { readonly kind: 'unreadable'; readonly what: string };

export interface RowsEvent {
  readonly kind: 'rows';
  readonly map: TableMap;
  /** Of all tables that the statement opened to write to. */
  readonly opened: readonly TableMap[];
  readonly operation: RowsEventShape['operation'];
  /** Which columns the images hold: before for update and delete, after for insert. */
  readonly present: Buffer;
  /** Which columns the after image of an update holds. */
  readonly presentAfter: Buffer;
  /** At the first row; an update has two images a row. */
  readonly rows: ByteReader;
  /** The images after an update have changes of JSON in the place of documents: see `partial-rows`. */
  readonly partial?: true;
}
