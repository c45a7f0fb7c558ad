/** The soak's own comparison: both sides are read whole, by none of the code that reconciles. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KnownState } from './known-state';
import type { SoakResult } from './report';
import { readWarehouseRows, type WarehouseTarget } from './warehouse-rows';

export interface ComparedSource {
  readonly name: string;
  readonly target: WarehouseTarget;
  readonly readSource: () => Promise<Map<string, string>>;
  readonly known: KnownState;
}

type SourceResult = SoakResult['sources'][number];

/** Compares until everything is equal, or until the time is over; returns the last comparison. */
export async function compareWithWarehouse(given: {
  readonly dataDir: string;
  readonly sources: readonly ComparedSource[];
  readonly timeoutMs: number;
  readonly say: (text: string) => void;
}): Promise<SourceResult[]> {
  const { dataDir, sources, timeoutMs, say } = given;
  const until = performance.now() + timeoutMs;
  let lastError: unknown;
  while (true) {
    try {
      const results: SourceResult[] = [];
      for (const source of sources) results.push(await compareOne(dataDir, source));
      const open = results.reduce(
        (sum, { missing, extra, different }) => sum + missing.length + extra.length + different.length,
        0,
      );
      if (open === 0 || performance.now() > until) return results;
      say(`${open} rows are not there yet`);
    } catch (error) {
      lastError = error;
      say(`cannot compare yet: ${error instanceof Error ? error.message : String(error)}`);
      if (performance.now() > until) throw new Error('the comparison never succeeded', { cause: lastError });
    }
    await pause(5_000);
  }
}

async function compareOne(
  dataDir: string,
  { name, target, readSource, known }: ComparedSource,
): Promise<SourceResult> {
  const source = await readSource();
  const common = {
    name,
    acknowledged: known.acknowledged,
    unanswered: known.unanswered,
    rows: source.size,
    wrongAtSource: known.differences(source),
  };
  const warehouse = await readWarehouseRows(dataDir, target).catch((error: unknown) => {
    if (error instanceof Error && /is there twice|keys$/.test(error.message)) return error.message;
    throw error;
  });
  if (typeof warehouse === 'string')
    return { ...common, missing: [], extra: [], different: [], doubled: warehouse };
  const keys = [...source.keys()];
  return {
    ...common,
    missing: keys.filter((key) => !warehouse.has(key)).map((key) => `${key} is missing`),
    extra: [...warehouse.keys()].filter((key) => !source.has(key)).map((key) => `${key} is extra`),
    different: keys
      .filter((key) => warehouse.has(key) && warehouse.get(key) !== source.get(key))
      .map((key) => `${key}: source ${source.get(key)}, warehouse ${warehouse.get(key)}`),
    doubled: undefined,
  };
}
