/** `npm run sql -- "select …"`: asks the warehouse of a running or stopped pipeline. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { callControlServer } from '../runtime/control-server';
import { openWarehouse } from '../services/redshift/storage/open-warehouse';
import { findRuntime, StateFolder, StateFolderError } from '../state/state-folder';
import { parseSqlArguments, type SqlArguments, START_HELP } from './arguments';
import { type QueryAnswer, queryWarehouse } from './query-warehouse';
import { runCommand } from './run-command';
import { buildTextTable } from './text-table';

async function main(args: readonly string[]): Promise<number> {
  const given = parseSqlArguments(args);
  if (given.help) {
    console.log(START_HELP);
    return 0;
  }
  const answer = await ask(given);
  console.log(given.json ? buildJson(answer) : buildText(answer));
  return 0;
}

async function ask({ sql, dataDir }: SqlArguments): Promise<QueryAnswer> {
  const runtime = findRuntime(dataDir);
  if (runtime !== undefined) return (await callControlServer(runtime, 'sql', { sql })) as QueryAnswer;
  const folder = join(dataDir, 'warehouse');
  const file = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.duckdb')) : undefined;
  if (file === undefined) {
    throw new StateFolderError(
      `there is no warehouse in ${dataDir}; npm start makes one, or name its folder with --data-dir`,
    );
  }
  const state = await StateFolder.open(dataDir);
  try {
    const warehouse = await openWarehouse({
      file: state.path('warehouse', file),
      database: basename(file, '.duckdb'),
      fetchObject: () => Promise.reject(new Error('COPY needs a running pipeline: npm start')),
    });
    try {
      return await queryWarehouse(warehouse, sql);
    } finally {
      await warehouse.close();
    }
  } finally {
    state.release();
  }
}

function buildText({ columns, rows, rowCount }: QueryAnswer): string {
  if (columns.length === 0) return `${rowCount} rows affected`;
  const table = buildTextTable(
    columns.map(({ name, typeName }) => ({ name, isNumeric: /^(int|float|numeric)/.test(typeName) })),
    rows,
  );
  return `${table}\n(${rowCount} ${rowCount === 1 ? 'row' : 'rows'})`;
}

/** One object a row, in one line. */
function buildJson({ columns, rows }: QueryAnswer): string {
  return JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]))),
  );
}

runCommand(main);
