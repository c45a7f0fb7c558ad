/** Asks the warehouse of the running pipeline, through the same door as `npm run sql`. */
import { callControlServer } from '../../local/runtime/control-server';
import { findRuntime } from '../../local/state/state-folder';
import { uniqueRows } from './mysql-rows';

export interface WarehouseTarget {
  readonly key: string;
  readonly value: string;
  readonly table: string;
  readonly prefix: string;
}

const PAGE_ROWS = 5_000;

type Row = readonly (string | boolean | null)[];

/** @throws Error while no pipeline is up, or with the warehouse's own message */
export async function askWarehouse(dataDir: string, sql: string): Promise<readonly Row[]> {
  const runtime = findRuntime(dataDir);
  if (runtime === undefined) throw new Error('no pipeline is up');
  return ((await callControlServer(runtime, 'sql', { sql })) as { rows: readonly Row[] }).rows;
}

/** Every row of a writer's in the warehouse, page by page. @throws Error when a key is there twice */
export async function readWarehouseRows(
  dataDir: string,
  target: WarehouseTarget,
): Promise<Map<string, string>> {
  const { key, value, table, prefix } = target;
  const countRows = async (): Promise<number> => {
    const [[count] = []] = await askWarehouse(
      dataDir,
      `select count(*) from ${table} where ${key} like '${prefix}%'`,
    );
    return Number(count);
  };
  const before = await countRows();
  const rows: [string, string][] = [];
  let after = prefix;
  while (true) {
    const page = await askWarehouse(
      dataDir,
      `select ${key}, ${value} from ${table} where ${key} like '${prefix}%' and ${key} > '${after}' order by ${key} limit ${PAGE_ROWS}`,
    );
    rows.push(...page.map(([id, state]): [string, string] => [String(id), String(state)]));
    if (page.length < PAGE_ROWS) break;
    after = String(page.at(-1)?.[0]);
  }
  const count = await countRows();
  // Each page is read by itself: a load that commits between two of them is no fault.
  if (count !== before) throw new Error(`${table} was loaded while it was read`);
  // A doubled row whose copies part at the end of a page would hide its second half.
  if (count !== rows.length) throw new Error(`${table} has ${count} rows, but ${rows.length} keys`);
  return uniqueRows(rows);
}
