import { COLUMN_NAMES, csvOf, goodLine, goodRow, readCsv, rowWith } from '../../support/txns-csv';

describe('a value becomes exactly what its column holds', () => {
  it.each([
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
    const { rows, rejections } = await readCsv(csvOf(rowWith(column, text)));
    expect(rejections).toEqual([]);
    expect(rows[0]?.[COLUMN_NAMES.indexOf(column)]).toBe(expected);
  });
});

const DATE_FORM = 'expected a date like 29-Jun-17, 29-Jun-2017 or 2017-06-29';
const NUMBER_FORM = 'expected digits, thousands separated by commas, decimals by a dot';

describe('a value that its column cannot hold rejects the row, with line, column and code', () => {
  it.each([
    ['date', '', 'VALUE_MISSING', 'column date is empty and may not be'],
    ['date', '31-Feb-17', 'BAD_DATE', 'there is no such day in the month'],
    ['date', '29-Feb-17', 'BAD_DATE', 'there is no such day in the month'],
    ['date', '30-Foo-17', 'BAD_DATE', 'there is no such month'],
    ['date', '2017-13-01', 'BAD_DATE', 'there is no such month'],
    ['date', '0-Jan-17', 'BAD_DATE', 'there is no such day in the month'],
    ['date', '0999-12-31', 'BAD_DATE', 'the year is before 1000, the first that MySQL holds'],
    ['date', '06/29/2017', 'BAD_DATE', DATE_FORM],
    ['value_date', '29-Jun-017', 'BAD_DATE', DATE_FORM],
    ['chip_used', 'yes', 'BAD_BOOLEAN', 'expected TRUE or FALSE'],
    ['deposit_amt', '1.005', 'TOO_MANY_DECIMALS', 'the number has 3 decimals, the column takes 2'],
    [
      'deposit_amt',
      '10000000000000000',
      'NUMBER_OUT_OF_RANGE',
      'the number has 17 digits before the dot, the column takes 16',
    ],
    ['deposit_amt', '"1,5"', 'BAD_NUMBER', NUMBER_FORM],
    ['deposit_amt', '"1.000.000,00"', 'BAD_NUMBER', NUMBER_FORM],
    ['deposit_amt', '1E3', 'BAD_NUMBER', NUMBER_FORM],
    ['deposit_amt', '-', 'BAD_NUMBER', NUMBER_FORM],
    ['deposit_amt', '12 000', 'BAD_NUMBER', NUMBER_FORM],
    ['deposit_amt', '$12', 'BAD_NUMBER', NUMBER_FORM],
    ['account_no', '', 'VALUE_MISSING', 'column account_no is empty and may not be'],
    ['account_no', '   ', 'VALUE_MISSING', 'column account_no is empty and may not be'],
    ['transaction_details', 'a\0b', 'NUL_CHARACTER', 'the text holds U+0000'],
  ])('%s: %j is %s', async (column, text, code, reason) => {
    const row = rowWith(column, text);
    const { rows, rejections } = await readCsv(csvOf(goodLine('a'), row, goodLine('b')));
    expect(rows).toEqual([goodRow('a'), goodRow('b')]);
    expect(rejections).toEqual([{ line: 3, code, column, reason, raw: row }]);
  });
});

it('the length of text is counted in characters, not in bytes', async () => {
  const fits = '😀'.repeat(2000);
  const { rows, rejections } = await readCsv(
    csvOf(rowWith('transaction_details', fits), rowWith('transaction_details', `${fits}x`)),
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
