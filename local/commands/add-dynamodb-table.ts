/** Proposes the entry of an existing DynamoDB table from a sample of its items, and writes it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES_FOLDER } from '../../pipeline/catalogue-files';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import { ItemProfiler, MAX_ATTRIBUTES } from '../../pipeline/dynamodb/profile-items';
import { type AttributeFate, proposeEntry } from '../../pipeline/dynamodb/propose-entry';
import { buildEntryText } from '../../pipeline/values/adopt-table';
import type { DynamodbEntry } from '../../pipeline/values/catalogue-entry';
import type { AddDynamodbArguments } from './add-dynamodb-arguments';
import { checkWithOthers } from './adopt-into-catalogue';
import { readFromFile, readFromTable } from './read-sample-items';
import { buildTextTable } from './text-table';
import { UsageError } from './usage-error';

/** @param print takes the text for a person. @throws UsageError, CatalogueError, RangeError; nothing is written then. */
export async function addDynamodbTable(
  given: AddDynamodbArguments,
  print: (text: string) => void,
): Promise<void> {
  const { name, target } = given;
  const { key, items: read } = await readSample(given);
  const items = read.length === 0 && given.mayBeEmpty === true ? [itemOfKey(key)] : read;
  if (items.length === 0)
    throw new UsageError('there is no item to look at; write the entry by hand (docs/add-a-table.md)');
  const profiler = new ItemProfiler();
  for (const item of items) profiler.add(item);
  const attributes = profiler.attributes();
  const { entry, fates } = proposeEntry(attributes, { key, target, itemCount: items.length });
  print(describe(fates, items.length));
  if (attributes.length >= MAX_ATTRIBUTES)
    print(`\nonly the first ${MAX_ATTRIBUTES} attributes are shown: some map has names that are data`);
  const text = buildEntryText(entry);
  const folder = given.tablesFolder ?? TABLES_FOLDER;
  checkWithOthers(folder, name, text);
  if (given.isDryRun) {
    print(`\nnothing was written (--dry-run); tables/${name}.json would be:\n\n${text}`);
    return;
  }
  writeFileSync(join(folder, `${name}.json`), text, { flag: 'wx' });
  print(
    `\nwrote tables/${name}.json. It is a proposal from a sample: take out columns that nobody asks for (each attribute stays in item), and make room where longer values may come. Next: docs/add-a-table.md.`,
  );
}

const itemOfKey = (key: DynamodbEntry['key']): Item =>
  Object.fromEntries(key.map(({ name, type }) => [name, type === 'N' ? { N: '0' } : { S: 'key' }]));

async function readSample(
  given: AddDynamodbArguments,
): Promise<{ readonly key: DynamodbEntry['key']; readonly items: readonly Item[] }> {
  const { file, profile, sampleCount } = given;
  if (file !== undefined) return { key: given.key, items: await readFromFile(file, sampleCount) };
  // The SDK takes the profile's region and credentials together by this.
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  try {
    return await readFromTable(given, sampleCount);
  } catch (error) {
    if ((error as Error).message !== 'Region is missing') throw error;
    throw new UsageError(
      'in which region is the table? --region us-east-1, AWS_REGION, or a --profile that has one',
    );
  }
}

function describe(fates: readonly AttributeFate[], itemCount: number): string {
  const rows = fates.map(({ path, types, nullPercent, longest, redshift, note }) => [
    path,
    types,
    nullPercent,
    longest,
    redshift,
    note,
  ]);
  const columns = ['attribute', 'type', { name: 'NULL', isNumeric: true }, 'longest', 'Redshift', 'note'];
  return `${buildTextTable(columns, rows)}\n(${itemCount} items)`;
}
