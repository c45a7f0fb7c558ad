/** `npm start`, and what it runs. */
import { sslModes } from './choices.mjs';
import { DATA_DIR, JSON_FLAG, WHERE } from './flags.mjs';

const FLAGS = {
  once: { text: 'one cycle: ingest, wait until both paths are drained, compare; then stop' },
  fresh: {
    text: 'forget all earlier state first; asks when that deletes rows or items that no seed file has, and without a terminal moves them to a folder beside',
  },
  yes: { text: 'with --fresh: delete them without a question' },
  'no-ingest': {
    text: 'nothing is written to the sources, so that rows edited by hand stay; npm run resume -- ingest-txns begins it',
  },
  'no-page': { text: 'serve no live page; without it the page listens on the loopback address' },
  otlp: {
    kind: 'text',
    value: 'URL',
    text: 'send metrics and traces of the run to this receiver of OpenTelemetry, such as http://127.0.0.1:4318; OTEL_EXPORTER_OTLP_HEADERS holds a key, if it wants one',
  },
  every: {
    kind: 'seconds',
    value: 'SECONDS',
    text: "fire the schedules at this rate instead of the stack's",
  },
  api: {
    text: 'with an API in front of the sources, on the loopback address; its URL and key are printed, docs/openapi.json describes it',
  },
  bi: {
    text: 'with the views for analysts, which the live page draws; docs/bi.md describes them',
  },
  chaos: {
    text: 'split, repeat and delay the batches of DynamoDB streams on purpose, as Lambda may at any time',
  },
  server: {
    kind: 'choice',
    value: 'NAME',
    choices: () => ['mariadb', 'mysql'],
    text: 'mariadb or mysql; MySQL may be installed, or fetched by scripts/fetch-mysql.mjs',
  },
  mysql: {
    kind: 'url',
    value: 'URL',
    like: 'mysql://user@host:3306',
    text: 'replicate this MySQL or MariaDB instead of the demo, and only read it: mysql://user@host:3306; the password is asked for, or in MYSQL_PWD',
  },
  tables: {
    kind: 'text',
    value: 'LIST',
    text: "with --mysql: which tables, such as shop.orders,shop.items, or 'shop.*' for all of one database",
  },
  'ssl-mode': {
    kind: 'choice',
    value: 'MODE',
    choices: sslModes,
    text: "with --mysql, as MySQL's clients have it (default PREFERRED)",
  },
  'ssl-ca': {
    kind: 'file',
    value: 'FILE',
    text: 'with --mysql: the authority of its certificate; that of RDS is known',
  },
  dynamodb: {
    kind: 'url',
    value: 'URL',
    like: 'http://127.0.0.1:8000',
    text: 'replicate tables of this DynamoDB Local or server like it instead of the demo, and only read them: http://127.0.0.1:8000; also beside --mysql. Its keys are those of the environment or of --profile',
  },
  items: { kind: 'text', value: 'LIST', text: 'with --dynamodb: which tables, such as quotes,orders' },
  region: {
    kind: 'text',
    value: 'REGION',
    text: "with --dynamodb: the tables' region (default AWS_REGION, or us-east-1)",
  },
  profile: { kind: 'text', value: 'PROFILE', text: 'with --dynamodb: a profile of the AWS configuration' },
  'data-dir': DATA_DIR,
  json: JSON_FLAG,
};

export const RUNNING = [
  {
    name: 'start',
    summary:
      'installs what is missing, synthesizes, and runs the whole pipeline on this machine until Ctrl-C',
    flags: FLAGS,
    examples: [
      { line: 'npm start', text: 'fires every schedule immediately, and then at the rate of the stacks' },
      {
        line: 'npm start -- --once --fresh --json',
        text: 'one cycle from nothing; ends with exit code 0 only if every table is equal',
      },
      { line: 'npm start -- --every 10 --data-dir /tmp/pipeline' },
      { line: 'npm start -- --server mysql', text: 'MySQL instead of MariaDB' },
      {
        line: 'npm start -- --otlp http://127.0.0.1:4318',
        text: 'lag, rows, freshness, failures and traces, to a collector of OpenTelemetry',
      },
      {
        line: 'npm start -- --mysql mysql://reader@db.example.com:3306 --tables shop.orders --data-dir .local-own',
        text: 'your own tables instead of the demo',
      },
      {
        line: 'npm start -- --dynamodb http://127.0.0.1:8000 --items quotes,orders --data-dir .local-own',
        text: 'your own DynamoDB tables; --mysql may stand beside it',
      },
    ],
    exits: [0, 1, 2, 3, 130],
    where: WHERE.laptop,
    module: 'scripts/start.mjs',
  },
  {
    name: 'own_source',
    summary:
      'what npm start -- --mysql or --dynamodb does first: checks the sources and writes entries for their tables',
    isHidden: true,
    flags: FLAGS,
    examples: [{ line: 'npm start -- --mysql mysql://reader@127.0.0.1:3306 --tables shop.orders' }],
    exits: [0, 1, 2, 130],
    where: WHERE.laptop,
    module: 'local/commands/own-source.ts',
  },
  {
    name: 'pipeline',
    summary: 'what npm start runs once everything is installed and synthesized',
    isHidden: true,
    flags: FLAGS,
    examples: [{ line: 'npm start' }],
    exits: [0, 1, 2, 3, 130],
    where: WHERE.laptop,
    module: 'local/commands/start.ts',
  },
];
