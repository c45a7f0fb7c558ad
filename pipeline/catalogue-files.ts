/**
 * The files of `tables/`, read where the sources are. In a bundle there is no such folder: scripts/bundle.mjs puts
 * their contents in the place of this file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueFiles } from './values/catalogue';

const FOLDER = join(__dirname, '..', 'tables');
/** Of editors. */
const SCHEMA_FILE = 'table.schema.json';

export const CATALOGUE_FILES: CatalogueFiles = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json') && file !== SCHEMA_FILE)
    .sort()
    .map((file) => [file.slice(0, -'.json'.length), parseJson(readFileSync(join(FOLDER, file), 'utf8'))]),
);

/** Why it is none, for text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
}
