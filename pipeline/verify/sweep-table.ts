/** One run over one table: looks again at what differed, then compares as many parts as it may, and records each. */
import { randomUUID } from 'node:crypto';
import type { ReplicatedTable } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { EXAMPLES, exampleOf, type MismatchExample } from './compare-table';
import { type Clock, followDifferences, lookAgain, nowSeconds } from './follow-differences';
import { buildKeepDifferences, KEPT_DIFFERENCES, readDifferences } from './open-differences';
import { type KeyDifference, summedCounts } from './row-comparison';
import type { ComparedSide } from './side';
import { buildSweepInsert, buildSweepUpdate, type SweepHistory, type SweepRecord } from './sweep-record';
import type { SweptPart, SweptTable } from './swept-table';
import { ageDifference, isOverdue, kindOf, type WatchedDifference, watchListOf } from './watch-list';

export interface SweptTablePorts {
  readonly source: ComparedSide;
  readonly target: ComparedSide;
  readonly swept: SweptTable;
}

export interface SweepOptions {
  readonly warehouse: DataApi;
  readonly clock: Clock;
  /** Begins a sweep, unless one is open: then that one is resumed. */
  readonly begin: boolean;
  /** A sweep is spread over so long; 0 is as fast as the read units allow. */
  readonly spreadSeconds: number;
  readonly allowedLagSeconds: number;
  /** When nothing more may begin in this run. */
  readonly stopAtMs: number;
}

export interface TableSweep {
  readonly record: SweepRecord;
  /** Parts that this run compared. */
  readonly parts: number;
  /** Read units of DynamoDB that this run consumed. */
  readonly readUnits: number;
  /** Nothing was left to do. */
  readonly isIdle: boolean;
  readonly examples: readonly MismatchExample[];
}

/** More that differ would fill the list: the sweep then waits until changes have arrived. */
const WAITING_DIFFERENCES = KEPT_DIFFERENCES / 2;
/** Of a run's time, what is read in; the rest is for comparing what was read. */
const READING_SHARE = 0.6;

/**
 * 1. What differed in earlier runs is read again; what is equal by now is forgotten.
 * 2. Part after part. Its result and the place where the next one begins are committed in one transaction.
 * 3. What differs is looked at a few times more, because it may just have been on its way.
 * 4. The verdict is recorded: proven equal once all parts are compared and nothing differs any more.
 *
 * Stopped anywhere, the next run begins at the place of the last part that was committed. Throws as the clients of
 * the two systems do.
 */
export async function sweepTable(
  table: ReplicatedTable,
  ports: SweptTablePorts,
  history: SweepHistory | undefined,
  options: SweepOptions,
): Promise<TableSweep> {
  const sweep = new Sweep(table, ports, history, options);
  await sweep.beginOrResume();
  if (sweep.isProven) return sweep.result(true);
  await sweep.lookAgain(await readDifferences(options.warehouse, table.name));
  await sweep.compareParts();
  await sweep.settle();
  return sweep.result(false);
}

class Sweep {
  private record: SweepRecord | undefined;
  private watched: readonly WatchedDifference[] = [];
  /** How many rows of each key differ, where more than one does. */
  private counts = new Map<string, KeyDifference['counts']>();
  private partsOfRun = 0;
  private readonly expectedRows: bigint;

  constructor(
    private readonly table: ReplicatedTable,
    private readonly ports: SweptTablePorts,
    history: SweepHistory | undefined,
    private readonly options: SweepOptions,
  ) {
    this.record = history?.latest;
    this.expectedRows = history?.expectedRows ?? 0n;
  }

  get isProven(): boolean {
    return this.current.equalAtMs !== undefined;
  }

  get isFinished(): boolean {
    return this.current.finishedAtMs !== undefined;
  }

  private get current(): SweepRecord {
    if (this.record === undefined) throw new Error(`no sweep of ${this.table.name} was begun`);
    return this.record;
  }

  async beginOrResume(): Promise<void> {
    const { record, options } = this;
    const isOpen = record !== undefined && record.finishedAtMs === undefined;
    // A table that was never swept does not wait for the schedule.
    if (record !== undefined && (isOpen || !options.begin)) return;
    // What the last sweep could not remove any more when it was cut off.
    if (record !== undefined) await this.ports.swept.forget(record.sweepId);
    this.record = newSweep(this.table.name, Math.max(options.clock.nowMs(), (record?.startedAtMs ?? 0) + 1));
    await this.write([buildSweepInsert(this.record)]);
  }

  async lookAgain(differences: readonly WatchedDifference[]): Promise<void> {
    if (differences.length === 0) return;
    const still = await lookAgain(this.ports.source, this.ports.target, differences);
    this.keep(still, differences);
  }

  async compareParts(): Promise<void> {
    const { clock, stopAtMs } = this.options;
    if (this.isFinished || this.isAhead()) return;
    const stopReadingAtMs = clock.nowMs() + (stopAtMs - clock.nowMs()) * READING_SHARE;
    // A run that does not come to its end leaves its mark, so that the next one tries less.
    const { attempts } = this.current;
    await this.save({ attempts: attempts + 1 });
    do {
      const request = {
        sweepId: this.current.sweepId,
        startedAtMs: this.current.startedAtMs,
        cursor: this.current.cursor,
        expectedRows: this.expectedRows,
        comparedRows: this.current.sourceRows,
        attempts: this.partsOfRun === 0 ? attempts : 0,
        stopReadingAtMs,
      };
      await this.commit(await this.ports.swept.comparePart(request));
    } while (
      !this.isFinished &&
      !this.isAhead() &&
      this.youngDifferences().length < WAITING_DIFFERENCES &&
      clock.nowMs() < stopReadingAtMs
    );
    if (this.isFinished) await this.ports.swept.forget(this.current.sweepId);
  }

  /** A few more looks, then the verdict. */
  async settle(): Promise<void> {
    const { clock, stopAtMs, allowedLagSeconds } = this.options;
    const earlier = watchListOf(this.watched);
    const found = this.watched.map((watched) => this.differenceOf(watched));
    const { remaining } = await followDifferences(this.ports.source, this.ports.target, found, earlier, {
      clock,
      deadlineMs: stopAtMs,
      allowedLagSeconds,
    });
    this.watched = remaining.map(({ watched }) => watched);
    this.counts = new Map(remaining.map(({ difference }) => [difference.keyHash, difference.counts]));
    await this.save({});
  }

  result(isIdle: boolean): TableSweep {
    const overdue = isIdle ? [] : this.overdueDifferences();
    return {
      record: this.current,
      parts: this.partsOfRun,
      readUnits: this.ports.swept.consumedUnits(),
      isIdle,
      examples: overdue.slice(0, EXAMPLES).map(exampleOf),
    };
  }

  /** A sweep that is spread over its time has compared no larger a share of the table than of the time. */
  private isAhead(): boolean {
    const { spreadSeconds, clock } = this.options;
    if (spreadSeconds === 0 || this.current.parts === 0) return false;
    const elapsedSeconds = (clock.nowMs() - this.current.startedAtMs) / 1000;
    return this.current.progressPercent / 100 > elapsedSeconds / spreadSeconds;
  }

  private async commit(part: SweptPart): Promise<void> {
    const { current, partsOfRun } = this;
    this.partsOfRun = partsOfRun + 1;
    const known = new Set(part.differing.map(({ keyHash }) => keyHash));
    const others = this.watched
      .filter(({ keyHash }) => !known.has(keyHash))
      .map((one) => this.differenceOf(one));
    this.keep([...others, ...part.differing], this.watched);
    await this.save({
      attempts: 0,
      parts: current.parts + 1,
      cursor: part.next,
      finishedAtMs: part.next === undefined ? this.options.clock.nowMs() : undefined,
      progressPercent: Math.floor(part.progress * 100),
      sourceRows: current.sourceRows + part.sourceRows,
      targetRows: current.targetRows + part.targetRows,
      flagged: current.flagged + part.flagged,
      unfollowed: current.unfollowed + part.unfollowedRows,
      readUnits: current.readUnits + part.readUnits,
    });
  }

  /** Takes these differences for all that there are, with the ages that they had before. */
  private keep(differing: readonly KeyDifference[], before: readonly WatchedDifference[]): void {
    const list = watchListOf(before);
    const now = nowSeconds(this.options.clock);
    this.watched = differing.map((difference) => ageDifference(difference, list, now));
    this.counts = new Map(differing.map(({ keyHash, counts }) => [keyHash, counts]));
  }

  private differenceOf(watched: WatchedDifference): KeyDifference {
    const { keyHash, key, source, target } = watched;
    const counts = this.counts.get(keyHash) ?? { ...NONE, [kindOf(watched)]: 1 };
    return { keyHash, ...(key === undefined ? {} : { key }), source, target, counts };
  }

  private overdueDifferences(): readonly WatchedDifference[] {
    return this.watched.filter((watched) => this.isLate(watched));
  }

  private youngDifferences(): readonly WatchedDifference[] {
    return this.watched.filter((watched) => !this.isLate(watched));
  }

  private isLate(watched: WatchedDifference): boolean {
    return isOverdue(watched, nowSeconds(this.options.clock), this.options.allowedLagSeconds);
  }

  /** The record with its verdict, and the differences, in one transaction. */
  private async save(changes: Partial<SweepRecord>): Promise<void> {
    const before = this.current;
    const changed = { ...before, ...changes };
    const kept = buildKeepDifferences(this.table.name, this.oldestFirst());
    const unfollowed = changed.unfollowed + kept.leftOut;
    const late = summedCounts(this.overdueDifferences().map((one) => this.differenceOf(one).counts));
    const young = summedCounts(this.youngDifferences().map((one) => this.differenceOf(one).counts));
    const isEqual = changed.finishedAtMs !== undefined && this.watched.length === 0 && unfollowed === 0;
    this.record = {
      ...changed,
      ...late,
      unfollowed,
      mismatches: late.missing + late.extra + late.different,
      inFlight: young.missing + young.extra + young.different + unfollowed,
      equalAtMs: isEqual ? (before.equalAtMs ?? this.options.clock.nowMs()) : undefined,
    };
    this.watched = this.oldestFirst().slice(0, this.watched.length - kept.leftOut);
    await this.write([...kept.statements, buildSweepUpdate(this.record, before.parts)]);
  }

  /** When there is no room for all, the youngest are left out: an age is never lost. */
  private oldestFirst(): readonly WatchedDifference[] {
    const since = ({ sourceSince, targetSince }: WatchedDifference): number =>
      Math.min(sourceSince, targetSince);
    return [...this.watched].sort((left, right) => since(left) - since(right));
  }

  private async write(statements: readonly string[]): Promise<void> {
    await this.options.warehouse.executeBatch(statements, { name: `reconcile/${this.table.name}` });
  }
}

const NONE = { missing: 0, extra: 0, different: 0 };

export function newSweep(tableName: string, startedAtMs: number): SweepRecord {
  return {
    sweepId: randomUUID().slice(0, 8),
    tableName,
    startedAtMs,
    finishedAtMs: undefined,
    equalAtMs: undefined,
    cursor: undefined,
    progressPercent: 0,
    parts: 0,
    attempts: 0,
    sourceRows: 0n,
    targetRows: 0n,
    flagged: 0n,
    mismatches: 0,
    ...NONE,
    inFlight: 0,
    unfollowed: 0,
    readUnits: 0,
  };
}
