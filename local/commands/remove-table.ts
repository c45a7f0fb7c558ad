/** `npm run remove-table -- orders`: takes a table out of the catalogue. No row is deleted, at the source or in the warehouse. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogueFiles, TABLES_FOLDER } from '../../pipeline/catalogue-files';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import type { ReplicatedTable } from '../../pipeline/values/replicated-table';
import type { Given } from './given';
import { nearest } from './nearest.cjs';
import { describeRemaining } from './remaining-tables';
import { UsageError } from './usage-error';

export async function command({ words, flags }: Given<{ readonly tables?: string }>): Promise<number> {
  const [name = ''] = words;
  const { tables: folder = TABLES_FOLDER } = flags;
  const file = join(folder, `${name}.json`);
  // As it was typed.
  const shown = join(flags.tables ?? 'tables', `${name}.json`);
  if (!/^[a-z0-9_-]+$/.test(name) || !existsSync(file))
    throw new UsageError(`there is no ${shown}${describeNearest(folder, name)}`);
  const table = parseEntry(name, readFileSync(file, 'utf8'));
  rmSync(file);
  const remaining =
    table === undefined
      ? ['Its entry was damaged, so that its target is not known; a target stays in the warehouse as it is.']
      : describeRemaining(table);
  console.log([`removed ${shown}.`, ...remaining].join('\n'));
  return 0;
}

function describeNearest(folder: string, name: string): string {
  const names = Object.keys(readCatalogueFiles(folder));
  const meant = nearest(name, names);
  return meant === undefined ? `; there are: ${names.join(', ') || 'none'}` : `. Did you mean ${meant}?`;
}

/** An entry that is damaged can be removed, too. */
function parseEntry(name: string, text: string): ReplicatedTable | undefined {
  try {
    return parseCatalogue({ [name]: JSON.parse(text) })[0];
  } catch {
    return undefined;
  }
}
