/** Commands that change something in a pipeline; those that docs/operator.sh has for AWS have its names. */
import { dynamodbTables, handlers } from './choices.mjs';
import { DATA_DIR, WHERE } from './flags.mjs';

const DYNAMODB_TABLE = {
  name: 'TABLE',
  kind: 'choice',
  choices: dynamodbTables,
  text: 'a DynamoDB table, by its name in tables/',
};

const HANDLER = {
  name: 'HANDLER',
  kind: 'text',
  choices: handlers,
  text: 'a function with a schedule',
};

export const OPERATING = [
  {
    name: 'pause',
    summary: 'pauses the schedule of a function until it is resumed, also over a restart',
    words: [HANDLER],
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run pause -- load-staged-batches' }],
    exits: [0, 1, 2],
    where: WHERE.running,
    module: 'local/commands/pause.ts',
  },
  {
    name: 'resume',
    summary: 'resumes a paused schedule, which fires at once',
    words: [HANDLER],
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run resume -- load-staged-batches' }],
    exits: [0, 1, 2],
    where: WHERE.running,
    module: 'local/commands/resume.ts',
  },
  ...[
    { name: 'task', summary: 'the replication task: its status, its failure, its position' },
    { name: 'task_tables', summary: 'what the replication task did to each table' },
    {
      name: 'stop_task',
      summary:
        'stops the replication task, and pauses the schedule that would start it; it stays so over a restart',
    },
    {
      name: 'start_task',
      summary: 'starts the replication task from its checkpoint, and resumes its schedule',
    },
  ].map(({ name, summary }) => ({
    name,
    summary,
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: `npm run ${name}` }],
    exits: [0, 1, 2],
    where: WHERE.running,
    module: `local/commands/${name.replace('_', '-')}.ts`,
  })),
  {
    name: 'resync',
    summary:
      'gives tables of MySQL a new copy that replaces the old one in one transaction; others are left alone',
    words: [{ name: 'DATABASE.TABLE', kind: 'table', isMany: true, text: 'a table as MySQL names it' }],
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run resync -- bank.txns' }, { line: 'npm run resync -- shop.orders shop.lines' }],
    exits: [0, 1, 2, 130],
    needsPipeline: true,
    where: WHERE.laptop,
    module: 'local/commands/resync.ts',
  },
  {
    name: 'backfill',
    summary: 'brings a DynamoDB table into the warehouse as it is',
    words: [DYNAMODB_TABLE],
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run backfill -- trades' }],
    exits: [0, 1, 2, 130],
    needsPipeline: true,
    where: WHERE.laptop,
    module: 'local/commands/backfill.ts',
  },
  {
    name: 'replay',
    summary: 'loads staged files again that were loaded in that time',
    words: [DYNAMODB_TABLE],
    flags: {
      from: {
        kind: 'time',
        isRequired: true,
        value: 'TIME',
        text: 'the first time, in UTC: a day, or a day and a time',
      },
      to: { kind: 'time', isRequired: true, value: 'TIME', text: 'the time after the last one' },
      'data-dir': DATA_DIR,
    },
    examples: [
      { line: 'npm run replay -- trades --from 2026-01-31 --to 2026-02-01' },
      { line: 'npm run replay -- trades --from 2026-01-31T12:00 --to 2026-01-31T12:30' },
    ],
    exits: [0, 1, 2, 130],
    needsPipeline: true,
    where: WHERE.laptop,
    module: 'local/commands/replay.ts',
  },
  {
    name: 'redrive_stream',
    summary: 'stages the records of the dead letters again, once their cause is fixed',
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run redrive_stream' }],
    exits: [0, 1, 2, 3, 130],
    needsPipeline: true,
    where: WHERE.laptop,
    module: 'local/commands/redrive-stream.ts',
  },
  {
    name: 'clear_dead_letters',
    summary: 'deletes the dead letters of a function permanently',
    words: [{ name: 'HANDLER', kind: 'choice', choices: handlers, text: 'a function of handlers/' }],
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run clear_dead_letters -- stage-stream-records' }],
    exits: [0, 1, 2],
    needsPipeline: true,
    where: WHERE.laptop,
    module: 'local/commands/clear-dead-letters.ts',
  },
  {
    name: 'forget',
    summary: 'removes every copy of an item that DynamoDB no longer has',
    about: 'A key that begins with a dash comes behind another --.',
    words: [
      // The function says why it does not take a table.
      { name: 'TABLE', kind: 'text', text: 'a DynamoDB table, by its name in tables/' },
      { name: 'KEY', kind: 'text', isMany: true, text: 'the key, with the sort key last' },
    ],
    flags: { 'data-dir': DATA_DIR },
    examples: [{ line: 'npm run forget -- trades t-1' }],
    exits: [0, 1, 2, 130],
    needsPipeline: true,
    where: WHERE.laptop,
    module: 'local/commands/forget.ts',
  },
  {
    name: 'alter',
    summary: 'brings a table of the warehouse to what the catalogue says; shows the plan first',
    words: [{ name: 'SCHEMA.TABLE', kind: 'table', text: 'a table as the warehouse names it' }],
    flags: {
      rename: {
        kind: 'pair',
        value: 'OLD=NEW',
        isMany: true,
        text: 'a column that has another name now; may be given several times',
      },
      empty: {
        text: 'take no row over, where values can only be read from the source again: then resync or backfill',
      },
      yes: { text: 'do it; without this the plan is shown' },
      'data-dir': DATA_DIR,
    },
    examples: [
      { line: 'npm run alter -- bank.txns' },
      { line: 'npm run alter -- bank.txns --rename amount=total --yes' },
    ],
    exits: [0, 1, 2],
    where: WHERE.stopped,
    module: 'local/commands/alter.ts',
  },
];
