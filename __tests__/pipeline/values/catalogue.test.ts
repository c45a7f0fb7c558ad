import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { adoptTable, buildEntryText } from '../../../pipeline/values/adopt-table';
import { parseCatalogue } from '../../../pipeline/values/catalogue';
import { buildCatalogueSchema } from '../../../pipeline/values/catalogue-entry';
import { maskText } from '../../../pipeline/values/masked-text';
import { MYSQL_TYPES, typeRule } from '../../../pipeline/values/mysql-contract';
import { parseCreateTables } from '../../../pipeline/values/mysql-create-table';
import { mysqlTypeText, parseMysqlDeclaration } from '../../../pipeline/values/mysql-declaration';
import { targetDefinition } from '../../../pipeline/warehouse/table-definitions';
import { buildWarehouseTable } from '../../../pipeline/warehouse/warehouse-ddl';
import { warehouseType } from '../../../pipeline/warehouse/warehouse-types';
import { buildTableMappings } from '../../../stacks/replication-mappings';
import { mysqlEntry as entry, problemsOf } from '../../support/catalogue-entries';
import { expectGolden } from '../../support/golden';

const root = join(__dirname, '..', '..', '..');
describe('the catalogue', () => {
  it('has a JSON Schema that is the one it is checked by', () => {
    const file = readFileSync(join(root, 'tables', 'table.schema.json'), 'utf8');
    expect(JSON.parse(file)).toEqual(JSON.parse(buildCatalogueSchema()));
  });

  it('is reported with every problem at once, by file and path', () => {
    const problems = problemsOf({
      orders: entry([
        { name: 'Total', mysql: 'decimal(10,2)', redshift: 'smallint' },
        { name: 'total', mysql: 'int' },
        { name: 'day', mysql: 'date', tooLong: 'cut' },
        { name: 'shape', mysql: 'vector(3)' },
        { name: 'odd', mysql: '42' },
        { name: 'wide', mysql: 'int', redshift: 'numeric(39,0)' },
      ]),
      broken: 'Unexpected token',
      'Bad Name': entry([]),
      copy: entry([], { table: 'orders', key: ['nothing', 'nothing'] }),
      nullable: entry([{ name: 'k', mysql: 'varchar(9)' }], { key: ['k'] }),
      items: {
        source: 'dynamodb',
        target: { schema: 'm', table: 'Items' },
        key: [{ name: 'a', type: 'S' }],
        columns: [{ name: 'b', redshift: 'text' }],
      },
      unknown: { source: 'oracle' },
      mixed: {
        ...entry([
          { name: 'a', mysql: 'frob(3)' },
          { name: 'b', mysql: 'int', redshft: 'bigint' },
        ]),
        distkey: 'id',
        readers: ['bi'],
        key: ['c'],
      },
    });
    expect(problems).toEqual([
      'tables/orders.json, columns.1 (Total): redshift: smallint does not hold every value of decimal as itself; leave it out for the type of the contract',
      expect.stringContaining('tables/orders.json, columns.3 (day): tooLong: is for text.'),
      expect.stringContaining(
        'tables/orders.json, columns.4 (shape): mysql: VECTOR has no column in Redshift',
      ),
      'tables/orders.json, columns.5 (odd): mysql: expected a MySQL type like bigint or varchar(64), got: 42',
      expect.stringContaining(
        'tables/orders.json, columns.6 (wide): redshift: NUMERIC has 1 to 38 digits, got 39',
      ),
      expect.stringContaining('tables/orders.json, columns.2 (total): is one column with Total in Redshift'),
      'tables/broken.json: is not JSON: Unexpected token',
      expect.stringContaining("tables/Bad Name.json: a table's file has a name of lower-case letters"),
      'tables/copy.json, key.0: nothing is not one of the columns',
      'tables/copy.json, key.1: nothing is not one of the columns',
      'tables/copy.json, key.1: nothing is there twice',
      'tables/nullable.json, columns.1 (k): mysql: a column of the key must be NOT NULL',
      expect.stringContaining('tables/items.json, columns.0 (b), redshift: expected one of smallint'),
      'tables/items.json, key.0: a must be column 1: key columns come first',
      expect.stringContaining('tables/items.json, target.table: Redshift folds names to lower case'),
      expect.stringContaining('tables/unknown.json, source: '),
      'tables/mixed.json, columns.2: Unrecognized key: "redshft"',
      'tables/mixed.json, readers.0: expected { "role": "analysts" } or { "group": "bi" }',
      'tables/mixed.json: Unrecognized key: "distkey"',
      expect.stringContaining('tables/mixed.json, columns.1 (a): mysql: FROB is not a type that is carried'),
      'tables/mixed.json, key.0: c is not one of the columns',
      'tables/copy.json: has the target shop.orders, which tables/orders.json has too',
      'tables/copy.json: has the MySQL table shop.orders, which tables/orders.json has too',
    ]);
  });

  it('selects no table whose name matches only by a wildcard, and leaves columns out', () => {
    const [table] = parseCatalogue({
      my_sales: entry([
        { name: 'a_b', mysql: 'int unsigned' },
        { name: 'a1b', mysql: 'int' },
        { name: 'raw', mysql: 'vector(3)', leaveOut: true },
        { name: 'memo', mysql: 'longtext', tooLong: 'cut' },
      ]),
    });
    const { rules } = buildTableMappings(table?.source === 'mysql' ? [table] : []);
    expect(rules.map((rule) => [rule['rule-action'], rule['object-locator'], rule['data-type']])).toEqual([
      ['include', { 'schema-name': 'shop', 'table-name': 'my[_]sales' }, undefined],
      [
        'remove-column',
        { 'schema-name': 'shop', 'table-name': 'my[_]sales', 'column-name': 'raw' },
        undefined,
      ],
      [
        'change-data-type',
        { 'schema-name': 'shop', 'table-name': 'my[_]sales', 'column-name': 'a[_]b' },
        { type: 'int8' },
      ],
      [
        'change-data-type',
        { 'schema-name': 'shop', 'table-name': 'my[_]sales', 'column-name': 'memo' },
        { type: 'wstring', length: 16_128 },
      ],
    ]);
  });
});

it('an entry may have a text hashed, with the rules that DMS needs for it, and no column that DMS cannot hash', () => {
  const [table] = parseCatalogue({
    orders: entry([
      { name: 'email', mysql: 'varchar(40)', hash: true },
      { name: 'address', mysql: 'varchar(200) not null', hash: true },
    ]),
  });
  const { rules } = buildTableMappings(table?.source === 'mysql' ? [table] : []);
  expect(
    rules
      .slice(1)
      .map((rule) => [rule['rule-action'], rule['object-locator']['column-name'], rule['data-type']]),
  ).toEqual([
    ['change-data-type', 'email', { type: 'wstring', length: 64 }],
    ['data-masking-hash-mask', 'email', undefined],
    ['data-masking-hash-mask', 'address', undefined],
  ]);
  expect(buildWarehouseTable(targetDefinition(table!))).toContain('"address" VARCHAR(64) NOT NULL');
  // The example of the AWS DMS user guide, "Using data masking to hide sensitive information".
  expect(maskText('C6BGJ566669K')).toBe('7CB06784764C9030CCC41E25C15339FEB293FFE9B329A72B5FED564E99900C75');
  const number = { name: 'card', mysql: 'bigint', hash: true };
  expect(
    problemsOf({
      a: entry([
        number,
        { name: 'memo', mysql: 'longtext', hash: true, redshift: 'varchar(80)', tooLong: 'cut' },
      ]),
      b: entry([{ name: 'code', mysql: 'char(9) not null', hash: true }], { key: ['code'] }),
      c: entry([{ name: 'both', mysql: 'char(9)', hash: true, leaveOut: true }]),
    }),
  ).toEqual([
    expect.stringContaining(
      'tables/a.json, columns.1 (card): hash: DMS hashes CHAR, VARCHAR, TINYTEXT, TEXT, got BIGINT',
    ),
    expect.stringContaining(
      'tables/a.json, columns.2 (memo): hash: DMS hashes CHAR, VARCHAR, TINYTEXT, TEXT, got LONGTEXT',
    ),
    'tables/a.json, columns.2 (memo): redshift: a hash is varchar(64); leave it out',
    'tables/a.json, columns.2 (memo): tooLong: the hash of a text always fits; leave it out',
    'tables/b.json, columns.1 (code): hash: a column of the key cannot be hashed; reconciliation finds a row in MySQL by its key',
    'tables/c.json, columns.1 (both): hash: the column stays behind; take away one of the two',
  ]);
});

it('an entry says how Redshift compresses a column, if it can', () => {
  const [table] = parseCatalogue({
    orders: entry([{ name: 'total', mysql: 'decimal(10,2)', encode: 'az64' }]),
  });
  expect(buildWarehouseTable(targetDefinition(table!))).toContain('"total" NUMERIC(10,2) ENCODE az64,');
  expect(
    problemsOf({
      orders: entry([{ name: 'name', mysql: 'varchar(9)', encode: 'az64' }]),
      items: {
        source: 'dynamodb',
        target: { schema: 'm', table: 'items' },
        key: [{ name: 'a', type: 'S' }],
        columns: [
          { name: 'a', redshift: 'varchar(2048)' },
          { name: 'doc', redshift: 'super', encode: 'lzo' },
        ],
        distKey: 'doc',
      },
    }),
  ).toEqual([
    'tables/orders.json, columns.1 (name): encode: Redshift has no az64 for this type; it has raw, zstd, runlength, bytedict, lzo, text255, text32k',
    'tables/items.json, columns.1 (doc), encode: Redshift has no lzo for this type; it has raw, zstd',
    'tables/items.json, distKey: doc is a SUPER, by which Redshift places no rows',
  ]);
});

describe('row filters of an entry', () => {
  const columns = [
    { name: 'region', mysql: "enum('eu','us')" },
    { name: 'day', mysql: 'date not null' },
    { name: 'changed', mysql: 'datetime(3)' },
    { name: 'memo', mysql: 'text' },
  ];

  it('become those of the selection rule, which then names the table exactly', () => {
    const filters = [
      { column: 'id', any: [{ lte: '10' }, { between: ['50', '75'] }] },
      { column: 'region', any: [{ null: true }, { eq: 'eu' }], neverUpdated: true },
    ];
    const [table] = parseCatalogue({ my_sales: entry(columns, { filters }) });
    const { rules } = buildTableMappings(table?.source === 'mysql' ? [table] : []);
    expect(rules[0]).toMatchObject({
      'object-locator': { 'schema-name': 'shop', 'table-name': 'my_sales' },
      filters: [
        {
          'filter-type': 'source',
          'column-name': 'id',
          'filter-conditions': [
            { 'filter-operator': 'ste', value: '10' },
            { 'filter-operator': 'between', 'start-value': '50', 'end-value': '75' },
          ],
        },
        {
          'filter-type': 'source',
          'column-name': 'region',
          'filter-conditions': [{ 'filter-operator': 'null' }, { 'filter-operator': 'eq', value: 'eu' }],
        },
      ],
    });
  });

  it('are refused where DMS would not take them alike in copy and changes, or rows can change sides', () => {
    const filters = [
      { column: 'region', any: [{ eq: 'EU' }] },
      {
        column: 'day',
        any: [{ gte: '2024-02-30' }, { noteq: '2024-01-01', null: true }],
        neverUpdated: true,
      },
      { column: 'day', any: [{ noteq: '2024-01-01' }, { null: true }], neverUpdated: true },
      { column: 'changed', any: [{ gte: '2024-01-01 00:00:00' }], neverUpdated: true },
      { column: 'memo', any: [{ eq: 'x' }], neverUpdated: true },
      { column: 'id', any: [{ gte: '1.5' }] },
      { column: 'nothing', any: [{ notnull: true }] },
    ];
    const files = { a_b: entry(columns, { filters }), a1b: entry([]) };
    expect(problemsOf(files).map((problem) => problem.replace('tables/a_b.json, ', ''))).toEqual([
      expect.stringMatching(
        /^filters.0 \(region\): a row that an update moves into or out .* "neverUpdated": true/,
      ),
      'filters.0 (region): "EU" is not a label of the ENUM',
      'filters.1 (day), any.1: expected one of eq, noteq, lte, gte, between, notbetween, null, notnull, got noteq, null',
      'filters.1 (day): expected YYYY-MM-DD, got "2024-02-30"',
      'filters.2 (day): noteq must be the only condition of its filter; give the column another filter',
      'filters.2 (day): day is NOT NULL',
      'filters.3 (changed): DMS compares a DATETIME with a fraction of a second as text; filter by another column',
      expect.stringMatching(/^filters.4 \(memo\): DMS would not filter TEXT alike/),
      'filters.5 (id): expected a whole number of 64 bits, got "1.5"',
      'filters.6 (nothing): nothing is not one of the columns',
      expect.stringMatching(/^filters: DMS would take shop.a1b for shop.a_b/),
    ]);
  });
});

it('an entry says how Redshift lays its rows out, and a wrong name is a problem', () => {
  const columns = [{ name: 'Customer', mysql: 'varchar(9)' }];
  const [table] = parseCatalogue({
    orders: entry(columns, { distKey: 'Customer', sortKey: ['Customer', 'id'] }),
  });
  expect(buildWarehouseTable(targetDefinition(table!))).toContain(
    'DISTSTYLE KEY\nDISTKEY ("customer")\nSORTKEY ("customer", "id")',
  );
  expect(problemsOf({ orders: entry(columns, { distKey: 'x', sortKey: ['id', 'y'] }) })).toEqual([
    'tables/orders.json, distKey: x is not one of the columns',
    'tables/orders.json, sortKey.1: y is not one of the columns',
  ]);
});

describe('a table of SHOW CREATE TABLE', () => {
  it('a key column of DynamoDB holds every key that DynamoDB takes', () => {
    const quotes = (ticker: string, at: string) => ({
      quotes: {
        source: 'dynamodb',
        target: { schema: 'market', table: 'quotes' },
        key: [
          { name: 'at', type: 'N' },
          { name: 'ticker', type: 'S' },
        ],
        columns: [
          { name: 'at', redshift: at },
          { name: 'ticker', redshift: ticker },
        ],
      },
    });
    expect(problemsOf(quotes('varchar(256)', 'bigint'))).toEqual([
      'tables/quotes.json, columns.0 (at), redshift: a key of type N has up to 38 digits: numeric(38,s), with s as its numbers have decimals',
      'tables/quotes.json, columns.1 (ticker), redshift: a sort key of type S has up to 1024 bytes: varchar(1024)',
    ]);
    expect(parseCatalogue(quotes('varchar(1024)', 'numeric(38,6)'))).toHaveLength(1);
  });

  it('is read whole, whatever is in its comments, defaults, names and expressions', () => {
    const [table] = parseCreateTables(`
      CREATE TABLE \`odd ''(name\` (
        \`a,b\` enum('it''s','x)','back\\\\\\\\slash','é') CHARACTER SET latin1 DEFAULT 'x)' COMMENT 'not null, (really',
        \`select\` int(10) unsigned zerofill NOT NULL DEFAULT 0,
        \`j\` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(\`j\`)),
        \`g\` int(11) GENERATED ALWAYS AS (\`select\` + ifnull(length('a)b'), 1)) STORED,
        \`h\` varchar(9) /*!80023 INVISIBLE */ DEFAULT NULL,
        \`n\` decimal(65,30) NOT NULL,
        PRIMARY KEY (\`select\`,\`n\`) USING BTREE,
        UNIQUE KEY \`u\` (\`h\`(3)), FULLTEXT KEY \`f\` (\`h\`),
        CONSTRAINT \`c\` FOREIGN KEY (\`n\`) REFERENCES \`o\` (\`n\`) ON DELETE CASCADE
      ) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=latin1 COMMENT='CREATE TABLE x (y int)'`);
    expect(table).toMatchObject({ table: "odd ''(name", key: ['select', 'n'], engine: 'innodb' });
    expect(table?.columns.map(({ name, declaration }) => [name, declaration.text])).toEqual([
      ['a,b', "enum('it''s','x)','back\\\\\\\\slash','é') character set latin1 null"],
      ['select', 'int unsigned zerofill not null'],
      ['j', 'json null'],
      ['g', "int generated always as (`select` + ifnull(length('a)b'), 1)) stored null"],
      ['h', 'varchar(9) null'],
      ['n', 'decimal(65,30) not null'],
    ]);
    expect(table?.columns[0]?.declaration.type.labels).toEqual(["it's", 'x)', 'back\\\\slash', 'é']);
  });

  it('is read from whatever a client prints and a dump says of it', () => {
    const shape = (text: string) =>
      parseCreateTables(text).map(({ database, table, key, columns }) => [
        database,
        table,
        key,
        columns.map(({ name, declaration }) => `${name} ${declaration.text}`),
      ]);
    const expected = [undefined, 'o', ['id'], ['id int not null', "v enum('a','it''s') null"]];
    const statement =
      "CREATE TABLE `o` (\n  `id` int NOT NULL,\n  `v` enum('a','it''s'),\n  PRIMARY KEY (`id`)\n)";
    // mysql -e, which writes a line for each row; its \\G; ANSI_QUOTES; comments of all kinds.
    for (const text of [
      `Table\tCreate Table\no\t${statement.replaceAll('\n', '\\n')}\n`,
      `*** 1. row ***\n       Table: o\nCreate Table: ${statement}`,
      statement.replaceAll('`', '"').replace('CREATE', 'CREATE OR REPLACE'),
      'create table o ( -- the table, o\n id int key, # a "key"\n v /* a, b */ enum("a","it\'s")) -- end',
      // As phpMyAdmin writes it.
      "CREATE TABLE `o` (`id` int, `v` enum('a','it''s')); ALTER TABLE `o` ADD PRIMARY KEY (`id`), ADD KEY `x` (`v`); ALTER TABLE `o` MODIFY `id` int NOT NULL, AUTO_INCREMENT=7;",
    ])
      expect(shape(text)).toEqual([expected]);
    expect(() => shape(`${statement}; ALTER TABLE o ADD COLUMN w int`)).toThrow(/SHOW CREATE TABLE/);
    // MariaDB keys its rows by the end and the begin of a period.
    expect(
      shape(
        'create table r (id int, s date not null, e date not null, period for p (s, e), primary key (id, p without overlaps))',
      ).map(([, , key]) => key),
    ).toEqual([['id', 'e', 's']]);
    expect(shape('create table s.`a.b` (x int unique, y int unique not null)')).toEqual([
      ['s', 'a.b', ['y'], ['x int null', 'y int not null']],
    ]);
  });

  it('becomes an entry that reads back as the same types, for any labels', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1 }), (labels) => {
        const type = { name: 'enum', sizes: [], labels, unsigned: false, zerofill: false };
        expect(parseMysqlDeclaration(mysqlTypeText(type)).type).toEqual(type);
      }),
    );
    const [created] = parseCreateTables('create table shop.orders (id serial primary key, v bool)');
    const { entry: adopted } = adoptTable(created!, { database: 'shop', name: 'orders', booleans: ['v'] });
    const [table] = parseCatalogue({ orders: JSON.parse(buildEntryText(adopted)) });
    expect(table?.columns.map(({ type }) => type.kind)).toEqual(['decimal', 'boolean']);
    expect(() => adoptTable({ ...created!, engine: 'rocksdb' }, { database: 'shop', name: 'o' })).toThrow(
      /ENGINE = InnoDB/,
    );
    const locked = adoptTable({ ...created!, engine: 'myisam' }, { database: 'shop', name: 'orders' });
    expect(locked.warnings).toEqual([expect.stringMatching(/whoever writes to it waits while it is copied/)]);
    const [sequence] = parseCreateTables(
      'CREATE TABLE `s` (`next` bigint(21) NOT NULL) ENGINE=InnoDB SEQUENCE=1',
    );
    expect(() => adoptTable(sequence!, { database: 'shop', name: 's' })).toThrow(
      /s cannot be replicated: it is a sequence/,
    );
    expect(() => adoptTable(created!, { database: 'shop', name: 'o', leaveOut: ['x'] })).toThrow(
      /no column x/,
    );
  });
});

/** Declarations that show every rule of the contract, with what its column does not hold. */
const SHOWN: readonly string[] = [
  ...[
    'tinyint',
    'tinyint unsigned',
    'tinyint(1)',
    'smallint',
    'smallint unsigned',
    'mediumint',
    'mediumint unsigned',
    'int',
    'int unsigned zerofill',
    'bigint',
    'bigint unsigned',
  ],
  ...[
    'decimal(10,2)',
    'decimal(38,37)',
    'decimal(65,30)',
    'float',
    'float(7,4)',
    'double',
    'bit(1)',
    'bit(64)',
  ],
  ...[
    'char(5)',
    'varchar(64)',
    'varchar(16383)',
    'tinytext',
    'text',
    'mediumtext',
    'longtext',
    "enum('sm','med')",
    "set('a','b')",
    'json',
  ],
  ...['binary(16)', 'varbinary(40)', 'tinyblob', 'blob', 'mediumblob', 'longblob'],
  ...['date', 'datetime(6)', 'timestamp(3)', 'time(6)', 'year'],
  ...[
    'geometry',
    'point',
    'linestring',
    'polygon',
    'multipoint',
    'multilinestring',
    'multipolygon',
    'geometrycollection',
  ],
  ...['uuid', 'inet4', 'inet6', 'vector(3)'],
];

it('the type table of the documents is that of the code, every type in it', () => {
  const lines = SHOWN.map((declaration) => {
    const { type } = parseMysqlDeclaration(declaration);
    const rule = typeRule(type);
    if (rule === undefined) return `| \`${declaration}\` | – | refused by name; left out | – |`;
    const dms = rule.dms?.(type);
    const rules = dms === undefined ? 'none' : `\`${JSON.stringify(dms).replaceAll('"', '')}\``;
    return `| \`${declaration}\` | ${rule.text} | \`${warehouseType(rule.target(type))}\` | ${rules} |`;
  });
  const shown = new Set(SHOWN.map((declaration) => parseMysqlDeclaration(declaration).type.name));
  expect(Object.keys(MYSQL_TYPES).filter((name) => !shown.has(name))).toEqual([]);
  const document = readFileSync(join(root, 'docs', 'mysql-types.md'), 'utf8');
  const [before = '', , after = ''] = document.split(/(<!-- type table -->)[\s\S]*?(?=<!-- end -->)/);
  const table = ['| MySQL | Text form | Redshift | DMS rule |', '|---|---|---|---|', ...lines].join('\n');
  expectGolden(join(root, 'docs', 'mysql-types.md'), `${before}<!-- type table -->\n${table}\n${after}`);
});
