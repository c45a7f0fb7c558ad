/** Distributed (XA) transactions as they are prepared, committed and rolled back. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from '../binlog/binlog-event';
import type { ChangeApplier } from './change-applier';
import {
  PreparedTransactionLost,
  type PreparedTransactions,
  parseOutcome,
  type XaOutcome,
} from './prepared-transactions';
import { isAfterCopy, type RowChanges } from './row-changes';
import type { SourceTransaction } from './source-transaction';
import { findTable, isSuspended, suspendTable, type TaskContext } from './task-context';

const ROLLED_BACK =
  'a distributed transaction that changed it is committed in the binlog and was rolled back later: usually the server was killed in between, and its crash recovery had lost the commit';

export class DistributedTransactions {
  constructor(
    private readonly context: TaskContext,
    private readonly applier: ChangeApplier,
    private readonly rows: RowChanges,
    private readonly prepared: PreparedTransactions,
  ) {}

  /** It is complete: committed at once, or written down until its outcome is known. */
  async prepare(
    transaction: SourceTransaction,
    { xid, onePhase }: Extract<BinlogEvent, { kind: 'xa-prepare' }>,
  ): Promise<void> {
    const { start, held } = transaction;
    const one = { xid, start, rows: held };
    if (!onePhase) {
      await this.applier.runBetween(() => this.prepared.add(one));
      return;
    }
    this.prepared.keep(one);
    await this.commit(xid, start);
    this.prepared.drop(xid);
  }

  /** @returns false for what is no outcome of a distributed transaction */
  async handleStatement(text: string, position: SourcePosition): Promise<boolean> {
    const { outcome, xid } = parseOutcome(text) ?? {};
    if (outcome === undefined || xid === undefined) return /^XA\b/i.test(text);
    if (!this.prepared.isKnown(xid)) await this.endAgain(xid, outcome, position);
    else {
      if (outcome === 'COMMIT') await this.commit(xid, position);
      await this.applier.runBetween(() => this.prepared.remove(xid));
    }
    return true;
  }

  /** The last outcome counts: the server knows nothing of those before, which the warehouse has. */
  private async endAgain(xid: string, outcome: XaOutcome, position: SourcePosition): Promise<void> {
    try {
      const { rows, ended } = await this.prepared.earlier(xid, position);
      if (outcome === 'ROLLBACK' && ended?.outcome !== 'COMMIT') return;
      for await (const event of rows()) {
        const table = findTable(this.context, event.map);
        const isThere = ended?.outcome === 'COMMIT' && table !== undefined && isAfterCopy(table, ended.at);
        if (outcome === 'COMMIT' && !isThere) await this.rows.apply(event, position);
        if (outcome === 'ROLLBACK' && isThere)
          await this.rows.suspendTableOf(event.map, position, ROLLED_BACK);
      }
    } catch (error) {
      if (!(error instanceof PreparedTransactionLost)) throw error;
      if (outcome === 'COMMIT') await this.suspendLost(xid, error);
    }
  }

  private async commit(xid: string, position: SourcePosition): Promise<void> {
    try {
      for await (const event of this.prepared.rowsOf(xid, position)) await this.rows.apply(event, position);
    } catch (error) {
      if (!(error instanceof PreparedTransactionLost)) throw error;
      await this.suspendLost(xid, error);
    }
  }

  private suspendLost(xid: string, error: PreparedTransactionLost): Promise<void> {
    return this.suspendAll(
      `the distributed transaction ${xid} was committed, and its rows are lost: ${error.message}`,
    );
  }

  /** Nobody can tell which tables it changed. */
  private async suspendAll(reason: string): Promise<void> {
    for (const table of this.context.tables.values())
      if (!isSuspended(table)) await suspendTable(this.context, table, reason);
  }
}
