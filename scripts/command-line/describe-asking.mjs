/** Commands that ask a pipeline and change nothing. */
import { handlers } from './choices.mjs';
import { DATA_DIR, JSON_FLAG, WHERE } from './flags.mjs';

export const ASKING = [
  {
    name: 'sql',
    summary:
      'queries the warehouse; without a statement, a prompt with history, \\dt, \\d, \\timing and statements over several lines',
    about:
      'With --json, numbers of every kind are strings of their exact digits, times are strings, NULL is null, a boolean is true or false.',
    words: [
      {
        name: 'STATEMENT',
        kind: 'text',
        isOptional: true,
        text: 'one that reads: SELECT, WITH, SHOW or EXPLAIN; without it a prompt, or what a pipe gives',
      },
    ],
    ifTooMany: 'Put the statement in quotes',
    flags: {
      json: { text: 'an array with one object per row, in the last line' },
      types: { text: 'with --json: an object with the name and type of each column, and rows as arrays' },
      'data-dir': DATA_DIR,
    },
    examples: [
      { line: 'npm run sql', text: 'the prompt' },
      { line: 'npm run sql -- "select count(*) from bank.txns"' },
      {
        line: 'npm run sql -- "select ticker, price, item.details.asks[0]::decimal(18,2) from market.trades"',
        text: 'a path into a DynamoDB item',
      },
      { line: 'npm run sql -- --json --types "select * from market.trades"' },
    ],
    exits: [0, 1, 2, 130],
    where: WHERE.laptop,
    module: 'local/commands/sql.ts',
  },
  {
    name: 'reconcile',
    summary: 'compares every row of every table with its source',
    flags: { json: JSON_FLAG, 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run reconcile' }, { line: 'npm run reconcile -- --json' }],
    exits: [0, 1, 2, 3, 130],
    needsPipeline: true,
    where: WHERE.laptop,
    module: 'local/commands/reconcile.ts',
  },
  {
    name: 'status',
    summary:
      'says how a running pipeline is: parts, lag of both paths, counts, next runs, suspended tables, dead letters',
    about:
      'Of a stopped one, what its folder has, and which tables are suspended. Exit code 1: stopped, or a part, table or function is not well.',
    flags: { json: JSON_FLAG, 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run status' }, { line: 'npm run status -- --json' }],
    exits: [0, 1, 2, 3],
    where: WHERE.laptop,
    module: 'local/commands/status.ts',
  },
  {
    name: 'logs',
    summary: 'shows the last lines of the logs of functions and servers',
    words: [
      {
        name: 'NAME',
        kind: 'text',
        choices: () => [...handlers(), 'mysql', 'dynamodb'],
        isOptional: true,
        text: 'only this log',
      },
    ],
    flags: {
      follow: { short: 'f', text: 'print what is written from now on, too; until Ctrl-C' },
      lines: {
        kind: 'count',
        value: 'COUNT',
        default: 50,
        text: 'how many of the last lines of each log (default 50)',
      },
      'data-dir': DATA_DIR,
    },
    examples: [{ line: 'npm run logs' }, { line: 'npm run logs -- -f stage-stream-records' }],
    exits: [0, 1, 2],
    where: WHERE.laptop,
    module: 'local/commands/logs.ts',
  },
  {
    name: 'connect',
    summary: 'prints a ready command of a client, with host, port and login; passwords are in a file',
    words: [
      {
        name: 'SYSTEM',
        kind: 'choice',
        choices: () => ['mysql', 'warehouse', 'dynamodb', 's3'],
        text: 'what to connect to',
      },
    ],
    flags: { 'data-dir': DATA_DIR },
    examples: [
      { line: 'npm run connect -- mysql' },
      { line: 'npm run connect -- warehouse', text: 'psql, and what any other client of PostgreSQL needs' },
      { line: 'npm run connect -- s3' },
    ],
    exits: [0, 1, 2],
    where: WHERE.running,
    module: 'local/commands/connect.ts',
  },
  {
    name: 'export',
    summary:
      'writes the replicated tables, as they are at one moment, into a DuckDB file or a folder of files',
    about:
      'While the pipeline runs, its own DuckDB file is locked; this copy is not. Of a stopped one the file in its folder can be opened as well.',
    words: [{ name: 'FILE', kind: 'file', text: 'what to write; it must not be there yet' }],
    flags: {
      format: {
        kind: 'choice',
        value: 'FORMAT',
        choices: () => ['duckdb', 'parquet', 'csv'],
        text: 'duckdb (default): one file; parquet or csv: a folder with a file per table',
      },
      'data-dir': DATA_DIR,
    },
    examples: [
      { line: 'npm run export -- orders.duckdb' },
      { line: 'npm run export -- today --format parquet' },
    ],
    exits: [0, 1, 2],
    where: WHERE.laptop,
    module: 'local/commands/export.ts',
  },
  {
    name: 'dead_letters',
    summary: 'shows the dead letters of a function, or of all; none is removed',
    words: [
      {
        name: 'HANDLER',
        kind: 'choice',
        choices: handlers,
        isOptional: true,
        text: 'a function of handlers/',
      },
    ],
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run dead_letters' }, { line: 'npm run dead_letters -- stage-stream-records' }],
    exits: [0, 1, 2],
    where: WHERE.laptop,
    module: 'local/commands/dead-letters.ts',
  },
];
