/**
 * Distributed (XA) transactions. The binlog has the rows of one when it is prepared; whether they count is decided by an
 * XA COMMIT or XA ROLLBACK later, perhaps after days. Until then nothing of it is applied: its place is written down,
 * and its rows are kept, or read from there again.
 */
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import type { RowsEvent } from '../binlog/binlog-event';
import { BinlogStream } from '../binlog/binlog-stream';
import type { ControlTables } from './control-tables';
import { openSource, type ReadLogin } from './source-connection';
import { readBinlogFiles } from './source-server';

export interface PreparedTransaction {
  /** As XA COMMIT names it: `X'61',X'',1`. */
  readonly xid: string;
  /** Undefined after a move to another server, in whose files it is to be looked for. */
  readonly start: SourcePosition | undefined;
  /** Its rows, while they are in memory. */
  readonly rows?: readonly RowsEvent[] | undefined;
}

export type XaOutcome = 'COMMIT' | 'ROLLBACK';

export interface EarlierTransaction {
  rows(): AsyncGenerator<RowsEvent>;
  /** The last one that is in the binlog before, and where. */
  readonly ended?: { readonly outcome: XaOutcome; readonly at: SourcePosition } | undefined;
}

/** @returns undefined for what is no outcome of a distributed transaction */
export function parseOutcome(
  text: string,
): { readonly outcome: XaOutcome; readonly xid: string } | undefined {
  const [, outcome, xid] = /^XA (COMMIT|ROLLBACK) (X'[0-9a-f]*',X'[0-9a-f]*',\d+)/i.exec(text) ?? [];
  if (outcome === undefined || xid === undefined) return undefined;
  return { outcome: outcome.toUpperCase() as XaOutcome, xid };
}

/** The binlog has no such transaction any more, or the server says nothing. */
export class PreparedTransactionLost extends Error {
  override readonly name = 'PreparedTransactionLost';
}

const WAIT_MS = 10_000;

export class PreparedTransactions {
  private readonly known = new Map<string, PreparedTransaction>();

  private constructor(
    private readonly readLogin: ReadLogin,
    private readonly control: ControlTables,
  ) {}

  static async read(readLogin: ReadLogin, control: ControlTables): Promise<PreparedTransactions> {
    const transactions = new PreparedTransactions(readLogin, control);
    for (const one of await control.readPrepared()) transactions.known.set(one.xid, one);
    return transactions;
  }

  /** Part of the open warehouse transaction. */
  async add(transaction: PreparedTransaction): Promise<void> {
    this.known.set(transaction.xid, transaction);
    if (transaction.start !== undefined) await this.control.writePrepared(transaction.xid, transaction.start);
  }

  /** It was committed or rolled back. Part of the open warehouse transaction. */
  async remove(xid: string): Promise<void> {
    this.known.delete(xid);
    await this.control.forgetPrepared(xid);
  }

  /** Only for now, in memory. */
  keep(transaction: PreparedTransaction): void {
    this.known.set(transaction.xid, transaction);
  }

  drop(xid: string): void {
    this.known.delete(xid);
  }

  isKnown(xid: string): boolean {
    return this.known.has(xid);
  }

  /**
   * The rows of a transaction that is committed now.
   * @param before where its XA COMMIT is
   * @throws PreparedTransactionLost
   */
  async *rowsOf(xid: string, before: SourcePosition): AsyncGenerator<RowsEvent> {
    const known = this.known.get(xid);
    if (known?.rows !== undefined) {
      for (const event of known.rows) yield { ...event, rows: event.rows.copy() };
      return;
    }
    if (known?.start !== undefined) yield* this.readRows(known.start, before);
    else yield* (await this.earlier(xid, before)).rows();
  }

  private async *readRows(start: SourcePosition, before: SourcePosition): AsyncGenerator<RowsEvent> {
    const stream = await this.open(start);
    try {
      for (;;) {
        const event = await stream.next(WAIT_MS);
        if (event === undefined) throw new PreparedTransactionLost('the source sends nothing');
        if (event.kind === 'rows') yield event;
        if (event.kind === 'statement' && /^ROLLBACK\b/i.test(event.text))
          throw new PreparedTransactionLost('a part of it was rolled back to a savepoint');
        if (event.kind === 'xa-prepare') return;
        if (event.kind === 'commit' && comparePositions(event.position, before) > 0) return;
      }
    } finally {
      stream.close();
    }
  }

  /**
   * One whose place is not known: it was prepared before the task's first position or on another server, or has had an
   * outcome already. A server that is not safe in a crash logs an outcome, forgets it, and takes another one after its
   * start: MariaDB 10.11 that was killed had five of 57 prepared transactions whose outcome was in its binlog already.
   * @throws PreparedTransactionLost when the binlogs that there are do not have it
   */
  async earlier(xid: string, before: SourcePosition): Promise<EarlierTransaction> {
    const connection = await openSource(this.readLogin);
    const [oldest] = await readBinlogFiles(connection).finally(() => connection.destroy());
    const stream = await this.open({ file: oldest?.name ?? before.file, offset: 4 });
    let start: SourcePosition | undefined;
    let found: SourcePosition | undefined;
    let ended: EarlierTransaction['ended'];
    try {
      for (;;) {
        const event = await stream.next(WAIT_MS);
        if (event?.kind === 'begin' && comparePositions(event.start, before) >= 0) break;
        if (event?.kind === 'begin') start = event.start;
        else if (event?.kind === 'xa-prepare' && event.xid === xid) {
          found = start;
          ended = undefined;
        } else if (event?.kind === 'statement') {
          const one = parseOutcome(event.text);
          if (one?.xid === xid && start !== undefined) ended = { outcome: one.outcome, at: start };
        } else if (event === undefined) break;
      }
    } finally {
      stream.close();
    }
    if (found === undefined) throw new PreparedTransactionLost('the binlog in which it was prepared is gone');
    const prepared = found;
    return { rows: () => this.readRows(prepared, before), ended };
  }

  private async open(start: SourcePosition): Promise<BinlogStream> {
    return BinlogStream.open({ connection: await openSource(this.readLogin), start });
  }
}
