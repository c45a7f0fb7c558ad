/** What is sampled while a soak runs: memory, handles, lag, files and logs, each every few seconds. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { descendants, openHandles, residentBytes } from './processes';
import { askWarehouse } from './warehouse-rows';

export interface Sample {
  /** Since the start of the soak. */
  readonly atSeconds: number;
  /** Which process of the pipeline it was: the first, the second, … */
  readonly start: number;
  readonly runtimeBytes: number;
  /** Engines and functions together. */
  readonly childrenBytes: number;
  readonly handles: number;
  readonly processes: number;
  /** From the newest change in the warehouse to now; undefined while it cannot be asked. */
  readonly mysqlLagSeconds: number | undefined;
  readonly dynamodbLagSeconds: number | undefined;
  readonly stateFiles: number;
  readonly stateBytes: number;
  readonly logBytes: number;
}

export async function takeSample(place: {
  readonly dataDir: string;
  readonly pid: number;
  readonly start: number;
  readonly atSeconds: number;
}): Promise<Sample> {
  const { dataDir, pid, start, atSeconds } = place;
  const children = descendants(pid);
  return {
    atSeconds,
    start,
    runtimeBytes: residentBytes(pid),
    childrenBytes: children.reduce((sum, child) => sum + residentBytes(child.pid), 0),
    handles: openHandles(pid),
    processes: children.length + 1,
    mysqlLagSeconds: await lagOf(
      dataDir,
      "select max(ingested_at) from bank.txns where account_no like 'soak-%'",
    ),
    dynamodbLagSeconds: await lagOf(
      dataDir,
      "select max(_cdc_changed_at) from market.trades where id like 'soak-%'",
    ),
    ...measureFolder(dataDir),
  };
}

async function lagOf(dataDir: string, sql: string): Promise<number | undefined> {
  try {
    const [[newest] = []] = await askWarehouse(dataDir, sql);
    if (typeof newest !== 'string') return undefined;
    return Math.max(0, (Date.now() - Date.parse(`${newest.replace(' ', 'T')}Z`)) / 1000);
  } catch {
    return undefined;
  }
}

function measureFolder(folder: string): Pick<Sample, 'stateFiles' | 'stateBytes' | 'logBytes'> {
  let [stateFiles, stateBytes, logBytes] = [0, 0, 0];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = sizeOf(join(entry.parentPath, entry.name));
    stateFiles += 1;
    stateBytes += bytes;
    if (/\.log(\.\d+)?$/.test(entry.name)) logBytes += bytes;
  }
  return { stateFiles, stateBytes, logBytes };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0; // It was moved or deleted in between.
  }
}
