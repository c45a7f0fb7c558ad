import type { Schedule } from '../../../local/runtime/ports/schedule';
import { PromptLoads } from '../../../local/runtime/prompt-loads';
import { turnMs } from '../../../local/runtime/turns';

const staged = (outcome = 'staged') =>
  ({ type: 'outcome', functionName: 'cdc-dev-stage-stream-records', outcome, fields: {} }) as const;

class CountingSchedule implements Schedule {
  readonly everyMs = 300_000;
  fired = 0;
  end: () => void = () => undefined;
  constructor(readonly name: string) {}
  isPaused = (): boolean => false;
  pause(): void {}
  resume(): void {}
  nextAt = (): undefined => undefined;
  start = (): void => undefined;
  stop = async (): Promise<void> => undefined;
  fireNext = (): Promise<void> => {
    this.fired += 1;
    return new Promise((resolve) => {
      this.end = resolve;
    });
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a load on the laptop', () => {
  it('follows what was staged, one at a time, and one more for all that was staged meanwhile', async () => {
    const load = new CountingSchedule('cdc-dev-load-staged-batches');
    const ingest = new CountingSchedule('cdc-dev-ingest-trades');
    const loads = new PromptLoads();
    loads.see(staged());
    expect(load.fired).toBe(0);
    loads.begin([ingest, load]);
    loads.see(staged('loaded'));
    expect(load.fired).toBe(0);
    loads.see(staged());
    loads.see(staged());
    loads.see(staged());
    expect(load.fired).toBe(1);
    load.end();
    await settle();
    expect(load.fired).toBe(2);
    load.end();
    await settle();
    expect([load.fired, ingest.fired]).toEqual([2, 0]);
  });
});

describe('a tick', () => {
  it('writes the sources, then loads, then compares; at a short rate within it', () => {
    const at = (name: string, everyMs: number): number => turnMs({ name: `cdc-dev-${name}`, everyMs });
    const order = ['ingest-txns', 'load-staged-batches', 'reconcile-tables-begin', 'reconcile-tables'];
    expect(order.map((name) => at(name, 300_000))).toEqual([0, 4_000, 8_000, 8_000]);
    expect(order.map((name) => at(name, 3_000))).toEqual([0, 1_000, 2_000, 2_000]);
    expect(at('of-somebody-else', 300_000)).toBe(0);
  });
});
