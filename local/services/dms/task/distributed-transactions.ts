/** Distributed (XA) transactions as they are prepared, committed and rolled back. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from '../binlog/binlog-event';
import type { ChangeApplier } from './change-applier';
import { PreparedTransactionLost, type PreparedTransactions } from './prepared-transactions';
import type { RowChanges } from './row-changes';
import type { SourceTransaction } from './source-transaction';
import { isSuspended, suspendTable, type TaskContext } from './task-context';

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
    const [, outcome, xid] = /^XA (COMMIT|ROLLBACK) (X'[0-9a-f]*',X'[0-9a-f]*',\d+)/i.exec(text) ?? [];
    if (outcome === undefined || xid === undefined) return /^XA\b/i.test(text);
    if (outcome.toUpperCase() === 'COMMIT') await this.commit(xid, position);
    if (this.prepared.isKnown(xid)) await this.applier.runBetween(() => this.prepared.remove(xid));
    return true;
  }

  private async commit(xid: string, position: SourcePosition): Promise<void> {
    try {
      for await (const event of this.prepared.rowsOf(xid, position)) await this.rows.apply(event, position);
    } catch (error) {
      if (!(error instanceof PreparedTransactionLost)) throw error;
      await this.suspendAll(
        `the distributed transaction ${xid} was committed, and its rows are lost: ${error.message}`,
      );
    }
  }

  /** Nobody can tell which tables it changed. */
  private async suspendAll(reason: string): Promise<void> {
    for (const table of this.context.tables.values())
      if (!isSuspended(table)) await suspendTable(this.context, table, reason);
  }
}
