/** The JSON of a table's entry in the catalogue: what may be in it, and the JSON Schema that editors read. */
import * as z from 'zod';
import { ENCODINGS } from './column-encoding';

const name = (most: number, what: string) => z.string().min(1).max(most).describe(what);

/** Bytes of a key (Amazon DynamoDB developer guide, "Quotas"). */
export const MAX_PARTITION_KEY_BYTES = 2048;
export const MAX_SORT_KEY_BYTES = 1024;

const CATALOGUE_NAME = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    'lower-case letters, digits, _ and -, beginning with a letter, at most 63',
  );

const target = z
  .strictObject({
    schema: name(127, 'Schema in Redshift, lower case.'),
    table: name(127, 'Table in Redshift, lower case.'),
  })
  .describe('Where the rows go. Without it: the MySQL database and the table, in lower case.');

const reader = z
  .union(
    [z.strictObject({ role: name(127, 'A role.') }), z.strictObject({ group: name(127, 'A group.') })],
    'expected { "role": "analysts" } or { "group": "bi" }',
  )
  .describe('{ "role": "analysts" } or { "group": "bi" }: it must exist in the warehouse.');

const encode = z
  .enum(ENCODINGS)
  .optional()
  .describe('How Redshift compresses the column. Without any in the table, Redshift chooses.');

const placement = {
  readers: z
    .array(reader)
    .optional()
    .describe(
      'Roles and groups of Redshift that may read the target. Set-up grants them, and takes back those taken out.',
    ),
  distKey: z
    .string()
    .optional()
    .describe(
      'Column by whose value rows are spread over the nodes of Redshift. Without it: the first of the key.',
    ),
  sortKey: z
    .array(z.string())
    .optional()
    .describe(
      'Columns by which Redshift sorts rows. Without it: the key. Set-up changes both in a table that exists.',
    ),
};

const mysqlColumn = z.strictObject({
  name: name(64, 'As MySQL spells it.'),
  mysql: z
    .string()
    .min(1)
    .describe(
      'The column as MySQL writes it: decimal(18,2) unsigned not null. Defaults and comments may be left out.',
    ),
  redshift: z
    .string()
    .optional()
    .describe(
      'Another type than the type contract gives: boolean for tinyint(1), a wider number, varchar(n).',
    ),
  tooLong: z
    .enum(['reject', 'cut'])
    .optional()
    .describe(
      'What becomes of a text that the column in Redshift cannot hold: its row is rejected (the default), or it is cut and flagged.',
    ),
  leaveOut: z.literal(true).optional().describe('The column stays behind at the source.'),
  encode,
  hash: z
    .literal(true)
    .optional()
    .describe(
      'The text stays behind; its SHA-256 arrives, as 64 hexadecimal digits. It has no salt: a text that can be guessed can be found again.',
    ),
});

const filterValue = z.string();
const filterRange = z.tuple([filterValue, filterValue]);

const filterCondition = z
  .strictObject({
    eq: filterValue.optional(),
    noteq: filterValue.optional(),
    lte: filterValue.optional(),
    gte: filterValue.optional(),
    between: filterRange.optional(),
    notbetween: filterRange.optional(),
    null: z.literal(true).optional(),
    notnull: z.literal(true).optional(),
  })
  .describe('One operator and its value: { "gte": "100" }, { "between": ["50", "75"] }, { "null": true }.');

const filter = z.strictObject({
  column: name(64, 'A column of the key, or one that the source never updates.'),
  any: z.array(filterCondition).min(1).describe('A row meets the filter if it meets one of these.'),
  neverUpdated: z
    .literal(true)
    .optional()
    .describe('The source inserts and deletes rows, but updates this column in none.'),
});

export const MYSQL_ENTRY = z.strictObject({
  $schema: z.string().optional(),
  source: z.literal('mysql'),
  database: name(64, 'The database in MySQL.'),
  table: name(64, 'The table in MySQL, where it is not called as this file.').optional(),
  target: target.optional(),
  key: z
    .array(z.string())
    .describe(
      'Columns of the primary key, or of the unique key that tells rows apart; [] for a table without any key.',
    ),
  columns: z.array(mysqlColumn).min(1).max(1017),
  filters: z.array(filter).min(1).optional().describe('Only rows that meet all of these are replicated.'),
  ...placement,
});

const dynamodbColumn = z.strictObject({
  name: name(127, 'Column in Redshift, lower case.'),
  path: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Where the attribute is in the item. Without it: the name.'),
  redshift: z.string().describe('Type in Redshift: varchar(256), numeric(38,12), timestamp, …'),
  encode,
});

const DYNAMODB_ENTRY = z.strictObject({
  $schema: z.string().optional(),
  source: z.literal('dynamodb'),
  target,
  key: z
    .array(z.strictObject({ name: z.string().min(1), type: z.enum(['S', 'N']) }))
    .min(1)
    .max(2)
    .describe('Partition key, then sort key if there is one.'),
  onExpiry: z
    .enum(['delete', 'keep'])
    .optional()
    .describe(
      'What becomes of a row when the time to live of its item is over: it is deleted as the item is (the default), or kept, with the time in _cdc_expired_at.',
    ),
  columns: z.array(dynamodbColumn).min(1).max(1500),
  ...placement,
});

export const CATALOGUE_ENTRY = z.discriminatedUnion('source', [MYSQL_ENTRY, DYNAMODB_ENTRY]);

export type MysqlEntry = z.output<typeof MYSQL_ENTRY>;
export type MysqlColumnEntry = z.output<typeof mysqlColumn>;
export type FilterConditionEntry = z.output<typeof filterCondition>;
export type DynamodbEntry = z.output<typeof DYNAMODB_ENTRY>;

/** Names of entries, which are the names of their files. */
export const catalogueNameProblem = (file: string): string | undefined => {
  const { success } = CATALOGUE_NAME.safeParse(file);
  return success
    ? undefined
    : `a table's file has a name of lower-case letters, digits, _ and -, got ${file}.json`;
};

/** `tables/table.schema.json`: for completion and checks in editors. */
export const buildCatalogueSchema = (): string =>
  `${JSON.stringify({ title: 'A replicated table', ...z.toJSONSchema(CATALOGUE_ENTRY) }, null, 2)}\n`;
