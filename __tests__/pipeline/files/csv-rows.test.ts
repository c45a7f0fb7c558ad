import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_LINE_BYTES } from '../../../pipeline/files/csv-lines';
import { MAX_RECORD_CHARACTERS } from '../../../pipeline/files/csv-records';
import type { Rejection } from '../../../pipeline/files/rejection';
import { csvOf, goodLine, goodRow, HEADER, readCsv } from '../../support/txns-csv';

const place = ({ line, code, column }: Rejection): object =>
  column === undefined ? { line, code } : { line, code, column };

it('the seed file of this project is read whole', async () => {
  const { rows, rejections } = await readCsv(readFileSync(join(__dirname, '../../../seed-data/txns.csv')));
  expect(rejections).toEqual([]);
  expect(rows).toHaveLength(30);
  for (const [, , , , , withdrawal, deposit] of rows) {
    expect([withdrawal, deposit].filter((amount) => amount === null)).toHaveLength(1);
  }
});

describe('files', () => {
  it('columns may come in any order, their names in any case and with stray blanks', async () => {
    const { rows } = await readCsv(
      '\ufeffbalance amt, Deposit  AMT,WITHDRAWAL_AMT,value date,chip used,transaction details,date,ACCOUNT NO\r\n' +
        '3,2,1,,,d,29-Jun-17,a\r\n',
    );
    expect(rows).toEqual([['a', '2017-06-29', 'd', null, null, '1.00', '2.00', '3.00']]);
  });

  it.each([
    ['LF', '\n', '\n'],
    ['CRLF', '\r\n', '\r\n'],
    ['no line break at the end', '\n', ''],
    ['CRLF and none at the end', '\r\n', ''],
    ['blank lines', '\n\n', '\n\n\n'],
  ])('line breaks: %s', async (_name, between, after) => {
    const { rows, rejections } = await readCsv([HEADER, goodLine('a'), goodLine('b')].join(between) + after);
    expect({ rows, rejections }).toEqual({ rows: [goodRow('a'), goodRow('b')], rejections: [] });
  });

  it('only a header is a file without rows', async () => {
    expect(await readCsv(HEADER)).toEqual({ rows: [], rejections: [] });
  });

  it('line numbers count the lines of fields that hold line breaks', async () => {
    const { rows, rejections } = await readCsv(
      csvOf(
        `a,29-Jun-17,"one\ntwo\n\nfour",TRUE,,,1,`,
        'broken',
        goodLine('b'),
        '"x\ny",bad,,,,,,',
        'broken',
      ),
    );
    expect(rows.map(([account]) => account)).toEqual(['a', 'b']);
    expect(rejections.map(place)).toEqual([
      { line: 6, code: 'WRONG_COLUMN_COUNT' },
      { line: 8, code: 'BAD_DATE', column: 'date' },
      { line: 10, code: 'WRONG_COLUMN_COUNT' },
    ]);
    expect(rejections[1]?.raw).toBe('"x\ny",bad,,,,,,');
  });

  it('a quote that is never closed costs its own line, not the rest of the file', async () => {
    const open = 'a,29-Jun-17,"never closed,TRUE,,,1,';
    const rest = Array.from({ length: 500 }, (_, index) => goodLine(`r${index}`));
    const { rows, rejections } = await readCsv(csvOf(goodLine('first'), open, ...rest), 1000);
    expect(rows).toEqual([goodRow('first'), ...rest.map((_, index) => goodRow(`r${index}`))]);
    expect(rejections.map(place)).toEqual([{ line: 3, code: 'UNCLOSED_QUOTE' }]);
    expect(rejections[0]?.raw).toBe(open);
  });

  it('a quote that is never closed is given up after a bounded text', async () => {
    const rest = Array.from({ length: 60_000 }, (_, index) => goodLine(`r${index}`));
    expect(rest.join().length).toBeGreaterThan(MAX_RECORD_CHARACTERS);
    const { rows, rejections } = await readCsv(csvOf('a,29-Jun-17,"never closed,TRUE,,,1,', ...rest));
    expect(rows).toHaveLength(rest.length);
    expect(rejections).toEqual([
      expect.objectContaining({
        line: 2,
        code: 'UNCLOSED_QUOTE',
        reason: expect.stringContaining('1048576'),
      }),
    ]);
  });

  it('a stray quote before rows with quoted fields costs its own line', async () => {
    const quotedLine = (account: string): string => `${account},29-Jun-17,"d, e",TRUE,,,"  1,000.00 ",`;
    const { rows, rejections } = await readCsv(
      csvOf(quotedLine('a'), 'b,29-Jun-17,"open,TRUE,,,1,', quotedLine('c'), quotedLine('d')),
    );
    expect(rows.map(([account]) => account)).toEqual(['a', 'c', 'd']);
    expect(rejections.map(place)).toEqual([{ line: 3, code: 'STRAY_QUOTE' }]);
  });

  it('every line with an open quote is rejected on its own', async () => {
    const open = Array.from({ length: 2000 }, () => '"');
    const { rows, rejections } = await readCsv(csvOf(...open, goodLine('a')));
    expect(rows.length + rejections.length).toBeGreaterThan(1000);
    expect(rows.at(-1)).toEqual(goodRow('a'));
  });

  it.each([
    ['a quote inside a field', 'a,29-Jun-17,5" pipe,TRUE,,,1,'],
    ['a blank before the quote', 'a,29-Jun-17, "text",TRUE,,,1,'],
    ['text behind the quote', 'a,29-Jun-17,"text" more,TRUE,,,1,'],
    ['a quote not doubled', 'a,29-Jun-17,"say "hi" now",TRUE,,,1,'],
  ])('%s is a stray quote', async (_name, row) => {
    const { rows, rejections } = await readCsv(csvOf(row, goodLine('b')));
    expect(rows).toEqual([goodRow('b')]);
    expect(rejections).toEqual([expect.objectContaining({ line: 2, code: 'STRAY_QUOTE', raw: row })]);
  });

  it('bytes that are not UTF-8 set their line aside, as base64', async () => {
    const bad = Buffer.concat([
      Buffer.from('a,29-Jun-17,caf'),
      Buffer.from([0xe9]),
      Buffer.from(',TRUE,,,1,'),
    ]);
    const content = Buffer.concat([
      Buffer.from(csvOf(goodLine('ä'))),
      bad,
      Buffer.from(`\n${goodLine('b')}\n`),
    ]);
    const { rows, rejections } = await readCsv(content);
    expect(rows).toEqual([goodRow('ä'), goodRow('b')]);
    expect(rejections).toEqual([
      expect.objectContaining({ line: 3, code: 'INVALID_UTF8', rawForm: 'base64' }),
    ]);
    expect(Buffer.from(rejections[0]?.raw ?? '', 'base64')).toEqual(Buffer.concat([bad, Buffer.from('\n')]));
  });

  it.each([1000, 10 * 1024 * 1024])(
    'a line that is too long is passed over (chunks of %d bytes)',
    async (size) => {
      const long = 'x'.repeat(MAX_LINE_BYTES + 1);
      const { rows, rejections } = await readCsv(
        csvOf(goodLine('a'), long, goodLine('b'), long).trimEnd(),
        size,
      );
      expect(rows).toEqual([goodRow('a'), goodRow('b')]);
      expect(rejections.map(place)).toEqual([
        { line: 3, code: 'LINE_TOO_LONG' },
        { line: 5, code: 'LINE_TOO_LONG' },
      ]);
      expect(rejections[0]?.raw).toBe('x'.repeat(1024));
    },
  );

  it.each([
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
    const failure = await readCsv(content).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SEED_UNREADABLE', disposition: 'halt' });
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).not.toContain('409000611074');
  });
});
