import { type CapacityLine, isEnough, type Load } from '../../../deployment/capacity/capacity-line';
import { buildCapacityReport, capacityLines, quantity } from '../../../deployment/capacity/report';
import { type SynthesisOptions, synthesize } from '../../stacks/synthesized';

const load: Load = { changesPerSecond: 1_000, bytes: 1_000, storedGb: 100 };
const linesOf = (changes: Partial<Load>, options?: SynthesisOptions): CapacityLine[] =>
  capacityLines(synthesize(options).deployment, { ...load, ...changes });
const line = (lines: readonly CapacityLine[], subject: string): CapacityLine =>
  lines.find((one) => one.subject.startsWith(subject))!;

it('what is needed follows the load', () => {
  const lines = linesOf({});
  expect(line(lines, 'writes of one table').needed).toBe(1_000);
  expect(line(linesOf({ bytes: 1_025 }), 'writes of one table').needed).toBe(2_000);
  // 1,000 records/s of 44 µs on 512 of 1,769 MB.
  expect(line(lines, 'runs at once, that the stream').needed).toBe(1);
  expect(line(linesOf({ changesPerSecond: 100_000 }), 'runs at once, that the stream').needed).toBe(16);
  // 2 files a second of 500 records, 300 s long.
  expect(line(lines, 'files of five minutes').needed).toBe(600);
  // 3,600 s · 72 h · 1,000/s · 2,050 bytes.
  expect(line(lines, 'binlog that is kept').needed).toBeCloseTo((3_600 * 72 * 1_000 * 2_050) / 2 ** 30, 3);
  // 100 GB in units of 8 KB, 2,000 a second.
  expect(line(lines, 'a sweep').needed).toBeCloseTo(1.82, 2);
});

it('a batch is no larger than an event of Lambda, and a quiet stream has a file for each window', () => {
  // 6 MB of records with both images of 400,000 bytes are seven.
  expect(line(linesOf({ bytes: 400_000, changesPerSecond: 7 }), 'files of five').needed).toBe(300);
  expect(line(linesOf({ changesPerSecond: 1 }), 'files of five').needed).toBe(300 / 30);
  const atOnce = linesOf(
    { changesPerSecond: 1 },
    { change: ({ stream }) => Object.assign(stream, { batchingWindowSeconds: 0 }) },
  );
  expect(line(atOnce, 'files of five').needed).toBe(300);
});

it('what is given follows the settings', () => {
  const turnedUp = linesOf(
    { changesPerSecond: 100_000 },
    {
      change: ({ stream, load: loads, reconcile, functions }) => {
        stream.parallelizationFactor = 10;
        loads.maxBatchFiles = 5_000;
        reconcile.readUnitsPerSecond = 20_000;
        functions['stage-stream-records'].memoryMb = 1_769;
      },
    },
  );
  expect(line(turnedUp, 'runs at once, that the stream')).toMatchObject({ needed: 5, given: 1_000 });
  expect(line(turnedUp, 'files of five')).toMatchObject({ given: 5_000 });
  expect(line(turnedUp, 'a sweep').needed).toBeCloseTo(0.18, 2);
});

it('says what is enough, what to turn up, and what only a measurement tells', () => {
  const lines = linesOf({ changesPerSecond: 100_000 });
  expect(isEnough(line(lines, 'writes of one table'))).toBe(false);
  expect(isEnough(line(lines, 'rows that the warehouse merges'))).toBeUndefined();
  const report = buildCapacityReport(lines);
  expect(report).toMatch(
    /^NOT ENOUGH {2}DynamoDB {3}writes of one table: 100,000 of 4,000 units\/s\n.*\n +turn up dynamodb\.maxWrite/m,
  );
  expect(report).toMatch(/^enough +stage +runs at once, that an account allows: 16 of 1,000 runs$/m);
  expect(report).toMatch(/^measure +load +rows that the warehouse merges: 100,000 rows\/s$/m);
});

it('leaves out the path that a catalogue does not have, and what a server of others does not tell', () => {
  const existing = linesOf({}, { environment: 'existing' });
  expect(line(existing, 'binlog that is kept').given).toBeUndefined();
  expect(quantity(0.1234)).toBe('0.12');
  expect(quantity(1_234.5)).toBe('1,235');
});
