/** Commands for the catalogue, `tables/`. */
import { sslModes } from './choices.mjs';
import { DATA_DIR, WHERE } from './flags.mjs';

const TABLES_DIR = { kind: 'folder', value: 'DIR', text: 'where entries are (default tables)' };
const DRY_RUN = { text: 'show the entry and the fate of each column or attribute, and write nothing' };

export const TABLES = [
  {
    name: 'add-table',
    summary: 'brings an existing table of MySQL or DynamoDB into the catalogue',
    about:
      "From MySQL: reads the table from the laptop's server, running or stopped, from --file or from --server.\nFrom DynamoDB: proposes an entry from a sample of items of the AWS account that the environment names, of --endpoint or of --file.",
    words: [
      {
        name: 'mysql|dynamodb',
        kind: 'choice',
        choices: () => ['mysql', 'dynamodb'],
        text: 'which source has it',
      },
      { name: 'TABLE', kind: 'text', text: 'mysql: DATABASE.TABLE; dynamodb: the name of the entry' },
    ],
    flags: {
      file: {
        kind: 'file',
        value: 'FILE',
        text: "mysql: a file with the table's SHOW CREATE TABLE, or a dump. dynamodb: what aws dynamodb scan prints, a file of an export, or plain JSON",
      },
      server: {
        kind: 'text',
        value: 'HOST[:PORT]',
        text: 'mysql: another server, over verified TLS; the login is MYSQL_USER and MYSQL_PASSWORD',
      },
      'ssl-mode': {
        kind: 'choice',
        value: 'MODE',
        choices: sslModes,
        text: "mysql: with --server, as MySQL's clients have it (default VERIFY_IDENTITY)",
      },
      ca: {
        kind: 'file',
        value: 'FILE',
        text: 'mysql: the authority that signed its certificate, where Node does not know it',
      },
      name: { kind: 'text', value: 'NAME', text: 'mysql: of the entry, tables/NAME.json' },
      'leave-out': {
        kind: 'text',
        value: 'COLUMN',
        isMany: true,
        text: 'mysql: stays behind; may be given several times',
      },
      boolean: {
        kind: 'text',
        value: 'COLUMN',
        isMany: true,
        text: 'mysql: a TINYINT(1) that is BOOLEAN in Redshift; may be given several times',
      },
      update: {
        text: 'mysql: after ALTER TABLE, bring the entry that the table has up to date; what you changed in it stays',
      },
      table: { kind: 'text', value: 'TABLE', text: 'dynamodb: where the table is not called as the entry' },
      profile: { kind: 'text', value: 'PROFILE', text: 'dynamodb: a profile of the AWS configuration' },
      region: { kind: 'text', value: 'REGION', text: 'dynamodb: another region' },
      endpoint: { kind: 'text', value: 'URL', text: 'dynamodb: DynamoDB Local, or another server' },
      key: {
        kind: 'text',
        value: 'NAME:TYPE',
        isMany: true,
        text: "dynamodb: the key of a file's items, S or N; given again for a sort key",
      },
      sample: {
        kind: 'count',
        value: 'COUNT',
        most: 100_000,
        text: 'dynamodb: how many items are read (default 1000)',
      },
      target: { kind: 'text', value: 'SCHEMA.TABLE', text: 'dynamodb: in Redshift (default dynamodb.NAME)' },
      'dry-run': DRY_RUN,
      tables: TABLES_DIR,
      'data-dir': DATA_DIR,
    },
    examples: [
      { line: 'npm run add-table -- mysql shop.orders --dry-run' },
      { line: 'npm run add-table -- mysql shop.orders --file schema.sql' },
      { line: 'npm run add-table -- dynamodb quotes --region eu-west-1' },
      { line: 'npm run add-table -- dynamodb quotes --file items.json --key id:S' },
    ],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'local/commands/add-table.ts',
  },
  {
    name: 'remove-table',
    summary: 'takes a table out of the catalogue; no row is deleted anywhere',
    words: [{ name: 'NAME', kind: 'text', text: 'of the entry, tables/NAME.json' }],
    flags: { tables: TABLES_DIR },
    examples: [{ line: 'npm run remove-table -- orders' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'local/commands/remove-table.ts',
  },
];
