/** `npm run remove-table -- orders`: takes a table out of the catalogue. No row is deleted, at the source or in the warehouse. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { quoteTable } from '../../pipeline/warehouse/sql-text';
import { ADD_TABLE_HELP } from './add-table-arguments';
import { UsageError } from './arguments';
import { TABLES_FOLDER } from './read-create-table';
import { runCommand } from './run-command';

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(ADD_TABLE_HELP);
    return 0;
  }
  const [name, flag, folder = TABLES_FOLDER, ...rest] = args;
  if (name === undefined || rest.length > 0 || (flag !== undefined && flag !== '--tables'))
    throw new UsageError(`expected: npm run remove-table -- NAME, got: ${args.join(' ') || 'nothing'}`);
  const file = join(folder, `${name}.json`);
  if (!/^[a-z0-9_-]+$/.test(name) || !existsSync(file))
    throw new UsageError(`there is no tables/${name}.json`);
  const target = targetOf(name, readFileSync(file, 'utf8'));
  rmSync(file);
  console.log(
    `removed tables/${name}.json. Its rows stay in the warehouse as they are, and are no longer kept in step: DROP TABLE ${target} when nobody reads them any more.`,
  );
  return 0;
}

/** An entry that is damaged can be removed, too; its target is then not known. */
function targetOf(name: string, text: string): string {
  try {
    const [table] = parseCatalogue({ [name]: JSON.parse(text) });
    return table === undefined ? name : quoteTable(table.target.schema, table.target.table);
  } catch {
    return name;
  }
}

runCommand(main);
