/** `npm run sql -- "select …"`: asks the warehouse of a running or stopped pipeline; without a statement, a prompt. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { callControlServer } from '../runtime/control-server';
import { findRuntime } from '../state/state-folder';
import { writeFileAtomically } from '../state/write-atomically';
import type { DataDirFlag, Given, JsonFlag } from './given';
import { type QueryAnswer, queryWarehouse } from './query-warehouse';
import { isReadingStatement, ONLY_READS } from './reading-statement';
import { SqlPrompt } from './sql-prompt';
import { buildAnswerJson, buildAnswerText, buildTypedJson } from './sql-text';
import { withStoppedWarehouse } from './stopped-warehouse';
import { type AskWarehouse, withSuggestion } from './suggest-table';
import { UsageError } from './usage-error';

interface SqlFlags extends DataDirFlag, JsonFlag {
  readonly types: boolean;
}

export async function command({ words: [sql], flags }: Given<SqlFlags>): Promise<number> {
  if (flags.types && !flags.json) throw new UsageError('--types says the types of --json: give both');
  if (sql === undefined) {
    if (flags.json) throw new UsageError('--json needs a statement, like "select 1"');
    await withWarehouse(flags.dataDir, (ask) => runPrompt(ask, join(flags.dataDir, 'sql-history')));
    return 0;
  }
  if (sql.trim() === '') throw new UsageError('the statement is empty; without one there is a prompt');
  if (!isReadingStatement(sql)) throw new UsageError(ONLY_READS);
  const answer = await withWarehouse(flags.dataDir, (ask) => askOnce(ask, sql));
  if (!flags.json) console.log(buildAnswerText(answer));
  else console.log(flags.types ? buildTypedJson(answer) : buildAnswerJson(answer));
  return 0;
}

/** A stopped pipeline's warehouse is opened once, and is not free for a start until `work` is over. */
async function withWarehouse<Result>(
  dataDir: string,
  work: (ask: AskWarehouse) => Promise<Result>,
): Promise<Result> {
  const runtime = findRuntime(dataDir);
  if (runtime !== undefined)
    return work(async (sql) => (await callControlServer(runtime, 'sql', { sql })) as QueryAnswer);
  return withStoppedWarehouse(dataDir, (warehouse) => work((sql) => queryWarehouse(warehouse, sql)));
}

async function askOnce(ask: AskWarehouse, sql: string): Promise<QueryAnswer> {
  try {
    return await ask(sql);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(await withSuggestion(message, ask), { cause: error });
  }
}

const MOST_HISTORY = 1_000;

/** From a terminal with history; from a pipe, statement after statement. */
async function runPrompt(ask: AskWarehouse, historyFile: string): Promise<void> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const prompt = new SqlPrompt(ask, (text) => console.log(text));
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal
      ? { output: process.stdout, history: readHistory(historyFile), historySize: MOST_HISTORY }
      : {}),
  });
  lines.on('history', (history: string[]) =>
    writeFileAtomically(historyFile, `${history.join('\n')}\n`, { mode: 0o600 }),
  );
  lines.on('SIGINT', () => {
    prompt.forget();
    process.stdout.write('\n');
    show();
  });
  const show = (): void => {
    if (!isTerminal) return;
    lines.setPrompt(prompt.isWithinStatement ? '   -> ' : 'cdc=> ');
    lines.prompt();
  };
  if (isTerminal) console.log('reads only; \\? lists the commands, \\q quits');
  show();
  for await (const line of lines) {
    if (!(await prompt.take(line))) break;
    show();
  }
  // What a pipe gave without a semicolon at its end.
  if (!isTerminal && prompt.isWithinStatement) await prompt.take(';');
  lines.close();
}

/** The newest first. */
const readHistory = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
