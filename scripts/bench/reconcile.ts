/**
 * Reconciling a table with the warehouse twin, next to the minimum that reading the source takes. Shapes: `mysql`,
 * `dynamodb`; `--rows` is the size of each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchDynamodbReconciliation } from './reconcile-dynamodb';
import { benchMysqlReconciliation } from './reconcile-mysql';
import type { BenchOptions, BenchResult } from './result';

const SHAPES = {
  mysql: { rows: 10_000_000, run: benchMysqlReconciliation },
  dynamodb: { rows: 200_000, run: benchDynamodbReconciliation },
} as const;

export async function bench(options: BenchOptions = {}): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [name, { rows, run }] of Object.entries(SHAPES)) {
    if (options.shapes !== undefined && !options.shapes.includes(name)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-reconcile-'));
    try {
      results.push(...(await run(folder, options.rows ?? rows)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return results;
}
