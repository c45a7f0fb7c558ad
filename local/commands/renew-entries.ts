/**
 * Before a new copy of tables, of a pipeline that is stopped: entries are brought to what the source says today, and what
 * the targets are to be is made beside them.
 *
 *   1. The entries that differ are shown and written; then bundles and stacks are made of them.
 *   2. Beside each target that differs from its entry, a table of the new columns is made, which the new copy fills.
 *
 * Stopped within 1, the next resync makes the stacks again, since they are older than the entries; stopped after 2, any
 * start leaves the targets as they are until a resync.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogueFiles, TABLES_FOLDER } from '../../pipeline/catalogue-files';
import { mysqlName, mysqlTables } from '../../pipeline/tables';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { beginRebuild } from '../../pipeline/warehouse/rebuilt-targets';
import { describeAdopted } from './adopt-into-catalogue';
import { deploymentFolder } from './deployment-folder';
import type { TablePlace } from './read-create-table';
import { readDefinitions } from './read-definitions';
import { type RenewedEntry, renewEntry } from './renew-entry';
import { sessionWarehouse } from './session-warehouse';
import { withStoppedWarehouse } from './stopped-warehouse';

const ROOT = join(__dirname, '..', '..');

/** @param print takes the text for a person. @throws Error when a table cannot be replicated as its entry says */
export async function renewEntries(
  dataDir: string,
  places: readonly TablePlace[],
  print: (text: string) => void,
): Promise<void> {
  const statements = await readDefinitions(dataDir, places);
  const renewed = places.flatMap((place, at) => {
    const found = renewEntry(TABLES_FOLDER, place, statements[at] ?? '');
    return found === undefined ? [] : [{ ...found, place }];
  });
  for (const one of renewed) writeEntry(one, print);
  if (isOlderThanEntries(join(deploymentFolder(), 'manifest.json'))) synthesizeAgain();
  await rebuildTargets(dataDir, places, print);
}

function writeEntry(
  { name, text, adopted, changes, place: { database, table } }: RenewedEntry & { readonly place: TablePlace },
  print: (text: string) => void,
): void {
  print(`${database}.${table} has changed at the source: ${changes.map((one) => one.text).join('; ')}`);
  print(describeAdopted(adopted));
  const file = join(TABLES_FOLDER, `${name}.json`);
  writeFileSync(file, text);
  print(`wrote ${file}`);
}

/** By the times of the files: also after an earlier run that ended behind the first step. */
const isOlderThanEntries = (manifest: string): boolean =>
  !existsSync(manifest) ||
  readdirSync(TABLES_FOLDER).some(
    (file) => statSync(join(TABLES_FOLDER, file)).mtimeMs > statSync(manifest).mtimeMs,
  );

/** In the place of the stacks that the pipeline was started from. @throws Error with what it printed */
function synthesizeAgain(): void {
  for (const args of [['scripts/bundle.mjs'], ['--require', './scripts/read-typescript.cjs', 'main.ts']]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the stacks could not be synthesized: ${stdout}${stderr}`);
  }
}

async function rebuildTargets(
  dataDir: string,
  places: readonly TablePlace[],
  print: (text: string) => void,
): Promise<void> {
  const tables = mysqlTables(parseCatalogue(readCatalogueFiles(TABLES_FOLDER))).filter((table) =>
    places.some((place) => `${place.database}.${place.table}` === mysqlName(table)),
  );
  await withStoppedWarehouse(dataDir, (warehouse) =>
    sessionWarehouse(warehouse, async (session) => {
      for (const table of tables) {
        const lines = await beginRebuild(session, table);
        if (lines.length === 0) continue;
        const name = `${table.target.schema}.${table.target.table}`;
        print(
          [`${name} in the warehouse:`, ...lines, REPLACED]
            .map((line, at) => (at === 0 ? line : `  - ${line}`))
            .join('\n'),
        );
      }
    }),
  );
}

const REPLACED =
  'a new table takes the rows of the new copy, its grants and its name in one transaction; the table of now stays as _cdc_replaced_…, until you drop it; an earlier one of that name is dropped';
