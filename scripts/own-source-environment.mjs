/** The catalogue, the stacks and the settings of a data folder that replicates sources of one's own. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** @returns {Record<string, string>} variables for whatever works on the folder; none for a folder of the demo */
export function ownSourceEnvironment(dataDir) {
  const folder = join(resolve(dataDir), 'own-source');
  if (!existsSync(join(folder, 'settings.json'))) return {};
  return {
    CDC_TABLES: join(folder, 'tables'),
    CDKTF_OUTDIR: join(folder, 'cdktf.out'),
    CDKTF_CONTEXT_JSON: readFileSync(join(folder, 'settings.json'), 'utf8'),
    CDC_ENVIRONMENT: 'own',
  };
}
