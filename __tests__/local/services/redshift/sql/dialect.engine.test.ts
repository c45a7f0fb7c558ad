import type { WarehouseSession } from '../../../../../local/runtime/ports/warehouse';
import { openBed, runAll, singleValue, type WarehouseBed } from '../twin-bed';

let bed: WarehouseBed;
let session: WarehouseSession;

beforeAll(async () => {
  bed = await openBed();
  session = await bed.warehouse.openSession();
  await runAll(
    session,
    'CREATE TABLE numbers (n INTEGER, big BIGINT, amount DECIMAL(18,2), name VARCHAR(20), item SUPER)',
    `INSERT INTO numbers SELECT 1, 9007199254740993, 1.25, 'one', JSON_PARSE('{"a":{"b":["1.50","x"]},"t":true,"n":null,"d":5}')`,
    `INSERT INTO numbers SELECT 2, 1, 2.50, 'two', JSON_PARSE('{"a":{"b":[]}}')`,
    'INSERT INTO numbers (n) VALUES (NULL)',
  );
});

afterAll(() => bed.close());

/** Expression, then Redshift's answer as the port gives it. */
const ANSWERS: readonly (readonly [expression: string, answer: unknown])[] = [
  // numbers
  ['5 / 2', 2],
  ['-7 / 2', -3],
  ['7 % 3', 1],
  ['2 ^ 10', 1024],
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['- 2 + 5', 3],
  ["'12'::int", 12],
  ["' 7 '::smallint", 7],
  ["CAST('12345678901234567890.5' AS DECIMAL(38,2))", '12345678901234567890.50'],
  ['1.005::decimal(10,2)', '1.01'],
  ['CAST(2.5 AS INTEGER)', 3],
  ['CONVERT(decimal(5,1), 2)', '2.0'],
  ["'1.5'::decimal", '2'],
  ['3::float / 2', 1.5],
  ['MOD(10, 3)', 1],
  ['ROUND(2.345, 2)', '2.35'],
  ['TRUNC(2.789, 1)', '2.7'],
  ['SIGN(-3)', -1],
  ['GREATEST(1, 3, 2)', 3],
  ['LEAST(NULL, 2)', 2],
  // text
  ["'a' || 'b'", 'ab'],
  ["CONCAT('a', NULL)", null],
  ["LEN('äöü')", 3],
  ["OCTET_LENGTH('äöü')", 6],
  ["UPPER('ab')", 'AB'],
  ["SUBSTRING('abcdef', 2, 3)", 'bcd'],
  ["SUBSTRING('abcdef', 0, 3)", 'ab'],
  ["SUBSTRING('abcdef' FROM 3)", 'cdef'],
  ["LEFT('abc', 2)", 'ab'],
  ["TRIM('  x ')", 'x'],
  ["TRIM(BOTH '-' FROM '--x-')", 'x'],
  ["BTRIM('xxaxx', 'x')", 'a'],
  ["LPAD('7', 3, '0')", '007'],
  ["LPAD('abc', 2)", 'ab'],
  ["REPLACE('aXbX', 'X', '-')", 'a-b-'],
  ["STRPOS('hello', 'l')", 3],
  ["CHARINDEX('l', 'hello')", 3],
  ["POSITION('l' IN 'hello')", 3],
  ["SPLIT_PART('a,b,c', ',', 2)", 'b'],
  ["INITCAP('hello wORLD')", 'Hello World'],
  ["REGEXP_REPLACE('a1b2', '[0-9]')", 'ab'],
  ["REGEXP_SUBSTR('abc123', '[0-9]+')", '123'],
  ["'abc' LIKE 'a%'", true],
  ["'a_c' LIKE 'a\\\\_c'", true],
  ["'abc' LIKE 'a\\\\_c'", false],
  ["'abc' ILIKE 'A%'", true],
  ["'abc' SIMILAR TO '(a|b)%'", true],
  ["'a.c' SIMILAR TO 'a.c'", true],
  ["'abc' SIMILAR TO 'a.c'", false],
  ["'abc' ~ 'b'", true],
  ["'it''s'", "it's"],
  ["'back\\\\slash'", 'back\\slash'],
  ["'tab\\there'", 'tab\there'],
  ["'abcdef'::varchar(3)", 'abc'],
  ["'äöü'::varchar(3)", 'ä'],
  ['TO_HEX(255)', 'ff'],
  ["MD5('a' || 'b')", '187ef4436122d1cc2f40dc2b92f0eba0'],
  ["SHA2('a', 256)", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
  ["FUNC_SHA1('a')", '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
  ["STRTOL('ff', 16)", 255n],
  ["STRTOL('ffffffff', 16)", 4294967295n],
  ["STRTOL('-101', 2)", -5n],
  ["STRTOL(SUBSTRING(MD5('x'), 1, 8), 16)", 2647975009n],
  // conditions
  ['NVL(NULL, 2)', 2],
  ['NVL2(NULL, 1, 2)', 2],
  ['COALESCE(NULL, NULL, 3)', 3],
  ["DECODE(2, 1, 'one', 2, 'two', 'many')", 'two'],
  ["DECODE(NULL, NULL, 'null', 'other')", 'null'],
  ['CASE WHEN 1 = 2 THEN 1 ELSE 0 END', 0],
  ["CASE 'b' WHEN 'a' THEN 1 WHEN 'b' THEN 2 END", 2],
  ['NULLIF(1, 1)', null],
  ['1 IN (1, 2)', true],
  ['1 NOT IN (1, 2)', false],
  ['2 BETWEEN 1 AND 3', true],
  ['NOT 2 BETWEEN 1 AND 3', false],
  ['NULL IS NULL', true],
  ['1 IS NOT NULL', true],
  ['TRUE AND NOT FALSE', true],
  // dates
  ["DATE '2024-02-29'", '2024-02-29'],
  ["'2024-02-29 10:00:00.5'::timestamp", '2024-02-29 10:00:00.5'],
  ["'2024-02-29T10:00:00.000Z'::timestamp", '2024-02-29 10:00:00'],
  ["DATEADD(month, 1, '2008-01-31')", '2008-02-29 00:00:00'],
  ["DATEADD(day, -1, DATE '2024-03-01')", '2024-02-29 00:00:00'],
  ["DATEADD('hour', 25, '2024-01-01')", '2024-01-02 01:00:00'],
  ["DATEADD(quarter, 1, '2024-01-31')", '2024-04-30 00:00:00'],
  ["DATEDIFF(day, '2024-02-28', '2024-03-01')", 2n],
  ["DATEDIFF(second, '2024-01-01 00:00:00', '2024-01-01 00:01:01')", 61n],
  ["DATE_TRUNC('month', '2024-02-29 10:11:12'::timestamp)", '2024-02-01 00:00:00'],
  ["EXTRACT(year FROM DATE '2024-02-29')", 2024],
  ["EXTRACT(epoch FROM '1970-01-02'::timestamp)", 86400n],
  ["DATE_PART(dow, DATE '2024-02-25')", 0],
  ["LAST_DAY(DATE '2024-02-10')", '2024-02-29'],
  ["ADD_MONTHS('2008-02-29', 1)", '2008-03-31 00:00:00'],
  ["TO_CHAR('2024-02-29 13:04:05'::timestamp, 'YYYY-MM-DD HH24:MI:SS')", '2024-02-29 13:04:05'],
  ["TO_CHAR('2024-02-29 13:04:05.123456'::timestamp, 'YYYYMMDD\"T\"HH24MISS.US')", '20240229T130405.123456'],
  ["TO_CHAR(1234.5, 'FM9,999.00')", '1,234.50'],
  ["TO_DATE('29.02.2024', 'DD.MM.YYYY')", '2024-02-29'],
  ["CONVERT_TIMEZONE('UTC', 'Europe/Berlin', '2024-07-01 12:00:00')", '2024-07-01 14:00:00'],
  ["TIMESTAMP 'epoch' + 86400 * INTERVAL '1 second'", '1970-01-02 00:00:00'],
  ["'2024-01-31'::date + 1", '2024-02-01'],
  ["'2024-01-31'::date - '2024-01-01'::date", 30n],
  ["TRUNC('2024-02-29 10:00:00'::timestamp)", '2024-02-29'],
  ['TRUNC(SYSDATE) = CURRENT_DATE', true],
  ["DATE('2024-02-29 10:00:00')", '2024-02-29'],
  ['GETDATE() <= SYSDATE', true],
  ['LEN(GETDATE()::varchar)', 19],
  // SUPER
  ['JSON_SERIALIZE(JSON_PARSE(\'{"a": [1, "x"]}\'))', '{"a":[1,"x"]}'],
  ['JSON_EXTRACT_PATH_TEXT(\'{"a":{"b":"c"}}\', \'a\', \'b\')', 'c'],
  ["JSON_EXTRACT_PATH_TEXT('{\"a\":[1,2]}', 'a')", '[1,2]'],
  ["JSON_EXTRACT_PATH_TEXT('{}', 'a')", null],
  ["JSON_TYPEOF(JSON_PARSE('[1]'))", 'array'],
  ["GET_ARRAY_LENGTH(JSON_PARSE('[1,2]'))", 2],
  ["IS_VALID_JSON('[1]')", false],
  ["IS_VALID_JSON_ARRAY('[1]')", true],
  ["CAN_JSON_PARSE('{')", false],
  // session
  ['CURRENT_DATABASE()', 'dev'],
  ['CURRENT_USER', 'cdc_admin'],
];

it.each(ANSWERS)('%s is %p', async (expression, answer) => {
  expect(await singleValue(session, `SELECT ${expression}`)).toEqual(answer);
});

/** Query over the table of three rows, then its rows. */
const QUERIES: readonly (readonly [query: string, rows: readonly unknown[][]])[] = [
  ['SELECT n FROM numbers ORDER BY n', [[1], [2], [null]]],
  ['SELECT n FROM numbers ORDER BY n DESC', [[null], [2], [1]]],
  ['SELECT TOP 1 n FROM numbers ORDER BY n', [[1]]],
  ['SELECT n FROM numbers ORDER BY n LIMIT 1 OFFSET 1', [[2]]],
  ['SELECT big FROM dev.public.numbers WHERE public.numbers.n = 1', [[9007199254740993n]]],
  ['SELECT COUNT(*), COUNT(n), COUNT(DISTINCT n) FROM numbers', [[3n, 2n, 2n]]],
  ['SELECT SUM(n), SUM(big), SUM(amount), AVG(n) FROM numbers', [[3n, '9007199254740994', '3.75', 1n]]],
  ['SELECT APPROXIMATE COUNT(DISTINCT name) FROM numbers', [[2n]]],
  ["SELECT LISTAGG(name, ',') WITHIN GROUP (ORDER BY n DESC) FROM numbers", [['two,one']]],
  ['SELECT MEDIAN(n) FROM numbers', [[1.5]]],
  ['SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY n DESC) FROM numbers', [[1.5]]],
  [
    'SELECT n, ROW_NUMBER() OVER (ORDER BY n DESC) FROM numbers WHERE n > 0 ORDER BY n',
    [
      [1, 2n],
      [2, 1n],
    ],
  ],
  [
    'SELECT n, LAG(n) IGNORE NULLS OVER (ORDER BY n) FROM numbers WHERE n > 0 ORDER BY n',
    [
      [1, null],
      [2, 1],
    ],
  ],
  [
    'SELECT SUM(n) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) FROM numbers WHERE n > 0 ORDER BY n',
    [[1n], [3n]],
  ],
  ['SELECT n FROM numbers QUALIFY ROW_NUMBER() OVER (ORDER BY n) = 2', [[2]]],
  ['SELECT n FROM numbers MINUS SELECT 1 ORDER BY 1', [[2], [null]]],
  ['SELECT 1 UNION ALL SELECT 2 UNION SELECT 2 ORDER BY 1', [[1], [2]]],
  ['WITH t AS (SELECT n AS m FROM numbers) SELECT MAX(m) FROM t', [[2]]],
  ['WITH a AS (SELECT n AS m FROM numbers) SELECT AVG(m), SUM(m) FROM a', [[1n, 3n]]],
  ['SELECT AVG(q.m) FROM (SELECT n AS m FROM numbers UNION ALL SELECT 4 LIMIT 4) AS q', [[2n]]],
  [
    'WITH a (m) AS (SELECT * FROM (SELECT n FROM numbers) AS q), b AS (SELECT m + 1 AS k FROM a) SELECT AVG(k) FROM b',
    [[2n]],
  ],
  ['SELECT AVG(c) FROM (SELECT name, COUNT(*) + 1 AS c FROM numbers GROUP BY name) AS q', [[2n]]],
  [
    'WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < 3) SELECT SUM(i) FROM t',
    [[6n]],
  ],
  ['SELECT n FROM numbers WHERE EXISTS (SELECT 1 FROM numbers AS o WHERE o.n = numbers.n + 1)', [[1]]],
  ['SELECT n FROM numbers WHERE n = (SELECT MAX(n) FROM numbers)', [[2]]],
  [
    'SELECT a.n FROM numbers a LEFT JOIN numbers b ON b.n = a.n + 1 WHERE b.n IS NULL AND a.n IS NOT NULL',
    [[2]],
  ],
  [
    'SELECT n % 2 AS odd, COUNT(*) FROM numbers GROUP BY odd HAVING COUNT(*) > 0 ORDER BY 1',
    [
      [0, 1n],
      [1, 1n],
      [null, 1n],
    ],
  ],
  ['SELECT item.a.b[0]::decimal(38,10) FROM numbers WHERE n = 1', [['1.5000000000']]],
  ['SELECT item.a.b[1]::varchar, item.a.b[1] FROM numbers WHERE n = 1', [['x', '"x"']]],
  [
    'SELECT item.t::boolean, item.d::int, item.nope.deep IS NULL, item.n IS NULL FROM numbers WHERE n = 1',
    [[true, 5, true, true]],
  ],
  [
    'SELECT numbers.n, e::varchar FROM numbers, numbers.item.a.b AS e ORDER BY 2',
    [
      [1, '1.50'],
      [1, 'x'],
    ],
  ],
  ['SELECT SUM(STRTOL(SUBSTRING(MD5(name), 1, 8), 16)) FROM numbers', [['7283823678']]],
  ['SELECT * EXCLUDE (big, amount, name, item) FROM numbers ORDER BY 1', [[1], [2], [null]]],
  ['SELECT \'x\' name, 1 AS "Select"', [['x', 1]]],
];

it.each(QUERIES)('%s', async (query, rows) => {
  expect((await session.run(query)).rows).toEqual(rows);
});

it('decimals without digits before the point print a zero there, as in Redshift', async () => {
  await runAll(
    session,
    'CREATE TABLE rates (a NUMERIC(2,2), b NUMERIC(4,4))',
    'INSERT INTO rates VALUES (0.12, -0.5), (0, 0.0001)',
  );
  const text = "a::varchar, b::varchar, a || '/' || b, CONCAT(b, ''), a";
  expect((await session.run(`SELECT ${text} FROM rates ORDER BY b`)).rows).toEqual([
    ['0.12', '-0.5000', '0.12/-0.5000', '-0.5000', '0.12'],
    ['0.00', '0.0001', '0.00/0.0001', '0.0001', '0.00'],
  ]);
  expect(await singleValue(session, "SELECT LISTAGG(a, ' ') WITHIN GROUP (ORDER BY a) FROM rates")).toBe(
    '0.00 0.12',
  );
});

/** What Redshift answers with an error, and the twin too. */
const ERRORS: readonly (readonly [statement: string, message: RegExp])[] = [
  ['SELECT 1 / 0', /division by zero/],
  ["SELECT 'x'::int", /Invalid digit, Value 'x', Pos 0, Type: Integer/],
  ["SELECT '1.5'::int", /Invalid digit, Value '\.', Pos 1, Type: Integer/],
  ["SELECT '1_000'::int", /Invalid digit/],
  ["SELECT 'abc'::decimal(5,2)", /Invalid digit/],
  ['SELECT 1000::decimal(5,2)', /overflow/i],
  ["SELECT 'infinity'::date", /invalid input syntax/],
  ['SELECT TRUE::varchar', /cannot cast type boolean to character varying/],
  ['SELECT nothing FROM numbers', /column "nothing" does not exist in numbers/],
  ['SELECT n AS m FROM numbers WHERE m = 1', /column "m" does not exist in numbers/],
  ['SELECT rowid FROM numbers', /column "rowid" does not exist/],
  ['SELECT sin(n) FROM numbers', /function sin\(integer\) does not exist/],
  ["SELECT len(name, 'x') FROM numbers", /function len\(character varying, unknown\) does not exist/],
  ['SELECT * FROM nowhere', /relation "nowhere" does not exist/],
  ['SELECT * FROM duckdb_tables', /relation "duckdb_tables" does not exist/],
  ["SELECT * FROM 'file.csv'", /syntax error at or near "'file.csv'"/],
  ['SELECT * FROM "/etc/passwd"', /relation "\/etc\/passwd" does not exist/],
  ["SELECT * FROM read_csv('x')", /function read_csv in FROM is not supported/],
  ['SELECT list_sum(n) FROM numbers', /function list_sum\(.*\) does not exist/],
  ['SELECT SELECT', /syntax error at or near "SELECT"/],
  ['SELECT 1 FROM', /syntax error at end of input/],
  ['SELECT n FROM numbers LIMIT 1 FOO', /syntax error at or near "FOO"/],
  ['SELECT count(*) FILTER (WHERE n > 1) FROM numbers', /syntax error at or near "\("/],
  ['SELECT n FROM (SELECT n FROM numbers)', /subquery in FROM must have an alias/],
  ['SELECT SUM(n) OVER (ORDER BY n) FROM numbers', /require a frame clause/],
  ['SELECT * FROM numbers PIVOT (COUNT(*) FOR n IN (1))', /PIVOT is not supported/],
  ['SELECT n FROM numbers SAMPLE 1', /syntax error/],
  ["SELECT item.a.b[0] = '1.50' FROM numbers", /SUPER value needs a cast/],
  ['SELECT MD5(item) FROM numbers', /SUPER value needs a cast/],
  ["SELECT {'a': 1}", /syntax error at or near "{"/],
  ['SELECT [1, 2]', /syntax error at or near "\["/],
  ['SELECT 1::uuid', /type "uuid" does not exist/],
  ['SELECT 123456789012345678901234567890123456789', /overflow/i],
  ['VALUES (1)', /VALUES is not supported/],
  ["ATTACH 'x'", /ATTACH is not supported/],
  ['PRAGMA version', /PRAGMA is not supported/],
  ["UNLOAD ('SELECT 1') TO 's3://x'", /UNLOAD is not supported/],
  ['', /the statement is empty/],
  ["SELECT 'open", /unterminated quoted string/],
];

it.each(ERRORS)('%s is refused', async (statement, message) => {
  await expect(session.run(statement)).rejects.toThrow(message);
});

it('what is nested too deep is refused, and the session continues', async () => {
  for (const statement of [
    `SELECT ${'('.repeat(20_000)}1`,
    `SELECT 1 IN ${'('.repeat(20_000)}SELECT 1`,
    `SELECT ${'1 + '.repeat(9_000)}1`,
  ]) {
    await expect(session.run(statement)).rejects.toThrow('stack depth limit exceeded');
  }
  expect(await singleValue(session, 'SELECT 1')).toBe(1);
});

it('columns are named as Redshift names them', async () => {
  const { columns } = await session.run(
    'SELECT COUNT(*), n, item.a.b, 1, MAX(n) AS "Most", CAST(big AS VARCHAR), CASE WHEN n = 1 THEN 1 END FROM numbers GROUP BY 2, 3, 6, 7',
  );
  expect(columns.map(({ name }) => name)).toEqual(['count', 'n', 'b', '?column?', 'most', 'big', 'case']);
});

it('columns carry the types of Redshift', async () => {
  const { columns } = await session.run(
    'SELECT n, big, amount, name, item, COUNT(*) OVER (), SUM(big) OVER (), LEN(name), n / 2, SYSDATE, CURRENT_DATE, 1.5::real, TRUE FROM numbers',
  );
  expect(columns.map(({ typeName }) => typeName)).toEqual([
    'int4',
    'int8',
    'numeric',
    'varchar',
    'super',
    'int8',
    'numeric',
    'int4',
    'int4',
    'timestamp',
    'date',
    'float4',
    'bool',
  ]);
});
