/** One submitted statement, or batch of statements, and how far it is. */
import { randomUUID } from 'node:crypto';
import type { WarehouseName } from '../../../../pipeline/warehouse/warehouse-name';
import type { StatementResult } from '../../../runtime/ports/warehouse';

export type StatementStatus = 'SUBMITTED' | 'PICKED' | 'STARTED' | 'FINISHED' | 'FAILED' | 'ABORTED';

export interface SubStatement {
  readonly sql: string;
  status: StatementStatus;
  error?: string;
  result?: StatementResult | undefined;
  /** Of the result, as the API counts them; -1 without one. */
  bytes: number;
  /** Of memory that the rows take. */
  heldBytes: number;
  /** Why the rows are no longer here. */
  released?: string;
  queryId: number;
  createdAtMs: number;
  updatedAtMs: number;
  durationMs: number;
}

export interface StatementRequest {
  readonly owner: string;
  readonly batch: boolean;
  readonly autoCommit: boolean;
  readonly sqls: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
  readonly name?: string;
  readonly clientToken?: string;
  /** The warehouse, as the request named it. */
  readonly calledAs: WarehouseName;
  readonly database: string;
  readonly dbUser?: string;
  readonly secretArn?: string;
  readonly resultFormat: 'JSON' | 'CSV';
}

export class SubmittedStatement {
  readonly id = randomUUID();
  readonly createdAtMs = Date.now();
  updatedAtMs = this.createdAtMs;
  status: StatementStatus = 'SUBMITTED';
  error?: string;
  /** Nothing runs on behalf of it any more. */
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;
  readonly parts: readonly SubStatement[];
  /** Of memory that its texts take: at most two bytes a character, and what is always there. */
  readonly textBytes: number;
  /** Stops it; set while it runs. */
  cancel?: () => void;
  cancelled = false;

  constructor(readonly request: StatementRequest) {
    this.parts = request.sqls.map((sql) => ({
      sql,
      status: 'SUBMITTED',
      bytes: -1,
      heldBytes: 0,
      queryId: -1,
      createdAtMs: this.createdAtMs,
      updatedAtMs: this.createdAtMs,
      durationMs: 0,
    }));
    const parameters = [...request.parameters].flat();
    this.textBytes = [...request.sqls, ...parameters].reduce(
      (bytes, text) => bytes + 2 * text.length,
      1_000 + 500 * request.sqls.length,
    );
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  get active(): boolean {
    return this.status === 'SUBMITTED' || this.status === 'PICKED' || this.status === 'STARTED';
  }

  become(status: StatementStatus, error?: string): void {
    this.status = status;
    this.updatedAtMs = Date.now();
    if (error !== undefined) this.error = error;
    if (!this.active) this.end();
  }

  /** Until it has ended, at most so long. */
  async wait(seconds: number): Promise<void> {
    if (seconds === 0 || !this.active) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
      timer.unref();
    });
    await Promise.race([this.ended, late]);
    clearTimeout(timer);
  }
}
