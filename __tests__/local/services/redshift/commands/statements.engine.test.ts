import type { WarehouseSession } from '../../../../../local/runtime/ports/warehouse';
import { openBed, rowsOf, runAll, singleValue, type WarehouseBed } from '../twin-bed';

let bed: WarehouseBed;
let session: WarehouseSession;

beforeAll(async () => {
  bed = await openBed();
});

beforeEach(async () => {
  session = await bed.warehouse.openSession();
  await runAll(session, 'DROP SCHEMA IF EXISTS shop CASCADE', 'CREATE SCHEMA shop');
});

afterEach(() => session.close());
afterAll(() => bed.close());

describe('CREATE TABLE', () => {
  it('takes the attributes of Redshift, and keeps only what Redshift enforces', async () => {
    await runAll(
      session,
      `CREATE TABLE IF NOT EXISTS shop.orders (
         id BIGINT IDENTITY(10, 5) ENCODE az64, code VARCHAR(3) NOT NULL DISTKEY ENCODE zstd, amount DECIMAL,
         made TIMESTAMPTZ DEFAULT SYSDATE SORTKEY, note TEXT, body SUPER, flag CHAR(1) UNIQUE, total FLOAT,
         PRIMARY KEY (id), FOREIGN KEY (code) REFERENCES shop.codes (code)
       ) BACKUP NO DISTSTYLE KEY COMPOUND SORTKEY (made, id)`,
      "INSERT INTO shop.orders (code, amount, flag, note) VALUES ('abc', 1.6, 'x', NULL), ('abc', 2, 'x', 'n')",
    );
    expect(
      await rowsOf(session, 'SELECT id, code, amount, made IS NOT NULL, flag FROM shop.orders ORDER BY id'),
    ).toEqual([
      [10n, 'abc', '2', true, 'x'],
      [15n, 'abc', '2', true, 'x'],
    ]);
    expect(
      await rowsOf(
        session,
        `SELECT "column", type, "notnull" FROM pg_table_def WHERE schemaname = 'shop' AND tablename = 'orders'`,
      ),
    ).toEqual([
      ['id', 'bigint', true],
      ['code', 'character varying(3)', true],
      ['amount', 'numeric(18,0)', false],
      ['made', 'timestamp with time zone', false],
      ['note', 'character varying(256)', false],
      ['body', 'super', false],
      ['flag', 'character(1)', false],
      ['total', 'double precision', false],
    ]);
  });

  it('counts the bytes of text, not its characters', async () => {
    await session.run('CREATE TABLE shop.texts (v VARCHAR(4))');
    await session.run("INSERT INTO shop.texts VALUES ('äö')");
    await expect(session.run("INSERT INTO shop.texts VALUES ('äöü')")).rejects.toThrow(
      /value too long for type character varying\(4\)/,
    );
    await expect(session.run("UPDATE shop.texts SET v = 'abcde'")).rejects.toThrow(/value too long/);
  });

  it.each([
    ['CREATE TABLE shop.bad (v VARCHAR(70000))', /cannot exceed 65535/],
    ['CREATE TABLE shop.bad (v NUMERIC(39))', /must be between 1 and 38/],
    ['CREATE TABLE shop.bad (v JSON)', /type "json" does not exist/],
    ['CREATE TABLE shop.bad (v TINYINT)', /type "tinyint" does not exist/],
    ['CREATE TABLE shop.bad (v INT) DISTKEY (w)', /column "w" named in key does not exist/],
    ['CREATE TABLE shop.bad (v INT, v INT)', /specified more than once/],
    ['CREATE TABLE shop.bad (v SUPER DISTKEY)', /of type super cannot be a key/],
    ['CREATE TABLE shop.bad (v INT ENCODE lz4)', /invalid encoding/],
    ['CREATE TABLE shop.bad (v INT CHECK (v > 0))', /syntax error at or near "CHECK"/],
    ['CREATE TABLE shop.bad (order INT)', /syntax error at or near "order"/],
    ['CREATE TABLE nowhere.bad (v INT)', /schema "nowhere" does not exist/],
    ['CREATE INDEX i ON shop.bad (v)', /CREATE INDEX is not supported/],
    ['CREATE MATERIALIZED VIEW v AS SELECT 1', /CREATE MATERIALIZED is not supported/],
  ])('%s is refused', async (statement, message) => {
    await expect(session.run(statement)).rejects.toThrow(message);
  });

  it('LIKE copies types, lengths and NOT NULL, and defaults only if asked', async () => {
    await runAll(
      session,
      "CREATE TABLE shop.source (id INT NOT NULL PRIMARY KEY, v VARCHAR(3) DEFAULT 'd', j SUPER)",
      'CREATE TEMP TABLE plain (LIKE shop.source)',
      'CREATE TABLE shop.filled (LIKE shop.source INCLUDING DEFAULTS)',
      'INSERT INTO plain (id) VALUES (1), (1)',
      'INSERT INTO shop.filled (id) VALUES (1)',
    );
    expect(await rowsOf(session, 'SELECT v FROM plain UNION ALL SELECT v FROM shop.filled')).toEqual([
      [null],
      [null],
      ['d'],
    ]);
    await expect(session.run("INSERT INTO plain VALUES (1, 'abcd', NULL)")).rejects.toThrow(/too long/);
    await expect(session.run('INSERT INTO plain (v) VALUES (NULL)')).rejects.toThrow(
      /Cannot insert a NULL value into column id/,
    );
  });

  it('AS keeps rows; a name that begins with # is a temp table', async () => {
    await runAll(
      session,
      'CREATE TABLE shop.made DISTKEY (n) AS SELECT 1 AS n UNION ALL SELECT 2',
      'CREATE TABLE #mine AS SELECT * FROM shop.made',
    );
    expect(await singleValue(session, 'SELECT COUNT(*) FROM #mine')).toBe(2n);
    const other = await bed.warehouse.openSession();
    await expect(other.run('SELECT * FROM #mine')).rejects.toThrow(/does not exist/);
    await other.close();
  });

  it('a second one of the same name is refused, unless IF NOT EXISTS', async () => {
    await runAll(
      session,
      'CREATE TABLE shop.once (n INT)',
      'CREATE TABLE IF NOT EXISTS shop.once (other INT)',
    );
    await expect(session.run('CREATE TABLE shop.once (n INT)')).rejects.toThrow(
      'Relation "once" already exists',
    );
  });
});

describe('ALTER TABLE', () => {
  it('adds, widens, renames and drops columns and keeps the rows', async () => {
    await runAll(
      session,
      'CREATE TABLE shop.t (id INT NOT NULL, v VARCHAR(3))',
      "INSERT INTO shop.t VALUES (1, 'abc')",
      "ALTER TABLE shop.t ADD COLUMN w VARCHAR(5) NOT NULL DEFAULT 'new'",
      'ALTER TABLE shop.t ADD COLUMN amount DECIMAL(18,2)',
      'ALTER TABLE shop.t ALTER COLUMN v TYPE VARCHAR(6)',
      "UPDATE shop.t SET v = 'abcdef'",
      'ALTER TABLE shop.t RENAME COLUMN v TO text',
      'ALTER TABLE shop.t DROP COLUMN amount',
      'ALTER TABLE shop.t RENAME TO u',
    );
    expect((await session.run('SELECT * FROM shop.u')).columns.map(({ name }) => name)).toEqual([
      'id',
      'text',
      'w',
    ]);
    expect(await rowsOf(session, 'SELECT * FROM shop.u')).toEqual([[1, 'abcdef', 'new']]);
    await expect(session.run("INSERT INTO shop.u VALUES (2, 'abcdefg', 'x')")).rejects.toThrow(
      /character varying\(6\)/,
    );
    await expect(session.run('ALTER TABLE shop.u ADD COLUMN w INT')).rejects.toThrow(/already exists/);
  });
});

describe('names', () => {
  it('fold to lower case, also in quotes, unless the session asks otherwise', async () => {
    await session.run('CREATE TABLE Shop."Mixed" ("Name" INT)');
    expect((await session.run('SELECT "NAME" FROM shop.mixed')).columns[0]?.name).toBe('name');
    await session.run(`CREATE TABLE shop.items (item SUPER)`);
    await session.run(`INSERT INTO shop.items SELECT JSON_PARSE('{"Upper":1}')`);
    expect(await singleValue(session, 'SELECT item."Upper"::int FROM shop.items')).toBeNull();
    await session.run('SET enable_case_sensitive_identifier TO true');
    expect(await singleValue(session, 'SELECT item."Upper"::int FROM shop.items')).toBe(1);
  });

  it('resolve with and without schema and database; a temp table comes first', async () => {
    await runAll(
      session,
      'CREATE TABLE shop.t (n INT)',
      'INSERT INTO dev.shop.t VALUES (1)',
      'SET search_path TO shop',
      'INSERT INTO t VALUES (2)',
      'CREATE TEMP TABLE t (n INT)',
    );
    expect(await singleValue(session, 'SELECT COUNT(*) FROM t')).toBe(0n);
    expect(await singleValue(session, 'SELECT COUNT(*) FROM shop.t')).toBe(2n);
    await expect(session.run('SELECT * FROM other.shop.t')).rejects.toThrow(/cross-database reference/);
    await expect(session.run('SELECT * FROM _twin.users')).rejects.toThrow(/schema "_twin" does not exist/);
  });
});

describe('changing rows', () => {
  beforeEach(() =>
    runAll(
      session,
      'CREATE TABLE shop.t (id INT, v VARCHAR(10))',
      'CREATE TABLE shop.s (id INT, v VARCHAR(10))',
      "INSERT INTO shop.t VALUES (1, 'old'), (2, 'old')",
      "INSERT INTO shop.s VALUES (2, 'new'), (3, 'new')",
    ),
  );

  const target = (): Promise<unknown> => rowsOf(session, 'SELECT id, v FROM shop.t ORDER BY id');

  it('INSERT, UPDATE and DELETE say how many rows they changed', async () => {
    expect((await session.run('INSERT INTO shop.t SELECT id, v FROM shop.s WHERE id = 3')).rowCount).toBe(1);
    expect(
      (await session.run('UPDATE shop.t SET v = s.v FROM shop.s s WHERE shop.t.id = s.id')).rowCount,
    ).toBe(2);
    expect(
      (await session.run('DELETE FROM shop.t USING shop.s x WHERE x.id = shop.t.id AND x.id = 3')).rowCount,
    ).toBe(1);
    expect((await session.run('DELETE shop.t WHERE id = 1')).rowCount).toBe(1);
    expect(await target()).toEqual([[2, 'new']]);
  });

  it('MERGE updates and inserts', async () => {
    await session.run(
      'MERGE INTO shop.t USING shop.s AS s ON shop.t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)',
    );
    expect(await target()).toEqual([
      [1, 'old'],
      [2, 'new'],
      [3, 'new'],
    ]);
  });

  it('MERGE with REMOVE DUPLICATES replaces matches and drops doubles', async () => {
    await runAll(
      session,
      "INSERT INTO shop.s SELECT 3, 'new'",
      'MERGE INTO shop.t USING shop.s ON shop.t.id = shop.s.id REMOVE DUPLICATES',
    );
    expect(await target()).toEqual([
      [1, 'old'],
      [2, 'new'],
      [3, 'new'],
    ]);
  });

  it('MERGE aborts when two source rows match one target row', async () => {
    await session.run("INSERT INTO shop.s VALUES (2, 'newer')");
    await expect(
      session.run(
        'MERGE INTO shop.t USING shop.s ON shop.t.id = shop.s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (shop.s.id, shop.s.v)',
      ),
    ).rejects.toThrow('Found multiple matches to update the same tuple.');
    expect(await target()).toEqual([
      [1, 'old'],
      [2, 'old'],
    ]);
  });

  const BRANCHES = 'WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)';
  it.each([
    [`MERGE INTO shop.t AS x USING shop.s s ON x.id = s.id ${BRANCHES}`, /syntax error at or near "AS"/],
    [`MERGE INTO shop.t USING (SELECT * FROM shop.s) s ON shop.t.id = s.id ${BRANCHES}`, /not a subquery/],
    [`MERGE INTO shop.t USING shop.t s ON shop.t.id = s.id ${BRANCHES}`, /must differ/],
    ['MERGE INTO shop.t USING shop.s s ON shop.t.id = s.id WHEN MATCHED THEN DELETE', /each once/],
    [
      'MERGE INTO shop.t USING shop.s s ON shop.t.id = s.id WHEN MATCHED AND s.id > 1 THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1, 2)',
      /syntax error at or near "AND"/,
    ],
    [
      'MERGE INTO shop.t USING shop.s s ON shop.t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE',
      /syntax error at or near "BY"/,
    ],
    [
      `WITH a AS (SELECT 1) MERGE INTO shop.t USING shop.s s ON shop.t.id = s.id ${BRANCHES}`,
      /syntax error at or near "MERGE"/,
    ],
    ['DELETE FROM shop.t AS x WHERE x.id = 1', /syntax error at or near "AS"/],
    ['INSERT INTO shop.t VALUES (1)', /more target columns|different number|columns but/],
    ['INSERT INTO shop.t VALUES (1, 2) ON CONFLICT DO NOTHING', /syntax error at or near "ON"/],
    ['INSERT INTO shop.t VALUES (1, 2) RETURNING id', /syntax error at or near "RETURNING"/],
    ['UPDATE shop.t SET nope = 1', /column "nope"/],
  ])('%s is refused', async (statement, message) => {
    await expect(session.run(statement)).rejects.toThrow(message);
  });

  it('a view cannot be the source of MERGE', async () => {
    await session.run('CREATE VIEW shop.seen AS SELECT id, v FROM shop.s');
    await expect(
      session.run(`MERGE INTO shop.t USING shop.seen s ON shop.t.id = s.id ${BRANCHES}`),
    ).rejects.toThrow(/not a view/);
  });
});

describe('transactions', () => {
  beforeEach(() => session.run('CREATE TABLE shop.t (n INT)'));
  const count = (): Promise<unknown> => singleValue(session, 'SELECT COUNT(*) FROM shop.t');

  it('roll back rows, tables and temp tables together', async () => {
    await session.begin();
    await runAll(
      session,
      'INSERT INTO shop.t VALUES (1)',
      'CREATE TABLE shop.u (n INT)',
      'CREATE TEMP TABLE v (n INT)',
    );
    await session.rollback();
    expect(await count()).toBe(0n);
    await expect(session.run('SELECT * FROM shop.u')).rejects.toThrow(/does not exist/);
    await expect(session.run('SELECT * FROM v')).rejects.toThrow(/does not exist/);
  });

  it('an error aborts them: nothing more runs, and a commit says so', async () => {
    await runAll(session, 'BEGIN', 'INSERT INTO shop.t VALUES (1)');
    await expect(session.run("SELECT 'x'::int")).rejects.toThrow(/Invalid digit/);
    await expect(session.run('SELECT 1')).rejects.toThrow(
      'current transaction is aborted, commands ignored until end of transaction block',
    );
    await expect(session.commit()).rejects.toThrow(/aborted by an earlier error/);
    expect(await count()).toBe(0n);
  });

  it('a statement that cannot be parsed aborts them too', async () => {
    await session.begin();
    await expect(session.run('SELEC 1')).rejects.toThrow(/syntax error/);
    await expect(session.run('SELECT 1')).rejects.toThrow(/transaction is aborted/);
    await session.rollback();
    expect(await singleValue(session, 'SELECT 1')).toBe(1);
  });

  it('TRUNCATE commits what came before it', async () => {
    await runAll(
      session,
      'CREATE TABLE shop.u (n INT)',
      'BEGIN',
      'INSERT INTO shop.t VALUES (1)',
      'TRUNCATE shop.u',
      'ROLLBACK',
    );
    expect(await count()).toBe(1n);
  });

  it('VACUUM is refused inside, and runs outside', async () => {
    await session.run('VACUUM FULL shop.t TO 99 PERCENT');
    await session.run('ANALYZE shop.t');
    await session.begin();
    await expect(session.run('VACUUM shop.t')).rejects.toThrow(
      'VACUUM cannot run inside a transaction block',
    );
    await session.rollback();
  });

  it('temp tables live as long as their session', async () => {
    await session.run('CREATE TEMP TABLE mine (n INT)');
    await session.run('INSERT INTO mine VALUES (1)');
    expect(await singleValue(session, 'SELECT COUNT(*) FROM mine')).toBe(1n);
    const other = await bed.warehouse.openSession();
    await expect(other.run('SELECT * FROM mine')).rejects.toThrow(/relation "mine" does not exist/);
    await other.close();
  });
});

describe('append', () => {
  it('casts texts, names the column that cannot take one, and writes nothing then', async () => {
    await session.run(
      "CREATE TABLE shop.t (id BIGINT NOT NULL, d DATE, v VARCHAR(3), amount DECIMAL(5,2), made TIMESTAMP DEFAULT '2024-01-01')",
    );
    await session.append(
      'shop.t',
      ['id', 'd', 'v', 'amount'],
      [
        ['1', '2024-02-29', 'äa', '1.005'],
        ['2', null, null, null],
      ],
    );
    expect(await rowsOf(session, 'SELECT * FROM shop.t ORDER BY id')).toEqual([
      [1n, '2024-02-29', 'äa', '1.01', '2024-01-01 00:00:00'],
      [2n, null, null, null, '2024-01-01 00:00:00'],
    ]);
    for (const [row, message] of [
      [['x', null, null, null], /column "id": Invalid digit/],
      [[null, null, null, null], /column "id": Missing data for not-null field/],
      [['3', '2024-02-30', null, null], /column "d": Invalid date/],
      [['3', null, 'abcd', null], /column "v": String length exceeds DDL length/],
      [['3', null, null, '1000'], /column "amount": Numeric overflow/],
    ] as const) {
      await expect(
        session.append('shop.t', ['id', 'd', 'v', 'amount'], [['4', null, null, null], row]),
      ).rejects.toThrow(message);
    }
    expect(await singleValue(session, 'SELECT COUNT(*) FROM shop.t')).toBe(2n);
    await expect(session.append('shop.t', ['nope'], [['1']])).rejects.toThrow(
      'column "nope" of relation "shop.t" does not exist',
    );
  });

  it('is part of the open transaction, for temp tables too', async () => {
    await runAll(session, 'CREATE TABLE shop.t (n INT)', 'CREATE TEMP TABLE u (n INT)');
    const rows = Array.from({ length: 5_000 }, (_, index) => [String(index)]);
    await session.begin();
    await session.append('shop.t', ['n'], rows);
    await session.append('u', ['n'], rows);
    expect(
      await rowsOf(session, 'SELECT COUNT(*), SUM(n) FROM shop.t UNION ALL SELECT COUNT(*), SUM(n) FROM u'),
    ).toEqual([
      [5000n, 12497500n],
      [5000n, 12497500n],
    ]);
    await session.rollback();
    expect(await singleValue(session, 'SELECT COUNT(*) FROM shop.t')).toBe(0n);
  });
});
