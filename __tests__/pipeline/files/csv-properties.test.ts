import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvOf, goodLine, HEADER, quoted, readCsv, rowWith } from '../../support/txns-csv';

/** Texts made of what matters to CSV, and others. */
const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'é', '😀', '\ufeff'), maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
);

it('any text arrives as itself, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyText, fc.constantFrom('\n', '\r\n')), { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      async (texts, chunkBytes) => {
        const rows = texts.map(([text, end]) => `a,29-Jun-17,${quoted(text)},,,,,${end}`);
        const outcome = await readCsv(`${HEADER}\n${rows.join('')}`, chunkBytes);
        expect(outcome.rejections).toEqual([]);
        expect(outcome.rows.map((row) => row[2])).toEqual(texts.map(([text]) => text));
      },
    ),
  );
});

it('records are those of csv-parse, for any text that it takes', async () => {
  const unit = fc.constantFrom('"', '"', ',', '\n', 'a', ' ');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit, maxLength: 8 })), async (fields) => {
      const content = csvOf(...fields.map((field) => `a,29-Jun-17,${field},,,,,`));
      let records: string[][];
      try {
        records = parse(content, { skip_empty_lines: true, record_delimiter: ['\n', '\r\n'] });
      } catch {
        return;
      }
      // What csv-parse takes is also not rejected, and has the same texts.
      const outcome = await readCsv(content);
      expect(outcome.rejections.filter(({ code }) => code !== 'BAD_DATE')).toEqual([]);
      expect(outcome.rows.map((row) => row[2])).toEqual(records.slice(1).map((record) => record[2]));
    }),
    { numRuns: 500 },
  );
});

it('no line is lost: what is broken by quotes, cuts and bytes is either a row or rejected', async () => {
  const unit = fc.constantFrom('"', ',', 'a', '\r', '😀');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ unit, maxLength: 10 }), fc.constant(goodLine('g'))), { maxLength: 12 }),
      async (given) => {
        const content = csvOf(...given);
        const { rows, rejections } = await readCsv(content, 7);
        const isTaken = new Set(
          rejections.flatMap(({ line, raw }) => raw.split('\n').map((_, at) => line + at)),
        );
        for (const [index, text] of given.entries()) {
          const isBlank = text === '' || text === '\r';
          if (!isBlank && text !== goodLine('g'))
            expect([index + 2, isTaken.has(index + 2)]).toEqual([index + 2, true]);
        }
        expect(rows.every((row) => row[0] === 'g')).toBe(true);
      },
    ),
  );
});

it('any amount that the column holds arrives exactly, with or without separators', async () => {
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
        const { rows } = await readCsv(csvOf(rowWith('balance_amt', quoted(`  ${text} `))));
        expect(rows[0]?.[7]).toBe(expected);
      },
    ),
  );
});
