/** Commands that ask a pipeline and change nothing. */
import { handlers } from './choices.mjs';
import { DATA_DIR, JSON_FLAG, WHERE } from './flags.mjs';

export const ASKING = [
  {
    name: 'sql',
    summary: 'queries the warehouse',
    words: [{ name: 'STATEMENT', kind: 'text', text: 'one that reads: SELECT, WITH, SHOW or EXPLAIN' }],
    ifTooMany: 'Put the statement in quotes',
    flags: { json: JSON_FLAG, 'data-dir': DATA_DIR },
    examples: [
      { line: 'npm run sql -- "select count(*) from bank.txns"' },
      {
        line: 'npm run sql -- "select ticker, price, item.details.asks[0]::decimal(18,2) from market.trades"',
        text: 'a path into a DynamoDB item',
      },
      { line: 'npm run sql -- --json "select * from market.trades"' },
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
    where: WHERE.laptop,
    module: 'local/commands/reconcile.ts',
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
