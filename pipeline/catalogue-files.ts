/**
 * The files of `tables/`, read where the sources are; `CDC_TABLES` names another folder. In a bundle there is no such
 * folder: scripts/bundle.mjs puts their contents in the place of this file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CatalogueFiles } from './values/catalogue';

/** Where the catalogue is read from, and where commands write entries. */
export const TABLES_FOLDER = resolve(join(__dirname, '..'), process.env.CDC_TABLES || 'tables');
/** Of editors. */
const SCHEMA_FILE = 'table.schema.json';

export const CATALOGUE_FILES: CatalogueFiles = readCatalogueFiles(TABLES_FOLDER);

/** What each file of a folder says, by its name; of one that is not JSON, why it is not. */
export function readCatalogueFiles(folder: string): CatalogueFiles {
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json') && file !== SCHEMA_FILE)
      .sort()
      .map((file) => [file.slice(0, -'.json'.length), parseJson(readFileSync(join(folder, file), 'utf8'))]),
  );
}

/** Why it is none, for text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
}
