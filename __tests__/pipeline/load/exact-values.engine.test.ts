import fc from 'fast-check';
import { sourceTables } from '../../../pipeline/capture/stream-record';
import type { AttributeValue, Item } from '../../../pipeline/dynamodb/attribute-value';
import { projectItem } from '../../../pipeline/dynamodb/project-item';
import { loadTable } from '../../../pipeline/load/load-table';
import { stageRecords } from '../../../pipeline/stage/stage-records';
import { writeStagedFile } from '../../../pipeline/stage/write-staged-file';
import { exactTimestamp } from '../../../pipeline/values/calendar';
import { canonicalNumber } from '../../../pipeline/values/decimal';
import { marshallNumber, WIDE } from '../../support/items';
import { streamRecord } from '../../support/stream-records';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../../support/warehouse-bed';
import { commit } from './load-bed';

let bed: WarehouseBed;

beforeAll(async () => {
  bed = await startWarehouseBed({ tables: [WIDE] });
});

afterAll(() => bed.stop());

let sequence = 0;

/** Stages and loads items, and reads their rows back as text, by id. */
async function roundTrip(
  items: readonly Item[],
): Promise<Map<string, Readonly<Record<string, string | null>>>> {
  const records = items.map((after) =>
    streamRecord({ sequence: ++sequence, table: 'cdc-dev-wide', id: after.id?.S ?? '', after }),
  );
  await stageRecords(records, {
    tables: sourceTables([WIDE], 'cdc-dev-'),
    writeFile: (file) => writeStagedFile(bed.s3, BUCKET, file),
  });
  const limits = { maxFiles: 10, maxBytes: 1e9 };
  const ports = { dataApi: bed.dataApi, store: bed.store, commit };
  const { rejected } = await loadTable(ports, WIDE, { limits, remainingMs: () => 60_000 });
  expect(rejected).toEqual([]);
  const columns = WIDE.columns.map(({ name, type }) => {
    if (type.kind === 'document') return `JSON_SERIALIZE(${name}) AS ${name}`;
    return type.kind === 'bigint' ? `CAST(${name} AS VARCHAR) AS ${name}` : name;
  });
  const rows = await bed.dataApi.readRows(
    `SELECT ${columns.join(', ')}, JSON_SERIALIZE(item) AS item, _cdc_flags, _cdc_digest FROM lab.wide`,
  );
  return new Map(rows.map((row) => [row.id ?? '', row]));
}

/** Columns of the warehouse pad decimals and write times and doubles in a form of their own. */
function normalized(row: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return {
    ...row,
    amount: row.amount == null ? null : (canonicalNumber(row.amount) ?? row.amount),
    ratio: row.ratio == null ? null : String(Number(row.ratio)),
    at: row.at == null ? null : (exactTimestamp(row.at) ?? row.at),
  };
}

function expected(item: Item): Record<string, string | null> {
  const row = projectItem(WIDE, item);
  return { ...row.columns, item: row.item, _cdc_flags: row.flags, _cdc_digest: row.digest };
}

it.each<[string, Record<string, AttributeValue>]>([
  [
    'the least of each type',
    {
      small: { N: '-32768' },
      whole: { N: '-2147483648' },
      big: { N: '-9223372036854775808' },
      amount: { N: '-9999999999999999.99' },
      day: { S: '0001-01-01' },
      at: { S: '0001-01-01T00:00:00Z' },
    },
  ],
  [
    'the greatest of each type',
    {
      small: { N: '32767' },
      whole: { N: '2147483647' },
      big: { N: '9223372036854775807' },
      amount: { N: '9999999999999999.99' },
      day: { S: '9999-12-31' },
      at: { S: '9999-12-31T23:59:59.999999Z' },
    },
  ],
  [
    'microseconds and doubles',
    { at: { S: '2012-03-02T22:00:00.123457Z' }, ratio: { N: '0.1' }, flag: { BOOL: true } },
  ],
  [
    'text with quotes, breaks, blanks and astral characters',
    { name: { S: ' "\\\n\t😀 ' }, doc: { M: { 'a"b\n': { S: '\u0001\u2028' } } } },
  ],
  [
    'empty text, empty list, empty map, NULL',
    { name: { S: '' }, doc: { L: [] }, other: { M: {} }, amount: { NULL: true } },
  ],
  ['text of the very length of its column', { name: { S: '😀'.repeat(10) } }],
  [
    '38 digits and great exponents inside the document',
    { doc: { L: [{ N: '9'.repeat(38) }, { N: '1E+125' }, { N: '-1E-130' }] } },
  ],
  [
    'values that no column holds',
    { small: { N: '1E10' }, name: { S: 'x'.repeat(41) }, at: { S: 'soon' }, flag: { S: 'true' } },
  ],
])('%s arrives as it was, or flagged', async (id, attributes) => {
  const item = { ...attributes, id: { S: id.slice(0, 80) } };
  const rows = await roundTrip([item]);
  expect(normalized(rows.get(item.id.S) ?? {})).toEqual(expected(item));
});

it('any number arrives exactly: in its column, or flagged and in the document', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(marshallNumber, { minLength: 1, maxLength: 30 }), async (numbers) => {
      const items = numbers.map((N, index) => ({
        id: { S: `${++run}-${index}` },
        amount: { N },
        big: { N },
        ratio: { N },
        doc: { M: { n: { N } } },
      }));
      const rows = await roundTrip(items);
      for (const item of items) expect(normalized(rows.get(item.id.S) ?? {})).toEqual(expected(item));
    }),
    { numRuns: 5 },
  );
});
