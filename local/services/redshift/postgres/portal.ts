/**
 * A statement under way whose rows a client takes when it wants to. While it is open, its session does nothing else: before
 * another statement runs, `keep` reads the rest into memory, or `close` ends it.
 */
import type { ResultColumn, ResultValue } from '../../../runtime/ports/warehouse';
import { heldBytes } from '../storage/read-result';
import type { TakeRows } from '../storage/stream-rows';
import { PortError } from './sql-states';

type Row = readonly ResultValue[];

const MEGABYTE = 1024 * 1024;
/** What rows that wait for a client may take of the laptop's memory. */
const MOST_KEPT_BYTES = 64 * MEGABYTE;

export class Portal {
  /** Resolves once the statement has begun to answer. */
  readonly opened: Promise<readonly ResultColumn[]>;
  private readonly running: Promise<void>;
  private rows: readonly Row[] = [];
  private next: (() => Promise<readonly Row[] | undefined>) | undefined;
  private letGo: () => void = () => undefined;

  constructor(read: (take: TakeRows) => Promise<void>) {
    const released = new Promise<void>((resolve) => {
      this.letGo = resolve;
    });
    let running = Promise.resolve();
    this.opened = new Promise((resolve, reject) => {
      running = read(async (columns, next) => {
        this.next = next;
        resolve(columns);
        await released;
        if (this.failure !== undefined) throw this.failure.error;
      });
      running.catch(reject);
    });
    this.running = running;
    this.opened.catch(() => undefined);
  }

  private failure: { readonly error: unknown } | undefined;

  /** Gives up to `most` rows, piece by piece; 0 is all. Says how many there were, and whether those were the last. */
  async fetch(
    most: number,
    give: (rows: readonly Row[]) => Promise<void>,
  ): Promise<{ readonly count: number; readonly isOver: boolean }> {
    let count = 0;
    for (;;) {
      if (this.rows.length === 0 && !(await this.readMore())) return { count, isOver: true };
      const wanted = most === 0 ? this.rows.length : Math.min(this.rows.length, most - count);
      await give(this.rows.slice(0, wanted));
      this.rows = this.rows.slice(wanted);
      count += wanted;
      // Whether more come is not known before they are asked for, as in PostgreSQL.
      if (most > 0 && count >= most) return { count, isOver: false };
    }
  }

  /** The rest of the rows no longer needs the session. @throws PortError when it is too large */
  async keep(): Promise<void> {
    await this.opened.catch(() => undefined);
    const kept = [...this.rows];
    let bytes = 0;
    while (await this.readMore()) {
      for (const row of this.rows) bytes += heldBytes(row);
      kept.push(...this.rows);
      if (bytes <= MOST_KEPT_BYTES) continue;
      await this.close();
      throw new PortError(
        '54000',
        `the rows of an open result that are not fetched yet take more than ${MOST_KEPT_BYTES / MEGABYTE} MB`,
        'Fetch it to its end before the next statement, or read it on a connection of its own.',
      );
    }
    this.rows = kept;
  }

  async close(): Promise<void> {
    this.next = undefined;
    this.rows = [];
    this.letGo();
    await this.running.catch(() => undefined);
  }

  /** False at the end of the rows, when the statement has ended. @throws what the statement failed with */
  private async readMore(): Promise<boolean> {
    if (this.next === undefined) return false;
    try {
      const rows = await this.next();
      if (rows !== undefined) {
        this.rows = rows;
        return true;
      }
    } catch (error) {
      this.failure = { error };
    }
    this.next = undefined;
    this.rows = [];
    this.letGo();
    await this.running;
    return false;
  }
}
