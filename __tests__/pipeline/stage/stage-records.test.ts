import { gunzipSync } from 'node:zlib';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { sourceTables } from '../../../pipeline/capture/stream-record';
import { PipelineError } from '../../../pipeline/errors';
import { checkStagedFile } from '../../../pipeline/load/check-staged-file';
import { versionOf } from '../../../pipeline/position';
import type { DeadLetter } from '../../../pipeline/stage/dead-letter';
import { stageRecords } from '../../../pipeline/stage/stage-records';
import type { StagedFile } from '../../../pipeline/stage/staged-file';
import type { ProjectedColumn } from '../../../pipeline/tables';
import { tradeItem } from '../../support/items';
import { sequenceNumber, streamRecord, TABLE_PREFIX, TRADES_SOURCE } from '../../support/stream-records';
import { TRADES } from '../../support/tables';

async function stage(records: readonly DynamoDBRecord[]) {
  const written: StagedFile[] = [];
  const writeFile = async (file: StagedFile): Promise<void> => {
    written.push(file);
  };
  return { ...(await stageRecords(records, { tables: TRADES_SOURCE, writeFile })), written };
}

const linesOf = (file: StagedFile | undefined): string[] =>
  gunzipSync(file?.body ?? '')
    .toString()
    .trimEnd()
    .split('\n');

it('a delivery becomes one gzip file of JSON lines, deletes with only their key', async () => {
  const { written, failures } = await stage([
    streamRecord({ sequence: 1, after: tradeItem, id: 'x' }),
    streamRecord({ sequence: 2, before: tradeItem, id: 'x', at: 1_700_000_009 }),
  ]);
  expect(failures).toEqual([]);
  expect(written).toHaveLength(1);
  expect(written[0]?.key).toMatch(/^incoming\/trades\/[0-9a-f]{16}\/0{19}10{19}1-0{19}10{19}2\.json\.gz$/);
  expect(written[0]).toMatchObject({
    rowCount: 2,
    flagCount: 0,
    newestChangedAt: '2023-11-14T22:13:29.000Z',
  });
  const [insert, removal] = linesOf(written[0]);
  expect(insert).toBe(
    '{"_cdc_operation":"insert","_cdc_version":"0000000000000000000100000000000000000001",' +
      '"_cdc_changed_at":"2023-11-14 22:13:20.000000",' +
      '"_cdc_digest":"4d3f32c8f5e65b61930ccf68428316eb8824c8f2009e1ae06f0e970ea3bc2fa7","_cdc_flags":null,' +
      '"id":"5597a1617df886b33f839f9a","ticker":"abcd","ticket":"z100","price":"110","shares":"200",' +
      '"system":"abc","lag":"0","traded_at":"2012-03-02 22:00:00.000000","item":{"details":' +
      '{"asks":["110.07","110.12"],"bids":["109.9"],"lag":"0","system":"abc"},' +
      '"id":"5597a1617df886b33f839f9a","price":"110","shares":"200","ticker":"abcd","ticket":"z100",' +
      '"time":{"date":"2012-03-02T22:00:00.000Z"}}}',
  );
  expect(removal).toBe(
    '{"_cdc_operation":"delete","_cdc_version":"0000000000000000000100000000000000000002",' +
      '"_cdc_changed_at":"2023-11-14 22:13:29.000000","id":"5597a1617df886b33f839f9a"}',
  );
});

it('while letters are worked off, what still cannot be taken is reported and the others are staged', async () => {
  const { written, failures, failure } = await stage([
    streamRecord({ sequence: 1, after: tradeItem }),
    streamRecord({ sequence: 2, after: { odd: { X: 'y' } as object } }),
    streamRecord({ sequence: 3, after: tradeItem }),
    streamRecord({ sequence: 4, after: {}, table: 'other' }),
  ]);
  expect(failures).toEqual([2, 4].map((sequence) => ({ itemIdentifier: sequenceNumber(sequence) })));
  expect(failure).toMatchObject({ code: 'STREAM_RECORD_INVALID' });
  expect(written.map(({ rowCount }) => rowCount)).toEqual([2]);
});

it('a file that cannot be written fails the delivery, so that it comes again', async () => {
  const broken = new PipelineError({ code: 'STAGE_FAILED', disposition: 'retry', message: 'S3 is away' });
  const staged = stageRecords([streamRecord({ sequence: 1, after: tradeItem })], {
    tables: TRADES_SOURCE,
    writeFile: async () => {
      throw broken;
    },
  });
  await expect(staged).rejects.toBe(broken);
});

it('an empty delivery writes nothing', async () => {
  expect(await stage([])).toMatchObject({ written: [], failures: [] });
});

it('the same delivery gives the same key and bytes, another delivery another key', async () => {
  const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });
  const delivery = (ids: readonly number[]): DynamoDBRecord[] =>
    ids.map((sequence) => streamRecord({ sequence, after: { price: { N: String(sequence) } } }));
  await fc.assert(
    fc.asyncProperty(sequences, sequences, async (one, other) => {
      const [first] = (await stage(delivery(one))).written;
      const [again] = (await stage(delivery(one))).written;
      const [second] = (await stage(delivery(other))).written;
      expect(again?.key).toBe(first?.key);
      expect(again?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
      expect(second?.key === first?.key).toBe(one.join() === other.join());
    }),
  );
});

const WHOLE_KEY: readonly ProjectedColumn[] = [
  { name: 'n', path: ['n'], type: { kind: 'bigint' }, nullable: false },
];

describe('a record that can never be taken', () => {
  const long = streamRecord({ sequence: 2, id: 'x'.repeat(2049), after: {} });
  const around = [
    streamRecord({ sequence: 1, id: 'a', after: {} }),
    long,
    streamRecord({ sequence: 3, id: 'a' }),
  ];

  async function stageWithLetters(records: readonly DynamoDBRecord[]) {
    const letters: DeadLetter[] = [];
    const files: StagedFile[] = [];
    const outcome = await stageRecords(records, {
      tables: TRADES_SOURCE,
      writeFile: async (file) => {
        files.push(file);
      },
      sendLetter: async (letter) => {
        letters.push(letter);
      },
    });
    return { ...outcome, letters, files };
  }

  it('whatever comes as a record, it is a row that a load takes or a letter, and what is around it is staged', async () => {
    const good = streamRecord({ sequence: 1, after: {} });
    const changed = (part: string, value: unknown): unknown =>
      part in good ? { ...good, [part]: value } : { ...good, dynamodb: { ...good.dynamodb, [part]: value } };
    const nested = (depth: number): object => (depth === 0 ? { S: '' } : { L: [nested(depth - 1)] });
    const deep = Array.from({ length: 50 }).reduce<object>(
      (inner) => ({ L: [{ L: [inner] }] }),
      nested(3_000),
    );
    const part = fc.constantFrom(
      'eventID',
      'eventName',
      'eventSourceARN',
      'dynamodb',
      'Keys',
      'SequenceNumber',
    );
    const image = fc.dictionary(
      fc.constantFrom('id', 'price', '', '__proto__', 'constructor', 'toString'),
      fc.oneof(
        fc.anything(),
        fc.constantFrom(
          { N: '9'.repeat(100_000) },
          { N: '1E-130' },
          { S: '\ud800\0' },
          { BS: ['AAE='] },
          deep,
        ),
      ),
    );
    const record = fc.oneof(
      fc.anything(),
      fc.tuple(part, fc.anything()).map(([name, value]) => changed(name, value)),
      fc.tuple(fc.constantFrom('NewImage', 'OldImage'), image).map(([name, value]) => changed(name, value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(record), async (records) => {
        const { files, letters } = await stageWithLetters([good, ...records, good] as DynamoDBRecord[]);
        const rowCount = files.reduce((sum, file) => sum + file.rowCount, 0);
        expect(rowCount + letters.length).toBe(records.length + 2);
        for (const { table, key, body } of files)
          expect(checkStagedFile(table, body, { key, isStrict: true })).toBeUndefined();
        for (const letter of letters) expect(JSON.stringify(letter).length).toBeLessThan(100_000);
      }),
    );
  });

  it.each<[string, unknown]>([
    ['no text', { toString: 0 }],
    ['longer than a message of SQS', 'x'.repeat(300_000)],
  ])('with an id that is %s, it holds up nothing', async (_what, eventID) => {
    const forged = { ...long, eventID } as DynamoDBRecord;
    const { files, letters } = await stageWithLetters([
      ...around.filter((record) => record !== long),
      forged,
    ]);
    expect(files.map(({ rowCount }) => rowCount)).toEqual([2]);
    expect(letters).toMatchObject([{ code: 'STREAM_RECORD_INVALID', sequenceNumber: sequenceNumber(2) }]);
    expect(JSON.stringify(letters).length).toBeLessThan(10_000);
  });

  it.each([
    ['in the middle', around],
    ['as the first of several', [long, ...around.filter((record) => record !== long)]],
  ])('is one dead letter at once %s, and the others are staged in order', async (_place, records) => {
    const { files, letters, failures } = await stageWithLetters(records);
    expect(failures).toEqual([]);
    const versions = gunzipSync(files[0]?.body ?? '')
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { _cdc_version: string })._cdc_version);
    expect(versions).toEqual([1, 3].map((sequence) => versionOf(sequenceNumber(sequence))));
    expect(letters).toEqual([
      {
        code: 'STREAM_RECORD_INVALID',
        message: expect.stringContaining('an item of trades has a key that its target cannot hold: id '),
        table: 'trades',
        operation: 'insert',
        streamArn: long.eventSourceARN,
        sequenceNumber: sequenceNumber(2),
        eventId: long.eventID,
        changedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
    expect(JSON.stringify(letters)).not.toContain('xxx');
  });

  const { dynamodb, ...unnumbered } = streamRecord({ sequence: 5, after: {} });
  it.each([
    ['of another table', streamRecord({ sequence: 5, after: {}, table: 'other' }), 'the table other'],
    ['without a number', { ...unnumbered, dynamodb: { ...dynamodb, SequenceNumber: undefined } }, 'number'],
    ['of no known event', { ...streamRecord({ sequence: 5, after: {} }), eventName: 'TOUCH' }, 'TOUCH'],
    ['without images', streamRecord({ sequence: 5 }), 'no new image'],
    ['of an unknown type', streamRecord({ sequence: 5, after: { x: { Q: '1' } as object } }), 'exactly one'],
    ['of no time', streamRecord({ sequence: 5, after: {}, at: 1e300 }), 'creation time'],
    ['of an unheard-of fault', streamRecord({ sequence: 5, after: { x: null as unknown as object } }), ''],
  ] as const)('%s is a letter with its reason, and the others are staged', async (_what, record, reason) => {
    const bad = reason === 'no new image' ? { ...record, eventName: 'INSERT' } : record;
    const { files, letters, failures } = await stageWithLetters([bad as DynamoDBRecord, ...around.slice(2)]);
    expect({ failures, files: files.length }).toEqual({ failures: [], files: 1 });
    expect(letters).toMatchObject([
      { code: 'STREAM_RECORD_INVALID', message: expect.stringContaining(reason), eventId: 'event-5' },
    ]);
  });

  it('as the only one of a delivery leaves no file', async () => {
    const { files, letters, failures } = await stageWithLetters([long]);
    expect({ files, failures, count: letters.length }).toEqual({ files: [], failures: [], count: 1 });
  });

  it('with a number that its whole-number key cannot hold is a letter too', async () => {
    const table = { ...TRADES, key: ['n'], keyTypes: { n: 'N' as const }, columns: WHOLE_KEY };
    const letters: DeadLetter[] = [];
    const record = streamRecord({ sequence: 4, after: { n: { N: '1.5' } } });
    await stageRecords([record], {
      tables: sourceTables([table], TABLE_PREFIX),
      writeFile: async () => {},
      sendLetter: async (letter) => {
        letters.push(letter);
      },
    });
    expect(letters.map(({ message }) => message)).toEqual([expect.stringContaining('cannot hold: n ')]);
  });

  it('whose letter cannot be sent fails the delivery after the files are written; they come again', async () => {
    const written: string[] = [];
    const failing = stageRecords(around, {
      tables: TRADES_SOURCE,
      writeFile: async ({ key }) => {
        written.push(key);
      },
      sendLetter: async () => {
        throw new PipelineError({ code: 'STAGE_FAILED', disposition: 'retry', message: 'SQS is away' });
      },
    });
    await expect(failing).rejects.toMatchObject({ code: 'STAGE_FAILED', disposition: 'retry' });
    expect(written).toHaveLength(1);
  });

  it('is reported and makes no letter while letters are worked off', async () => {
    const { failures, letters } = await stage([around[0] as DynamoDBRecord, long]);
    expect(failures).toEqual([{ itemIdentifier: sequenceNumber(2) }]);
    expect(letters).toEqual([]);
  });
});
