/** Entries of a MySQL table for tests of the catalogue's checks. */
import { type CatalogueError, parseCatalogue } from '../../pipeline/values/catalogue';

/** With a key column `id` before the others. */
export const mysqlEntry = (columns: readonly object[], more: object = {}): object => ({
  source: 'mysql',
  database: 'shop',
  key: ['id'],
  columns: [{ name: 'id', mysql: 'int not null' }, ...columns],
  ...more,
});

/** Of a catalogue of these files; empty when it is valid. */
export function problemsOf(files: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    parseCatalogue(files);
    return [];
  } catch (error) {
    return (error as CatalogueError).problems;
  }
}
