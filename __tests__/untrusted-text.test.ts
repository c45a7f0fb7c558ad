/**
 * Text that comes from outside may have any form up to the limit of its service. Work on it is linear: each case here
 * ends within a time that quadratic work on the same text exceeds a hundredfold.
 */
import { parseStatement } from '../local/services/dms/task/statement/parse-statement';
import { dialectOf } from '../local/services/dms/task/statement/sql-tokens';
import { buildFitCheck } from '../local/services/dms/task/target-fit';
import { convertValue } from '../local/services/redshift/copy/convert-value';
import { readObjects } from '../local/services/redshift/copy/json-objects';
import { ValueError } from '../local/services/redshift/copy/value-error';
import { parseXml } from '../local/services/s3/xml';
import { projectAttribute } from '../pipeline/dynamodb/project-attribute';
import { projectItem } from '../pipeline/dynamodb/project-item';
import { matchHeader } from '../pipeline/files/csv-header';
import { CsvLineSplitter } from '../pipeline/files/csv-lines';
import { CsvRecordParser } from '../pipeline/files/csv-records';
import { parseColumnValue } from '../pipeline/files/csv-value';
import { JsonSyntaxError, parseExactJson } from '../pipeline/files/exact-json';
import { parseDynamodbNumber } from '../pipeline/ingest/item-number';
import type { ColumnType } from '../pipeline/values/column-type';
import { parseMysqlType } from '../pipeline/values/mysql-declaration';
import { maskValues } from '../pipeline/warehouse/statement-error';
import { WIDE } from './support/items';
import { patternsIn, slowForm } from './support/regular-expressions';
import { productFiles } from './support/source-graph';
import { TXNS } from './support/tables';

/** Of this process's own work: other load on the machine does not count. */
const CEILING_MS = 15_000;
/** The largest DynamoDB item (Amazon DynamoDB developer guide, "Quotas"). */
const ITEM = 400 * 1024;
/** The longest line of a CSV file that is looked at. */
const LINE = 1024 * 1024;
/** The largest packet that MySQL's default settings let through. */
const PACKET = 16 * 1024 * 1024;

function within(work: () => unknown): void {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(CEILING_MS);
}

/** Beginnings of many kinds of value, repeated up to a length, with an end that fits none of them. */
const hostile = (length: number): readonly (readonly [string, string])[] => [
  ['zeros behind a point and a one', `2012-03-02T22:00:00.${'0'.repeat(length)}1`],
  ['zeros inside a number', `1.${'0'.repeat(length)}1${'0'.repeat(length)}x`],
  ['digits and no number', `${'1'.repeat(length)}x`],
  ['digits on both sides of a point', `${'1'.repeat(length)}.${'1'.repeat(length)}x`],
  ['zeros in front', `-${'0'.repeat(length)}x`],
  ['digits', '9'.repeat(length)],
  ['commas between digits', `${'1,'.repeat(length / 2)}x`],
  ['groups of three', `1${',234'.repeat(length / 4)}x`],
  ['blanks', `${' '.repeat(length)}x${' '.repeat(length)}`],
  ['quotes', '"'.repeat(length)],
  ['backslashes', '\\'.repeat(length)],
  ['dashes', '-'.repeat(length)],
  ['halves of surrogate pairs', '\ud800'.repeat(length)],
];

function readHostile(text: string): void {
  try {
    parseExactJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
}

const TYPES: readonly ColumnType[] = [
  { kind: 'smallint' },
  { kind: 'bigint' },
  { kind: 'double' },
  { kind: 'boolean' },
  { kind: 'date' },
  { kind: 'timestamp' },
  { kind: 'decimal', precision: 38, scale: 12 },
  { kind: 'text', characters: 64 },
  { kind: 'document' },
];

describe('an attribute of the size of an item', () => {
  it.each(hostile(ITEM))('is projected into every type in linear time: %s', (_what, text) => {
    within(() => {
      for (const type of TYPES) {
        projectAttribute(type, { S: text });
        projectAttribute(type, { N: text });
      }
    });
  });

  it('of a fraction of zeros and a one is NULL with a flag', () => {
    const text = `2012-03-02T22:00:00.${'0'.repeat(390_000)}1Z`;
    within(() => {
      expect(projectItem(WIDE, { id: { S: 'a' }, at: { S: text } })).toMatchObject({
        columns: { at: null },
        flags: 'at,item/at',
      });
    });
  });

  it('of strings that SUPER cannot hold, under a long name, is flagged in bounded memory', () => {
    const list = { L: Array.from({ length: 150_000 }, () => ({ S: '\0' })) };
    const name = 'n'.repeat(60_000);
    within(() => {
      const row = projectItem(WIDE, { id: { S: 'a' }, list, [name]: list });
      expect(row.flagCount).toBe(300_000);
      const flags = row.flags ?? '';
      const kept = flags.split(',').length - 1;
      expect(flags.slice(0, 24)).toBe('item/list/0,item/list/1,');
      expect(flags.slice(flags.lastIndexOf('+'))).toBe(`+${300_000 - kept}`);
      expect(Buffer.byteLength(flags)).toBeLessThanOrEqual(4000);
    });
  });

  it('of a long number is refused by ingest in linear time', () => {
    within(() => {
      for (const [, text] of hostile(ITEM)) parseDynamodbNumber(text);
    });
  });

  it('of JSON that is hard to read is read in linear time', () => {
    const words = ['[', '{"a":', '"\\u0041', '[1,', '-', '1e', '"\\', '  '];
    within(() => {
      for (const word of words) readHostile(word.repeat(ITEM / word.length));
    });
  });
});

describe('a line of a CSV file', () => {
  it.each(hostile(LINE))('is parsed for every column in linear time: %s', (_what, text) => {
    within(() => {
      for (const column of TXNS.columns) {
        if (['date', 'boolean', 'decimal', 'text'].includes(column.type.kind)) parseColumnValue(text, column);
      }
    });
  });

  it.each(['"\n', 'a,"\n', '"a"b\n', '","\n', '""""\n', ',\n'])(
    'of a megabyte of %j is split and parsed in linear time',
    (line) => {
      within(() => {
        const lines = new CsvLineSplitter();
        const parser = new CsvRecordParser();
        parser.columnCount = 8;
        const text = Buffer.from(line.repeat(LINE / line.length));
        let count = 0;
        for (let at = 0; at < text.length; at += 65_536) {
          for (const _record of parser.push(lines.push(text.subarray(at, at + 65_536)))) count += 1;
        }
        for (const _record of [...parser.push(lines.end()), ...parser.end()]) count += 1;
        expect(count).toBeGreaterThan(LINE / line.length / 4);
      });
    },
  );

  it('of commas is no header, and the message names at most twenty columns', () => {
    const names = ['date', ...Array.from({ length: 100_000 }, (_, index) => `c${index}`)];
    within(() => {
      expect(() => matchHeader(names, TXNS.columns)).toThrow(/"c18", "c19" and 99980 more\. Expected/);
    });
  });
});

describe('a value of the binlog', () => {
  const source = { dataType: 'varchar', type: parseMysqlType('varchar(9)') } as Parameters<
    typeof buildFitCheck
  >[0];
  const targets = ['bigint', 'numeric', 'double precision', 'date', 'timestamp without time zone', 'boolean'];

  it.each(hostile(PACKET / 16))('is checked against every target in linear time: %s', (_what, text) => {
    within(() => {
      for (const type of targets) {
        const target = { type, size: 38, scale: 12 } as Parameters<typeof buildFitCheck>[1];
        buildFitCheck(source, target, { maxLobBytes: undefined })?.(text);
      }
    });
  });

  it.each(['/*', '/*!', '/*M!', '-- \n', '#\n', ' ', 'SET STATEMENT ', ' FOR', '`a`.', ',a', "'"])(
    'of a statement of 4 MB of %j is read in linear time',
    (part) => {
      within(() =>
        parseStatement(
          `SET STATEMENT ${part.repeat(PACKET / 4 / part.length)}`,
          'bank',
          dialectOf(0n, '10.11.14-MariaDB'),
        ),
      );
    },
  );
});

describe('a staged file', () => {
  const TYPED = [
    { name: 'int8' },
    { name: 'numeric', precision: 38, scale: 12 },
    { name: 'float8' },
    { name: 'bool' },
    { name: 'date' },
    { name: 'timestamp' },
    { name: 'time' },
  ] as readonly Parameters<typeof convertValue>[1]['type'][];
  const options = { timeFormat: 'auto', roundDecimals: true } as Parameters<typeof convertValue>[2];

  function convert(text: string, type: (typeof TYPED)[number]): void {
    try {
      convertValue(text, { name: 'c', type, nullable: true } as Parameters<typeof convertValue>[1], options);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
    }
  }

  it.each(hostile(LINE))('with a value of a megabyte is copied in linear time: %s', (_what, text) => {
    within(() => {
      for (const type of TYPED) convert(text, type);
    });
  });

  it.each(['{\n', '{', '{"a":\n', '"', '[\n'])('of 256 KB of %j is read in linear time', (part) => {
    within(() => {
      let count = 0;
      for (const _object of readObjects(part.repeat(LINE / 4 / part.length))) count += 1;
      expect(count).toBeGreaterThan(0);
    });
  });
});

it.each(['<a ', '<!--', '&', '&#', "<a b='", '< ', '<a b'])(
  '4 MB of XML made of %j is refused in linear time',
  (part) => {
    within(() => {
      expect(() => parseXml(`<a>${part.repeat((4 * LINE) / part.length)}`)).toThrow('The XML you provided');
    });
  },
);

it.each(['=(', "'", 'context:', 'invalid input syntax for type '])(
  'an error text of a megabyte of %j is masked in linear time',
  (part) => {
    within(() => maskValues(part.repeat(LINE / part.length)));
  },
);

describe('the source', () => {
  /** What DuckDB says or counts, of a few hundred characters. */
  const BOUNDED = ['local/services/redshift/storage/', 'local/services/redshift/sql/'];
  const scanned = productFiles.filter(
    (file) =>
      /^(?:pipeline|handlers|local\/(?:protocol|services))\//.test(file) &&
      !BOUNDED.some((folder) => file.startsWith(folder)),
  );

  it.each([
    ['/0+$/', true],
    ['/^0+$/', false],
    ['/(?:a+)+b/', true],
    ['/\\d+\\.?\\d*/', true],
    ['/\\d+(?:\\.\\d*)?/', false],
    ['/a[\\s\\S]*?b/g', true],
    ['/a[\\s\\S]*?b/y', false],
    ['/^SET\\s+.+?\\s+FOR/', true],
  ])('would be refused for the known form %s: %s', (literal, refused) => {
    expect(slowForm(literal) !== undefined).toBe(refused);
  });

  it('has no regular expression of a form that is slow on some text', () => {
    const patterns = scanned.flatMap(patternsIn);
    expect(patterns.length).toBeGreaterThan(80);
    const slow = patterns.flatMap(({ file, literal }) => {
      const why = slowForm(literal);
      return why === undefined ? [] : [`${file}: ${literal}: ${why}`];
    });
    expect(slow).toEqual([]);
  });
});
