/** What a person may have changed or lost of the project's own files: every problem at once, before anything is bundled. */
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../local/commands/nearest.cjs';
import { tablesFolder } from './bundle-folder.mjs';
import { root } from './run.mjs';

/** The seed of each table that the demo ingests, as pipeline/ingested-tables.ts has them, and how it begins. */
const SEEDS = {
  txns: { file: 'txns.csv', begins: /^[^{[]/, form: 'a CSV file with a line of column names' },
  trades: {
    file: 'trades.json',
    begins: /^\s*[{[]/,
    form: 'JSON: a list of items, or an object with the list in data',
  },
};

/**
 * @param {{ folder?: string, tables?: string, environment?: string | undefined }} [options]
 * @returns {string[]} problems: which file, where, and what to do; none when all is well
 */
export function checkProject(options = {}) {
  const { folder = root, tables = tablesFolder, environment = process.env.CDC_ENVIRONMENT } = options;
  return [...checkSettingsFile(join(folder, 'cdktf.json'), environment), ...checkSeeds(folder, tables)];
}

/** Ends this process with exit code 1 when there is a problem. */
export function demandProject() {
  const problems = checkProject();
  if (problems.length === 0) return;
  console.error(problems.join('\n'));
  process.exit(1);
}

function checkSettingsFile(file, environment) {
  if (!existsSync(file))
    return [
      `${file} is missing. It has the settings of the deployment: git checkout -- cdktf.json restores it`,
    ];
  let content;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return [
      `${file} is no JSON: ${error.message}${placeOf(error, readFileSync(file, 'utf8'))}. git diff -- cdktf.json shows what was changed`,
    ];
  }
  const known = Object.keys(content?.context?.environments ?? {});
  // The settings themselves report an environment that cdktf.json itself names wrongly.
  if (!environment || known.length === 0 || known.includes(environment)) return [];
  const meant = nearest(environment, known);
  return [
    `there is no environment ${environment} in cdktf.json${meant === undefined ? '' : `. Did you mean ${meant}?`} It has: ${known.join(', ')}. The name is from CDC_ENVIRONMENT`,
  ];
}

/** V8 says `at position N` or quotes the text; a person looks for a line. */
function placeOf(error, text) {
  const position = Number(
    /position (\d+)/.exec(error.message)?.[1] ??
      (/end of JSON/.test(error.message) ? text.length : Number.NaN),
  );
  if (Number.isNaN(position) || /line \d+/.test(error.message)) return '';
  const before = text.slice(0, position).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

function checkSeeds(folder, tables) {
  return Object.entries(SEEDS).flatMap(([table, { file, begins, form }]) => {
    // A table that was taken out of the catalogue needs no seed.
    if (!existsSync(join(tables, `${table}.json`))) return [];
    const path = join(folder, 'seed-data', file);
    const remedy = `git checkout -- seed-data/${file} restores the one that came with the project`;
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [`${path} is missing. ${remedy}`];
    if (!stats.isFile()) return [`${path} is not a file. ${remedy}`];
    try {
      const start = readStart(path);
      return begins.test(start)
        ? []
        : [
            `${path} ${start === '' ? 'is empty' : `begins with ${JSON.stringify(start.slice(0, 20))}`}: expected is ${form}. ${remedy}`,
          ];
    } catch (error) {
      return [`${path} cannot be read (${error.code}). ${remedy}`];
    }
  });
}

/** A seed may be larger than memory. */
function readStart(path) {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(200);
    const start = buffer.subarray(0, readSync(descriptor, buffer)).toString('utf8');
    return start.replace(/^\uFEFF/, '');
  } finally {
    closeSync(descriptor);
  }
}
