import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { MAX_LINE_BYTES } from '../../../pipeline/source/csv-lines';
import { MAX_RECORD_CHARACTERS } from '../../../pipeline/source/csv-records';
import { fileColumns, readCsvRows } from '../../../pipeline/source/csv-rows';
import type { Rejection } from '../../../pipeline/source/rejection';
import { TXNS } from '../../../pipeline/tables';
import { byteStream, collect } from '../../support/byte-stream';

const HEADER =
  'Account No,DATE,TRANSACTION DETAILS,CHIP USED,VALUE DATE, WITHDRAWAL AMT , DEPOSIT AMT ,BALANCE AMT';

interface Outcome {
  readonly rows: (readonly (string | null)[])[];
  readonly rejections: Rejection[];
}

async function read(content: string | Buffer, chunkBytes?: number): Promise<Outcome> {
  const batches = await collect(readCsvRows(byteStream(content, chunkBytes), TXNS));
  return {
    rows: batches.flatMap((batch) => [...batch.rows]),
    rejections: batches.flatMap((batch) => [...batch.rejections]),
  };
}

const lines = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');
/** A row that is fine, and what becomes of it. */
const good = (account: string): string => `${account},29-Jun-17,text,TRUE,,,1.00,`;
const goodRow = (account: string): (string | null)[] => [
  account,
  '2017-06-29',
  'text',
  '1',
  null,
  null,
  '1.00',
  null,
];

const place = ({ line, code, column }: Rejection): object =>
  column === undefined ? { line, code } : { line, code, column };

test('the seed file of this project is read whole', async () => {
  const { rows, rejections } = await read(readFileSync(join(__dirname, '../../../seed-data/txns.csv')));
  expect(rejections).toEqual([]);
  expect(rows).toHaveLength(30);
  for (const [, , , , , withdrawal, deposit] of rows) {
    expect([withdrawal, deposit].filter((amount) => amount === null)).toHaveLength(1);
  }
});

describe('a value becomes exactly what its column holds', () => {
  test.each([
    ['date', '29-Jun-17', '2017-06-29'],
    ['date', '1-jan-00', '2000-01-01'],
    ['date', '31-DEC-69', '2069-12-31'],
    ['date', '01-Jan-70', '1970-01-01'],
    ['date', '29-Feb-1996', '1996-02-29'],
    ['date', ' 2024-02-29 ', '2024-02-29'],
    ['date', '1000-01-01', '1000-01-01'],
    ['value_date', '', null],
    ['value_date', '  ', null],
    ['chip_used', 'true', '1'],
    ['chip_used', ' FALSE ', '0'],
    ['chip_used', '', null],
    ['withdrawal_amt', '"  1,000,000.00 "', '1000000.00'],
    ['withdrawal_amt', '"10,00,000.5"', '1000000.50'],
    ['withdrawal_amt', ' -1.5000 ', '-1.50'],
    ['withdrawal_amt', '+.5', '0.50'],
    ['withdrawal_amt', '007', '7.00'],
    ['withdrawal_amt', '-0.00', '0.00'],
    ['withdrawal_amt', '"9,999,999,999,999,999.99"', '9999999999999999.99'],
    ['withdrawal_amt', '', null],
    ['account_no', "409000611074'", "409000611074'"],
    ['account_no', '"a ""quoted"", name"', 'a "quoted", name'],
    ['transaction_details', '', ''],
    ['transaction_details', '""', ''],
    ['transaction_details', '  blanks stay  ', '  blanks stay  '],
    ['transaction_details', '"two\r\nlines\nand\rmore"', 'two\r\nlines\nand\rmore'],
    ['transaction_details', 'Łódź 😀 é \ufeff', 'Łódź 😀 é \ufeff'],
  ])('%s: %j', async (column, text, expected) => {
    const { rows, rejections } = await read(lines(rowWith(column, text)));
    expect(rejections).toEqual([]);
    expect(rows[0]?.[names.indexOf(column)]).toBe(expected);
  });
});

describe('a value that its column cannot hold sets the row aside, with line, column and code', () => {
  test.each([
    ['date', '', 'VALUE_MISSING'],
    ['date', '31-Feb-17', 'BAD_DATE'],
    ['date', '29-Feb-17', 'BAD_DATE'],
    ['date', '30-Foo-17', 'BAD_DATE'],
    ['date', '2017-13-01', 'BAD_DATE'],
    ['date', '0-Jan-17', 'BAD_DATE'],
    ['date', '0999-12-31', 'BAD_DATE'],
    ['date', '06/29/2017', 'BAD_DATE'],
    ['value_date', '29-Jun-017', 'BAD_DATE'],
    ['chip_used', 'yes', 'BAD_BOOLEAN'],
    ['deposit_amt', '1.005', 'TOO_MANY_DECIMALS'],
    ['deposit_amt', '10000000000000000', 'NUMBER_OUT_OF_RANGE'],
    ['deposit_amt', '"1,5"', 'BAD_NUMBER'],
    ['deposit_amt', '"1.000.000,00"', 'BAD_NUMBER'],
    ['deposit_amt', '1E3', 'BAD_NUMBER'],
    ['deposit_amt', '-', 'BAD_NUMBER'],
    ['deposit_amt', '12 000', 'BAD_NUMBER'],
    ['deposit_amt', '$12', 'BAD_NUMBER'],
    ['account_no', '', 'VALUE_MISSING'],
    ['account_no', '   ', 'VALUE_MISSING'],
    ['transaction_details', 'a\0b', 'NUL_CHARACTER'],
  ])('%s: %j is %s', async (column, text, code) => {
    const row = rowWith(column, text);
    const { rows, rejections } = await read(lines(good('a'), row, good('b')));
    expect(rows).toEqual([goodRow('a'), goodRow('b')]);
    expect(rejections).toEqual([{ line: 3, code, column, reason: expect.stringContaining(' '), raw: row }]);
  });
});

test('the length of text is counted in characters, not in bytes', async () => {
  const fits = '😀'.repeat(2000);
  const { rows, rejections } = await read(
    lines(rowWith('transaction_details', fits), rowWith('transaction_details', `${fits}x`)),
  );
  expect(rows.map((row) => row[2])).toEqual([fits]);
  expect(rejections).toEqual([
    expect.objectContaining({
      line: 3,
      code: 'TEXT_TOO_LONG',
      column: 'transaction_details',
      reason: 'the text has 2001 characters, the column takes 2000',
    }),
  ]);
});

const names = fileColumns(TXNS).map(({ name }) => name);

function rowWith(column: string, text: string): string {
  const fields = ['acc', '29-Jun-17', 'text', 'TRUE', '', '', '1', ''];
  return fields.map((field, index) => (index === names.indexOf(column) ? text : field)).join(',');
}

describe('files', () => {
  test('columns may come in any order, their names in any case and with stray blanks', async () => {
    const { rows } = await read(
      '\ufeffbalance amt, Deposit  AMT,WITHDRAWAL_AMT,value date,chip used,transaction details,date,ACCOUNT NO\r\n' +
        '3,2,1,,,d,29-Jun-17,a\r\n',
    );
    expect(rows).toEqual([['a', '2017-06-29', 'd', null, null, '1.00', '2.00', '3.00']]);
  });

  test.each([
    ['LF', '\n', '\n'],
    ['CRLF', '\r\n', '\r\n'],
    ['no line break at the end', '\n', ''],
    ['CRLF and none at the end', '\r\n', ''],
    ['blank lines', '\n\n', '\n\n\n'],
  ])('line breaks: %s', async (_name, between, after) => {
    const { rows, rejections } = await read([HEADER, good('a'), good('b')].join(between) + after);
    expect({ rows, rejections }).toEqual({ rows: [goodRow('a'), goodRow('b')], rejections: [] });
  });

  test('a header alone is a file without rows', async () => {
    expect(await read(HEADER)).toEqual({ rows: [], rejections: [] });
  });

  test('line numbers count the lines of fields that hold line breaks', async () => {
    const { rows, rejections } = await read(
      lines(`a,29-Jun-17,"one\ntwo\n\nfour",TRUE,,,1,`, 'broken', good('b'), '"x\ny",bad,,,,,,', 'broken'),
    );
    expect(rows.map(([account]) => account)).toEqual(['a', 'b']);
    expect(rejections.map(place)).toEqual([
      { line: 6, code: 'WRONG_COLUMN_COUNT' },
      { line: 8, code: 'BAD_DATE', column: 'date' },
      { line: 10, code: 'WRONG_COLUMN_COUNT' },
    ]);
    expect(rejections[1]?.raw).toBe('"x\ny",bad,,,,,,');
  });

  test('a quote that is never closed costs its own line, not the rest of the file', async () => {
    const open = 'a,29-Jun-17,"never closed,TRUE,,,1,';
    const rest = Array.from({ length: 500 }, (_, index) => good(`r${index}`));
    const { rows, rejections } = await read(lines(good('first'), open, ...rest), 1000);
    expect(rows).toEqual([goodRow('first'), ...rest.map((_, index) => goodRow(`r${index}`))]);
    expect(rejections.map(place)).toEqual([{ line: 3, code: 'UNCLOSED_QUOTE' }]);
    expect(rejections[0]?.raw).toBe(open);
  });

  test('a quote that is never closed is given up after a bounded text', async () => {
    const rest = Array.from({ length: 60_000 }, (_, index) => good(`r${index}`));
    expect(rest.join().length).toBeGreaterThan(MAX_RECORD_CHARACTERS);
    const { rows, rejections } = await read(lines('a,29-Jun-17,"never closed,TRUE,,,1,', ...rest));
    expect(rows).toHaveLength(rest.length);
    expect(rejections).toEqual([
      expect.objectContaining({
        line: 2,
        code: 'UNCLOSED_QUOTE',
        reason: expect.stringContaining('1048576'),
      }),
    ]);
  });

  test('a stray quote before rows with quoted fields costs its own line', async () => {
    const quoted = (account: string): string => `${account},29-Jun-17,"d, e",TRUE,,,"  1,000.00 ",`;
    const { rows, rejections } = await read(
      lines(quoted('a'), 'b,29-Jun-17,"open,TRUE,,,1,', quoted('c'), quoted('d')),
    );
    expect(rows.map(([account]) => account)).toEqual(['a', 'c', 'd']);
    expect(rejections.map(place)).toEqual([{ line: 3, code: 'STRAY_QUOTE' }]);
  });

  test('every line with an open quote is set aside on its own', async () => {
    const open = Array.from({ length: 2000 }, () => '"');
    const { rows, rejections } = await read(lines(...open, good('a')));
    expect(rows.length + rejections.length).toBeGreaterThan(1000);
    expect(rows.at(-1)).toEqual(goodRow('a'));
  });

  test.each([
    ['a quote inside a field', 'a,29-Jun-17,5" pipe,TRUE,,,1,'],
    ['a blank before the quote', 'a,29-Jun-17, "text",TRUE,,,1,'],
    ['text behind the quote', 'a,29-Jun-17,"text" more,TRUE,,,1,'],
    ['a quote not doubled', 'a,29-Jun-17,"say "hi" now",TRUE,,,1,'],
  ])('%s is a stray quote', async (_name, row) => {
    const { rows, rejections } = await read(lines(row, good('b')));
    expect(rows).toEqual([goodRow('b')]);
    expect(rejections).toEqual([expect.objectContaining({ line: 2, code: 'STRAY_QUOTE', raw: row })]);
  });

  test('bytes that are not UTF-8 set their line aside, as base64', async () => {
    const bad = Buffer.concat([
      Buffer.from('a,29-Jun-17,caf'),
      Buffer.from([0xe9]),
      Buffer.from(',TRUE,,,1,'),
    ]);
    const content = Buffer.concat([Buffer.from(lines(good('ä'))), bad, Buffer.from(`\n${good('b')}\n`)]);
    const { rows, rejections } = await read(content);
    expect(rows).toEqual([goodRow('ä'), goodRow('b')]);
    expect(rejections).toEqual([
      expect.objectContaining({ line: 3, code: 'INVALID_UTF8', rawForm: 'base64' }),
    ]);
    expect(Buffer.from(rejections[0]?.raw ?? '', 'base64')).toEqual(Buffer.concat([bad, Buffer.from('\n')]));
  });

  test.each([1000, 10 * 1024 * 1024])(
    'a line that is too long is passed over (chunks of %d bytes)',
    async (size) => {
      const long = 'x'.repeat(MAX_LINE_BYTES + 1);
      const { rows, rejections } = await read(lines(good('a'), long, good('b'), long).trimEnd(), size);
      expect(rows).toEqual([goodRow('a'), goodRow('b')]);
      expect(rejections.map(place)).toEqual([
        { line: 3, code: 'LINE_TOO_LONG' },
        { line: 5, code: 'LINE_TOO_LONG' },
      ]);
      expect(rejections[0]?.raw).toBe('x'.repeat(1024));
    },
  );

  test.each([
    ['', /the file is empty/],
    ['\n\n', /the file is empty/],
    ['\ufeff', /the file is empty/],
    [HEADER.replace(',BALANCE AMT', ''), /missing: "balance_amt"/],
    [`${HEADER},COLOUR,`, /unknown: "colour", \(no name\)/],
    [`${HEADER},Date`, /twice or more: "date"/],
    ['409000611074,29-Jun-17', /unknown: every one/],
    [`"${HEADER}`, /the header on line 1 cannot be read: UNCLOSED_QUOTE/],
    [Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'), /the header on line 1 cannot be read: INVALID_UTF8/],
  ])('a file without its header cannot be read at all: %#', async (content, message) => {
    const failure = await read(content).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SEED_UNREADABLE', disposition: 'halt' });
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).not.toContain('409000611074');
  });
});

/** Texts made of what matters to CSV, and others. */
const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'é', '😀', '\ufeff'), maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
);
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

test('any text arrives as itself, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyText, fc.constantFrom('\n', '\r\n')), { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      async (texts, chunkBytes) => {
        const rows = texts.map(([text, end]) => `a,29-Jun-17,${quote(text)},,,,,${end}`);
        const outcome = await read(`${HEADER}\n${rows.join('')}`, chunkBytes);
        expect(outcome.rejections).toEqual([]);
        expect(outcome.rows.map((row) => row[2])).toEqual(texts.map(([text]) => text));
      },
    ),
  );
});

test('records are those of csv-parse, for any text that it takes', async () => {
  const unit = fc.constantFrom('"', '"', ',', '\n', 'a', ' ');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit, maxLength: 8 })), async (fields) => {
      const content = lines(...fields.map((field) => `a,29-Jun-17,${field},,,,,`));
      let records: string[][];
      try {
        records = parse(content, { skip_empty_lines: true, record_delimiter: ['\n', '\r\n'] });
      } catch {
        return;
      }
      // What csv-parse takes is also not rejected, and has the same texts.
      const outcome = await read(content);
      expect(outcome.rejections.filter(({ code }) => code !== 'BAD_DATE')).toEqual([]);
      expect(outcome.rows.map((row) => row[2])).toEqual(records.slice(1).map((record) => record[2]));
    }),
    { numRuns: 500 },
  );
});

test('no line is lost: what is broken by quotes, cuts and bytes is either a row or rejected', async () => {
  const unit = fc.constantFrom('"', ',', 'a', '\r', '😀');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ unit, maxLength: 10 }), fc.constant(good('g'))), { maxLength: 12 }),
      async (given) => {
        const content = lines(...given);
        const { rows, rejections } = await read(content, 7);
        const isTaken = new Set(
          rejections.flatMap(({ line, raw }) => raw.split('\n').map((_, at) => line + at)),
        );
        for (const [index, text] of given.entries()) {
          const isBlank = text === '' || text === '\r';
          if (!isBlank && text !== good('g'))
            expect([index + 2, isTaken.has(index + 2)]).toEqual([index + 2, true]);
        }
        expect(rows.every((row) => row[0] === 'g')).toBe(true);
      },
    ),
  );
});

test('any amount that the column holds arrives exactly, with or without separators', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }),
      fc.boolean(),
      async (hundredths, isGrouped) => {
        const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
        const whole = digits.slice(0, -2);
        const expected = `${hundredths < 0n ? '-' : ''}${whole}.${digits.slice(-2)}`;
        const shown = isGrouped ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') : whole;
        const text = `${hundredths < 0n ? '-' : ''}${shown}.${digits.slice(-2)}`;
        const { rows } = await read(lines(rowWith('balance_amt', quote(`  ${text} `))));
        expect(rows[0]?.[7]).toBe(expected);
      },
    ),
  );
});
