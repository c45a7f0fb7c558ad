import fc from 'fast-check';
import type { WarehouseSession } from '../../../../local/runtime/ports/warehouse';
import { copyOf, openBed, rowsOf, runAll, type WarehouseBed } from './twin-bed';

let bed: WarehouseBed;
let session: WarehouseSession;
const COLUMNS = ['id', 'small', 'big', 'amount', 'wide', 'half', 'text', 'day', 'made', 'flag', 'real'];

beforeAll(async () => {
  bed = await openBed();
  session = await bed.warehouse.openSession();
  await session.run(
    `CREATE TABLE exact (id INT, small SMALLINT, big BIGINT, amount DECIMAL(18,2), wide DECIMAL(38,0), half DECIMAL(38,19),
       text VARCHAR(4000), day DATE, made TIMESTAMP, flag BOOLEAN, real DOUBLE PRECISION)`,
  );
});

afterAll(() => bed.close());

const digits = (most: number): fc.Arbitrary<string> =>
  fc.bigInt({ min: 0n, max: 10n ** BigInt(most) - 1n }).map(String);

const decimal = (precision: number, scale: number): fc.Arbitrary<string> =>
  fc.tuple(fc.boolean(), digits(precision - scale), digits(scale)).map(([negative, whole, fraction]) => {
    const text = scale === 0 ? whole : `${whole}.${fraction.padStart(scale, '0')}`;
    return negative && /[1-9]/.test(text) ? `-${text}` : text;
  });

const moment = fc
  .tuple(
    fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(([date, microseconds]) => {
    const clock = date.toISOString().slice(0, 19).replace('T', ' ');
    const fraction = String(microseconds).padStart(6, '0').replace(/0+$/, '');
    return fraction === '' ? clock : `${clock}.${fraction}`;
  });

/** Any characters, NUL too, but no half of a surrogate pair: that is no text. */
const text = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((value) => Buffer.from(value).toString() === value);

/** A row's values in the form in which they come back. */
const row = fc.tuple(
  fc.integer({ min: -32_768, max: 32_767 }).map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  decimal(18, 2),
  decimal(38, 0),
  decimal(38, 19),
  text,
  moment.map((value) => value.slice(0, 10)),
  moment,
  fc.boolean().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => String(value === 0 ? 0 : value)),
);

type Row = readonly (string | null)[];
const rows: fc.Arbitrary<Row[]> = fc.array(
  row.chain((values) => fc.tuple(...values.map((value) => fc.option(fc.constant(value), { freq: 8 })))),
  { minLength: 1, maxLength: 30 },
);

async function comesBack(given: readonly Row[]): Promise<void> {
  const stored = await rowsOf(
    session,
    `SELECT ${COLUMNS.slice(1)
      .map((name) => `"${name}"`)
      .join(', ')} FROM exact ORDER BY id`,
  );
  expect(stored.map((one) => one.map((value) => (value === null ? null : String(value))))).toEqual(given);
}

const numbered = (given: readonly Row[]): Row[] => given.map((values, index) => [String(index), ...values]);

it('values come back as they were appended', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      await session.run('DELETE FROM exact');
      await session.append('exact', COLUMNS, numbered(given));
      await comesBack(given);
    }),
    { numRuns: 40 },
  );
});

it('values come back as COPY loaded them from strings', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      await session.run('DELETE FROM exact');
      const objects = numbered(given).map((values) =>
        Object.fromEntries(COLUMNS.map((name, index) => [name, values[index]])),
      );
      bed.putBatch({ 'rows.gz': objects.map((object) => JSON.stringify(object)).join('\n') });
      await session.run(copyOf('exact'));
      await comesBack(given);
    }),
    { numRuns: 40 },
  );
});

it('text comes back as an INSERT gave it in a literal', async () => {
  await fc.assert(
    fc.asyncProperty(
      text.filter((value) => !value.includes('\0')),
      async (value) => {
        await runAll(
          session,
          'DELETE FROM exact',
          `INSERT INTO exact (id, text) VALUES (1, '${value.replace(/['\\]/g, '$&$&')}')`,
        );
        expect(await rowsOf(session, 'SELECT text FROM exact')).toEqual([[value]]);
      },
    ),
    { numRuns: 60 },
  );
});

it('what a decimal cannot hold is an error in append, and cut in COPY as Redshift cuts', async () => {
  await session.run('DELETE FROM exact');
  await expect(session.append('exact', ['id', 'wide'], [['1', `1${'0'.repeat(38)}`]])).rejects.toThrow(
    /Numeric overflow/,
  );
  bed.putBatch({ 'rows.gz': '{"id":1,"amount":"-0.999"}' });
  await session.run(copyOf('exact'));
  await session.append('exact', ['id', 'amount'], [['2', '-0.999']]);
  expect(await rowsOf(session, 'SELECT amount FROM exact ORDER BY id')).toEqual([['-0.99'], ['-1.00']]);
});

it('documents keep their digits and their strings', async () => {
  await runAll(session, 'CREATE TABLE documents (id INT, item SUPER)');
  const document = '{ "n" : 12345678901234567890.123456789 , "s" : "a \\" b  c\\u0001", "e": {} }';
  await session.append(
    'documents',
    ['id', 'item'],
    [
      ['1', document],
      ['2', null],
    ],
  );
  expect(
    await rowsOf(session, 'SELECT JSON_SERIALIZE(item), item.s::varchar(100) FROM documents ORDER BY id'),
  ).toEqual([
    ['{"n":12345678901234567890.123456789,"s":"a \\" b  c\\u0001","e":{}}', 'a " b  c\u0001'],
    [null, null],
  ]);
  await expect(session.append('documents', ['item'], [['{']])).rejects.toThrow(/column "item": Invalid JSON/);
});
