/** What a word or a flag of the command line can be, read from the folders that decide it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../run.mjs';

const namesIn = (folder, ending) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();

/** @returns {string[]} the functions, by their files in `handlers/` */
export const handlers = () => namesIn(join(root, 'handlers'), '.ts');

/** @returns {string[]} the environments of `cdktf.json`; none when it cannot be read, which synthesis reports */
export function environments() {
  try {
    return Object.keys(JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8')).context.environments ?? {});
  } catch {
    return [];
  }
}

/** @returns {string[]} a file beside them that exports no `bench` is what several benchmarks use */
export const benchmarks = () =>
  namesIn(join(root, 'scripts', 'bench'), '.ts').filter((name) =>
    /^export (?:async )?(?:function|const) bench\b/m.test(
      readFileSync(join(root, 'scripts', 'bench', `${name}.ts`), 'utf8'),
    ),
  );

/** @returns {string[]} none when an entry cannot be read, which the command itself reports */
export function dynamodbTables() {
  // Asked late: a data folder may have a catalogue of its own.
  const tablesFolder = resolve(root, process.env.CDC_TABLES || 'tables');
  try {
    return namesIn(tablesFolder, '.json').filter(
      (name) => JSON.parse(readFileSync(join(tablesFolder, `${name}.json`), 'utf8')).source === 'dynamodb',
    );
  } catch {
    return [];
  }
}

/** How a client of MySQL uses TLS, as MySQL's own clients name it; local/protocol/mysql/tls-modes.ts does it. */
export const sslModes = () => ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];

/** @returns {string[]} the entries of `PROOFS` in scripts/prove.ts */
export function proofs() {
  const text = readFileSync(join(root, 'scripts', 'prove.ts'), 'utf8');
  const list = text.slice(text.indexOf('const PROOFS'), text.indexOf('} as const'));
  return [...list.matchAll(/^ {2}'?([\w-]+)'?: /gm)].map(([, name]) => name);
}
