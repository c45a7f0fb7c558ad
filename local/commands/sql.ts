/** `npm run sql -- "select …"`: asks the warehouse of a running or stopped pipeline. */
import { callControlServer } from '../runtime/control-server';
import { findRuntime } from '../state/state-folder';
import { parseSqlArguments, type SqlArguments, START_HELP } from './arguments';
import { type QueryAnswer, queryWarehouse } from './query-warehouse';
import { runCommand } from './run-command';
import { withStoppedWarehouse } from './stopped-warehouse';
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
  return withStoppedWarehouse(dataDir, (warehouse) => queryWarehouse(warehouse, sql));
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
