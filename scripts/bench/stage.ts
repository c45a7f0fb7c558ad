/** Stream records of 1 KB to a staged file, next to parsing, printing and compressing the same bytes. */
import { gzipSync } from 'node:zlib';
import type { DynamoDBRecord } from 'aws-lambda';
import { sourceTables } from '../../pipeline/capture/stream-record';
import { stageRecords } from '../../pipeline/stage/stage-records';
import { BENCH_TRADES } from './bench-tables';
import { type BenchResult, measured } from './result';
import { BENCH_TABLE_PREFIX, benchRecord } from './stream-record';

/** The most that one invocation gets. */
const RECORDS = 10_000;
const TABLES = sourceTables([BENCH_TRADES], BENCH_TABLE_PREFIX);
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

/** With a text that no other record has. */
function recordOf(number: number): DynamoDBRecord {
  const text = Buffer.from(`${number} `.repeat(NOTE_CHARACTERS)).toString('base64').slice(0, NOTE_CHARACTERS);
  const attributes = {
    note: { S: text },
    details: {
      M: { lag: { N: '0' }, system: { S: 'abc' }, asks: { L: [{ N: '110.07' }, { N: '110.12' }] } },
    },
  };
  return benchRecord({ number, sequence: number, attributes });
}
