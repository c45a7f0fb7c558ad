/** Stream records of 1 KB to a staged file, next to parsing, printing and compressing the same bytes. */
import { gzipSync } from 'node:zlib';
import type { DynamoDBRecord } from 'aws-lambda';
import { sourceTables } from '../../pipeline/capture/stream-record';
import { stageRecords } from '../../pipeline/stage/stage-records';
import { BENCH_TRADES } from './bench-tables';
import { type BenchResult, measured } from './result';

/** The most that one invocation gets. */
const RECORDS = 10_000;
const TABLES = sourceTables([BENCH_TRADES], 'bench-');
const NOTE_CHARACTERS = 420;

export async function bench(): Promise<BenchResult[]> {
  const event = JSON.stringify({ Records: Array.from({ length: RECORDS }, (_, at) => recordOf(at)) });
  const recordBytes = Math.round(Buffer.byteLength(event) / RECORDS);
  return [
    await measured({
      name: 'stage',
      shape: `${RECORDS} records of ${recordBytes} bytes, one file`,
      rows: RECORDS,
      floor: 'JSON.parse, JSON.stringify, gzip',
      run: async () => {
        const { Records: records } = JSON.parse(event) as { Records: DynamoDBRecord[] };
        const { failures } = await stageRecords(records, {
          tables: TABLES,
          writeFile: async () => undefined,
        });
        if (failures.length > 0) throw new Error(`${failures.length} records were not staged`);
      },
      runFloor: async () => {
        gzipSync(JSON.stringify(JSON.parse(event)));
      },
    }),
  ];
}

/** Of the seed's shape, with a text that no other record has. */
function recordOf(number: number): DynamoDBRecord {
  const id = { S: `item-${number}` };
  const text = Buffer.from(`${number} `.repeat(NOTE_CHARACTERS)).toString('base64').slice(0, NOTE_CHARACTERS);
  const NewImage = {
    id,
    price: { N: `${number % 1000}.25` },
    shares: { N: String(number % 500) },
    ticker: { S: `t${number % 100}` },
    note: { S: text },
    details: {
      M: { lag: { N: '0' }, system: { S: 'abc' }, asks: { L: [{ N: '110.07' }, { N: '110.12' }] } },
    },
    time: { M: { date: { S: '2012-03-02T22:00:00.000Z' } } },
  };
  return {
    eventID: `event-${number}`,
    eventName: 'INSERT',
    eventSourceARN: 'arn:aws:dynamodb:eu-central-1:123456789012:table/bench-trades/stream/1',
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: { id },
      NewImage,
      SequenceNumber: String(10n ** 20n + BigInt(number)),
    },
  } as DynamoDBRecord;
}
