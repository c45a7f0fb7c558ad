import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BI_SCHEMA, biViews } from '../../../pipeline/bi-views';
import { type DynamodbTable, type MysqlTable, TABLES } from '../../../pipeline/tables';
import { buildAdditions } from '../../../pipeline/warehouse/additive-changes';
import { biQueries } from '../../../pipeline/warehouse/bi-queries';
import { rebuiltName, replacedName } from '../../../pipeline/warehouse/plan-rebuild';
import { buildBiGrants, buildBiView } from '../../../pipeline/warehouse/settle-bi-views';
import { quoteIdentifier, quoteLiteral } from '../../../pipeline/warehouse/sql-text';
import { buildWarehouseDdl } from '../../../pipeline/warehouse/warehouse-ddl';
import { buildWarehouseGrants } from '../../../pipeline/warehouse/warehouse-grants';
import { buildReplicationUser } from '../../../pipeline/warehouse/warehouse-users';
import { expectGolden } from '../../support/golden';
import { WIDE } from '../../support/items';
import { TRADES, TXNS } from '../../support/tables';

const golden = (name: string): string => join(__dirname, `${name}.golden.sql`);
const script = (statements: readonly string[]): string =>
  `${statements.map((sql) => `${sql};`).join('\n\n')}\n`;

const twoKeys: DynamodbTable = {
  ...WIDE,
  name: 'orders',
  target: { schema: 'lab', table: 'orders' },
  key: ['id', 'whole'],
  keyTypes: { id: 'S', whole: 'N' },
};

const keyless: MysqlTable = {
  ...TXNS,
  name: 'notes',
  target: { schema: 'bank', table: 'notes' },
  key: [],
  columns: [{ name: 'note', type: { kind: 'text', characters: 20_000 }, nullable: true }],
};
it('the DDL of the catalogue is the agreed one', () => {
  expectGolden(golden('warehouse'), script(buildWarehouseDdl(TABLES)));
});

it('the DDL knows every type, tables of two keys and tables of none', () => {
  expectGolden(golden('other-tables'), script(buildWarehouseDdl([twoKeys, keyless])));
});

it('grants and users are the agreed ones, and no statement carries the password', () => {
  const users = {
    loader: 'IAMR:cdc-dev-load',
    reconciler: 'IAMR:cdc-dev-reconcile',
    forgetter: 'IAMR:forgetter',
    freshness: 'IAMR:cdc-dev-freshness',
    replication: 'cdc_dms',
  };
  const password = 'correctHorseBattery1';
  const statements = [...buildReplicationUser(password, false), ...buildWarehouseGrants(users, TABLES)];
  expectGolden(golden('grants'), script(statements));
  expect(statements.join()).not.toContain(password);
  // With the API there is one more table to read, for one more answer.
  const more = buildWarehouseGrants(users, TABLES, { withApiTables: true }).filter(
    (statement) => !statements.includes(statement),
  );
  expect(more).toEqual([
    'GRANT SELECT ON TABLE "cdc_heartbeat"."heartbeats", "cdc"."sweeps", "cdc"."load_ledger" TO "IAMR:cdc-dev-freshness"',
  ]);
  expect(buildReplicationUser(password, true)[0]).toBe(
    buildReplicationUser(password, false)[0]?.replace('CREATE', 'ALTER'),
  );
});

describe('the views for analysts', () => {
  const queries = biQueries(TABLES);
  const views = biViews(TABLES);

  it('are the agreed ones, each selected by a query', () => {
    expect(queries.map(({ view }) => view)).toEqual(views);
    expectGolden(golden('bi'), script([...buildBiGrants(queries), ...queries.flatMap(buildBiView)]));
  });

  it('have charts of a time, a text and a number among their columns', () => {
    for (const { columns, charts } of views)
      for (const { time, line, value } of charts) {
        expect(columns[time]?.type).toMatch(/^(DATE|TIMESTAMP)$/);
        expect(columns[line]?.type).toMatch(/^VARCHAR/);
        expect(columns[value]?.type).toMatch(/^(BIGINT|NUMERIC|DOUBLE)/);
      }
  });

  it('are in docs/bi.md with each of their columns', () => {
    const page = readFileSync(join(__dirname, '../../../docs/bi.md'), 'utf8');
    for (const { name, comment, columns } of views) {
      expect(page).toContain(`**\`${BI_SCHEMA}.${name}\`** ${comment}.`);
      for (const [column, { type, comment: meaning }] of Object.entries(columns))
        expect(page).toContain(`| \`${column}\` | \`${type}\` | ${meaning} |`);
    }
  });

  it('come and go with their tables, and with the columns that they need', () => {
    const namesFor = (tables: readonly (DynamodbTable | MysqlTable)[]): string[] =>
      biViews(tables).map(({ name }) => name);
    expect(namesFor([])).toEqual(['data_freshness']);
    expect(namesFor([TRADES])).toEqual(['hourly_trades', 'data_freshness']);
    expect(namesFor([twoKeys, keyless])).toEqual(['data_freshness']);
    const without = { ...TRADES, columns: TRADES.columns.filter(({ name }) => name !== 'shares') };
    expect(namesFor([without])).toEqual(['data_freshness']);
  });
});

it.each(['Price', 'ticker', 'item'])('a column called %s beside the others is refused', (name) => {
  const extra = { name, type: { kind: 'date' } as const, path: [name], nullable: true };
  expect(() => buildWarehouseDdl([{ ...TRADES, columns: [...TRADES.columns, extra] }])).toThrow(
    new RegExp(`got: ${name}`),
  );
});

it('names are quoted, and what the warehouse would cut or misread is refused', () => {
  expect(quoteIdentifier('date')).toBe('"date"');
  expect(quoteIdentifier('a"b')).toBe('"a""b"');
  expect(() => quoteIdentifier('x'.repeat(128))).toThrow(/127 bytes/);
  expect(() => quoteIdentifier('')).toThrow(RangeError);
  expect(quoteLiteral("o'clock")).toBe("'o''clock'");
  expect(quoteLiteral("it's\\b")).toBe("('it''s' || CHR(92) || 'b')");
  expect(() => quoteLiteral('a\0b')).toThrow(/NUL/);
});

describe('set-up adds to a table that is there', () => {
  const definition = {
    schema: 'bank',
    table: 'accounts',
    columns: [
      { name: 'id', sqlType: 'BIGINT', nullable: false },
      { name: 'v', sqlType: 'VARCHAR(80)', nullable: true },
      { name: 'n', sqlType: 'NUMERIC(18,2)', nullable: true },
    ],
    primaryKey: ['id'],
    sortKey: ['id'],
  };
  const additions = (columns: readonly string[], defined = definition): string[] =>
    buildAdditions([defined], new Map([['bank.accounts', columns]]));

  it('columns at its end, and longer texts, one statement each', () => {
    expect(additions(['id bigint', 'v character varying(40)'])).toEqual([
      'ALTER TABLE "bank"."accounts" ALTER COLUMN "v" TYPE VARCHAR(80)',
      'ALTER TABLE "bank"."accounts" ADD COLUMN "n" NUMERIC(18,2)',
    ]);
  });

  it.each([
    ['is right', ['id bigint', 'v character varying(80)', 'n numeric(18,2)']],
    ['is not there', []],
    ['has longer texts', ['id bigint', 'v character varying(100)', 'n numeric(18,2)']],
    ['has another type', ['id bigint', 'v character varying(40)', 'n numeric(10,2)']],
    ['has another order', ['v character varying(40)', 'id bigint']],
    ['has a column more', ['id bigint', 'v character varying(40)', 'n numeric(18,2)', 'x bigint']],
  ])('and nothing to one that %s', (_what, columns) => {
    expect(additions(columns)).toEqual([]);
  });

  it('in any order where whatever writes the table names its columns, except to one with a column more', () => {
    const free = { ...definition, isOrderFree: true };
    expect(additions(['v character varying(40)', 'id bigint'], free)).toEqual([
      'ALTER TABLE "bank"."accounts" ALTER COLUMN "v" TYPE VARCHAR(80)',
      'ALTER TABLE "bank"."accounts" ADD COLUMN "n" NUMERIC(18,2)',
    ]);
    expect(additions(['id bigint', 'v x character varying(40)'], free)).toEqual([]);
    expect(additions(['v x bigint', 'id bigint'], free)).toEqual([]);
  });

  it('a column that is never NULL at the source as one that takes NULL, and no key', () => {
    const required = { name: 'x', sqlType: 'BIGINT', nullable: false };
    const wider = { ...definition, columns: [...definition.columns, required] };
    const existing = ['id bigint', 'v character varying(80)', 'n numeric(18,2)'];
    expect(additions(existing, wider)).toEqual(['ALTER TABLE "bank"."accounts" ADD COLUMN "x" BIGINT']);
    expect(additions(existing, { ...wider, primaryKey: ['id', 'x'] })).toEqual([]);
  });
});

describe('the names of tables beside a target', () => {
  it.each(['orders', 'é'.repeat(50), 'o'.repeat(113), 'o'.repeat(114), '表'.repeat(42)])(
    'fit for %s',
    (table) => {
      for (const name of [rebuiltName(table), replacedName(table)]) {
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(127);
        expect(name).toMatch(/^_cdc_(rebuilt|replaced)_/);
      }
      expect(rebuiltName(`${table}x`)).not.toBe(rebuiltName(table));
    },
  );
});
