/** `npm run sql -- "select …"`: asks the warehouse of a running or stopped pipeline. */
import { callControlServer } from '../runtime/control-server';
import { findRuntime } from '../state/state-folder';
import type { DataDirFlag, Given, JsonFlag } from './given';
import { type QueryAnswer, queryWarehouse } from './query-warehouse';
import { isReadingStatement, ONLY_READS } from './reading-statement';
import { withStoppedWarehouse } from './stopped-warehouse';
import { buildTextTable } from './text-table';
import { UsageError } from './usage-error';

export async function command({ words: [sql = ''], flags }: Given<DataDirFlag & JsonFlag>): Promise<number> {
  if (!isReadingStatement(sql)) throw new UsageError(ONLY_READS);
  const answer = await ask(sql, flags);
  console.log(flags.json ? buildJson(answer) : buildText(answer));
  return 0;
}

async function ask(sql: string, { dataDir }: DataDirFlag): Promise<QueryAnswer> {
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
