/** What `reconcile-tables` gives back, as reported to people and scripts. */

import { ownValue } from '../../pipeline/values/own-value';

export interface TableSummary {
  readonly source: string;
  readonly target: string;
  readonly sourceRows: number;
  readonly targetRows: number;
  readonly mismatches: number;
  /** Differences that are young enough to be under way. */
  readonly inFlight: number;
  /** False for a table that was proven before, when nothing was compared. */
  readonly isNews?: boolean;
  /** Rows that do not match, as `<kind> <key>`; up to 100. */
  readonly rows?: readonly string[];
}

/** @throws Error when the answer is not that of a reconciliation. */
export function parseTableSummaries(payload: unknown): readonly TableSummary[] {
  const tables = (payload as { tables?: unknown } | null)?.tables;
  if (!Array.isArray(tables)) throw new Error('the reconciliation gave no list of tables');
  return tables.map((table: Readonly<Record<string, unknown>>) => ({
    source: String(table.source),
    target: String(table.target),
    sourceRows: Number(table.sourceRows),
    targetRows: Number(table.targetRows),
    mismatches: Number(table.mismatches),
    inFlight: Number(table.inFlight ?? 0),
    ...(table.isNews === false ? { isNews: false } : {}),
    rows: rowsOf(table.examples),
  }));
}

/** Keys are shown on the laptop, whose data is its user's own; without one, the hash of it. */
function rowsOf(examples: unknown): string[] {
  if (!Array.isArray(examples)) return [];
  return (examples as { kind: string; keyHash: string; key?: readonly string[] }[]).map(
    ({ kind, keyHash, key }) => `${kind} ${key === undefined ? `(hash ${keyHash})` : key.join(', ')}`,
  );
}

/** Whether another reconciliation was at it, and this one did nothing. */
export const isSkipped = (payload: unknown): boolean =>
  (payload as { isSkipped?: unknown } | null)?.isSkipped === true;

export function areEqual(tables: readonly TableSummary[]): boolean {
  return tables.length > 0 && tables.every(({ mismatches, inFlight }) => mismatches === 0 && inFlight === 0);
}

export interface UnfollowedTable {
  /** As what the table does: `is suspended`. */
  readonly reason: string;
  /** How many rows are not followed; absent: none of the table's is. */
  readonly rows?: number;
}

/** Sources (`mysql.shop.orders`) whose differences no change that is under way explains. */
export type UnfollowedTables = Readonly<Record<string, UnfollowedTable>>;

export const SUSPENDED = 'is suspended';

/** Its rows may be equal, but what comes next does not arrive. */
export const isAnySuspended = (unfollowed: UnfollowedTables): boolean =>
  Object.values(unfollowed).some(({ reason }) => reason === SUSPENDED);

/** Differences that are young are those of unfollowed rows where there are no more of them than of these. */
export function isDifferent(
  { source, mismatches, inFlight }: TableSummary,
  unfollowed: UnfollowedTables,
): boolean {
  const found = ownValue(unfollowed, source);
  return mismatches > 0 || (found !== undefined && inFlight > 0 && inFlight <= (found.rows ?? inFlight));
}

/** The comparison in words. */
export function describeVerdict(tables: readonly TableSummary[], unfollowed: UnfollowedTables = {}): string {
  const reasonOf = ({ source }: TableSummary): string | undefined => ownValue(unfollowed, source)?.reason;
  if (areEqual(tables)) {
    const suspended = tables.filter((table) => reasonOf(table) === SUSPENDED);
    return `every table is equal${suspended.length === 0 ? '' : `; suspended: ${targetsOf(suspended)}`}`;
  }
  const differing = tables.filter((table) => isDifferent(table, unfollowed));
  if (differing.length > 0) {
    const reasons = differing.flatMap((table) => {
      const reason = reasonOf(table);
      return reason === undefined ? [] : [`${table.target} ${reason}`];
    });
    return `not every table is equal: ${targetsOf(differing)}${reasons.length === 0 ? '' : ` (${reasons.slice(0, MOST_NAMES).join('; ')})`}`;
  }
  const moving = tables.filter(({ inFlight }) => inFlight > 0);
  return moving.length === 0
    ? 'there is no table to compare'
    : `equal but for changes that are under way: ${targetsOf(moving)}`;
}

const targetsOf = (tables: readonly TableSummary[]): string => {
  const names = tables.map(({ target }) => target);
  return names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
};

const MOST_NAMES = 5;

/** The last line of `--json`. */
export function buildJsonSummary(tables: readonly TableSummary[], elapsedMs: number): string {
  const told = tables.map(({ source, target, sourceRows, targetRows, mismatches }) => ({
    source,
    target,
    sourceRows,
    targetRows,
    mismatches,
  }));
  return JSON.stringify({ tables: told, elapsedMs: Math.round(elapsedMs) });
}
