/**
 * What the writers know of their rows. A change that was answered must be there, exactly once; one whose answer never came
 * may have happened or not, so both states are right until the row is changed again.
 */

/** The value of a live row, or null for one that was deleted. */
export type RowState = string | null;

export class KnownState {
  private readonly states = new Map<string, readonly RowState[]>();
  /** Changes that the source acknowledged. */
  acknowledged = 0;
  /** Changes whose answer was lost with a connection. */
  unanswered = 0;

  acknowledge(key: string, state: RowState): void {
    this.states.set(key, [state]);
    this.acknowledged += 1;
  }

  doubt(key: string, state: RowState): void {
    this.states.set(key, [...new Set([...(this.states.get(key) ?? [null]), state])]);
    this.unanswered += 1;
  }

  /** How many rows were ever written. */
  get size(): number {
    return this.states.size;
  }

  /** Keys of rows that are not in one of their right states, each with why. */
  differences(found: ReadonlyMap<string, string>): string[] {
    const wrong: string[] = [];
    for (const [key, allowed] of this.states) {
      const state = found.get(key) ?? null;
      if (!allowed.includes(state))
        wrong.push(`${key}: ${describe(allowed)} was acknowledged, found ${describe([state])}`);
    }
    for (const key of found.keys()) {
      if (!this.states.has(key)) wrong.push(`${key}: nobody wrote it`);
    }
    return wrong;
  }
}

const describe = (states: readonly RowState[]): string =>
  states.map((state) => (state === null ? 'no row' : state)).join(' or ');
