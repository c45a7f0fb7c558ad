/** Damage on the disk or on the way: no row that the source did not write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { BinlogParser } from '../../../../../local/services/dms/binlog/binlog-parser';
import { BinlogDamagedError } from '../../../../../local/services/dms/binlog/byte-reader';
import { crc32 } from '../../../../../local/services/dms/binlog/event-checksum';
import { EVENT, ROWS_EVENTS } from '../../../../../local/services/dms/binlog/event-types';
import { buildRowReader, StructureChangedError } from '../../../../../local/services/dms/binlog/row-reader';
import { UnreadableColumnError } from '../../../../../local/services/dms/binlog/value-reader';
import { readTable } from '../../../../../local/services/dms/task/source-catalogue';
import type { SourceTable } from '../../../../../local/services/dms/task/source-table';
import { assertRuns, proofMs } from '../../../../support/proof';
import { TaskBed, TIMEOUT_MS } from '../task/task-bed';

const MAGIC_BYTES = 4;
const HEADER_BYTES = 19;
let bed: TaskBed;
let table: SourceTable;
let dataFolder: string;

const WORK = [
  'CREATE DATABASE harm',
  `CREATE TABLE harm.t (id BIGINT PRIMARY KEY, small TINYINT, amount DECIMAL(20,5), at DATETIME(6), day DATE,
     note VARCHAR(200), word CHAR(20), body MEDIUMTEXT, flag BIT(3), kind ENUM('a','b','c'), share DOUBLE)`,
  `INSERT INTO harm.t WITH RECURSIVE s (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < 40)
     SELECT seq, seq % 100, seq * 1.25, '2024-02-29 12:34:56.789012', '2024-02-29', REPEAT('é', seq % 60),
     CONCAT('word ', seq), REPEAT('text ', seq), b'101', ELT(1 + seq % 3, 'a', 'b', 'c'), seq / 3 FROM s`,
  'UPDATE harm.t SET note = NULL, amount = -amount WHERE id < 20',
  'DELETE FROM harm.t WHERE id > 30',
];

/** The events of one binlog file, the format description first. */
async function eventsOfFile(file: string): Promise<Buffer[]> {
  const bytes = readFileSync(join(dataFolder, file));
  const events: Buffer[] = [];
  for (let at = MAGIC_BYTES; at < bytes.length; ) {
    const size = bytes.readUInt32LE(at + 9);
    events.push(bytes.subarray(at, at + size));
    at += size;
  }
  return events;
}

async function record(checksum: 'CRC32' | 'NONE'): Promise<Buffer[]> {
  await bed.source('DROP DATABASE IF EXISTS harm', `SET GLOBAL binlog_checksum = ${checksum}`);
  await bed.source('FLUSH BINARY LOGS');
  const { file } = await bed.binlogEnd();
  await bed.source(...WORK, 'FLUSH BINARY LOGS');
  table = (await readTable(bed.admin, 'harm', 't')) as SourceTable;
  return eventsOfFile(file);
}

interface Reading {
  readonly rows: string[];
  readonly error?: unknown;
}

/** Rows as they come, until the end or the first error. */
function readAll(events: readonly Buffer[], checksum: boolean): Reading {
  const rows: string[] = [];
  const parser = new BinlogParser({ file: 'binlog.000001', offset: 4 }, { checksum });
  try {
    for (const event of events)
      for (const parsed of parser.parse(event, 0, event.length)) {
        if (parsed.kind !== 'rows' || parsed.map.table !== 't') continue;
        const reader = buildRowReader(parsed.map, table);
        while (parsed.rows.remaining > 0) {
          const images = [reader.read(parsed.rows, parsed.present)];
          if (parsed.operation === 'update') images.push(reader.read(parsed.rows, parsed.presentAfter));
          rows.push(`${parsed.operation} ${JSON.stringify(images)}`);
        }
      }
    return { rows };
  } catch (error) {
    return { rows, error };
  }
}

/** Where bytes are changed, counted over all events, and what they are combined with by exclusive or. */
const damage = (totalBytes: number) =>
  fc.array(fc.tuple(fc.nat({ max: totalBytes - 1 }), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 5,
  });

function damaged(events: readonly Buffer[], changes: readonly (readonly [number, number])[]): Buffer[] {
  const whole = Buffer.concat(events);
  for (const [at, mask] of changes) whole[at] = (whole[at] as number) ^ mask;
  let start = 0;
  return events.map(({ length }) => {
    start += length;
    return whole.subarray(start - length, start);
  });
}

beforeAll(async () => {
  bed = await TaskBed.start();
  const [row] = (await bed.rows('SELECT @@GLOBAL.datadir AS folder')) as { folder: string }[];
  dataFolder = row?.folder ?? '';
}, 90_000);
afterAll(() => bed?.stop());

it('reads the rows of a whole binlog, with checksums and without', async () => {
  const read: number[] = [];
  for (const checksum of ['CRC32', 'NONE'] as const) {
    const { rows, error } = readAll(await record(checksum), checksum === 'CRC32');
    expect(error).toBeUndefined();
    read.push(rows.length);
  }
  // 40 inserts, 19 updates, 10 deletes.
  expect(read).toEqual([69, 69]);
});

it('gives no row that was not written out of 3,000 damaged streams with checksums', async () => {
  const events = await record('CRC32');
  const { rows: right } = readAll(events, true);
  const totalBytes = Buffer.concat(events).length;
  let refused = 0;
  fc.assert(
    fc.property(damage(totalBytes), (changes) => {
      const broken = damaged(events, changes);
      const { rows, error } = readAll(broken, true);
      expect(rows).toEqual(right.slice(0, rows.length));
      const isChanged = !Buffer.concat(broken).equals(Buffer.concat(events));
      // Two changes of one byte can undo each other. And the flag "in use" is no part of what is checked.
      if (error === undefined) expect(isChanged && !onlyInUse(changes)).toBe(false);
      else {
        expect(error).toBeInstanceOf(BinlogDamagedError);
        refused += 1;
      }
    }),
    { numRuns: 3_000 },
  );
  expect(refused).toBeGreaterThan(2_900);
}, 120_000);

const onlyInUse = (changes: readonly (readonly [number, number])[]): boolean =>
  changes.every(([at, mask]) => at === 17 && mask === 1);

it('refuses rows and commits that are longer or shorter than what is in them, without checksums', async () => {
  const events = await record('NONE');
  const { rows: right } = readAll(events, false);
  const types = [...ROWS_EVENTS.keys(), EVENT.XID];
  const places = events.flatMap((event, place) => (types.includes(event[4] as never) ? [place] : []));
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.integer({ min: -12, max: 12 }), (place, more) => {
      fc.pre(more !== 0);
      const event = events[place] as Buffer;
      const length = Math.max(HEADER_BYTES, event.length + more);
      const other = Buffer.alloc(length);
      event.copy(other);
      // The size says so, as in an event that a broken server wrote.
      other.writeUInt32LE(length, 9);
      const { rows, error } = readAll(events.with(place, other), false);
      expect(error).toBeInstanceOf(BinlogDamagedError);
      expect(rows.length).toBeLessThanOrEqual(right.length);
    }),
    { numRuns: 1_000 },
  );
});

it(
  'ends in a named error, in bounded time, whatever bytes an event has, without checksums',
  async () => {
    const events = await record('NONE');
    const totalBytes = Buffer.concat(events).length;
    const from = performance.now();
    let refused = 0;
    let runs = 0;
    await assertRuns(
      fc.property(damage(totalBytes), fc.uint8Array({ minLength: 1, maxLength: 300 }), (changes, noise) => {
        runs += 1;
        const broken = damaged(events, changes);
        // And an event of nothing but noise behind a header that fits it.
        const [at = 0, mask = 0] = changes[0] ?? [];
        const random = Buffer.concat([Buffer.alloc(HEADER_BYTES), noise]);
        random[4] = FUZZED_TYPES[mask % FUZZED_TYPES.length] as number;
        random.writeUInt32LE(random.length, 9);
        broken.splice(1 + (at % broken.length), 0, random);
        const { error } = readAll(broken, false);
        if (error === undefined) return;
        refused += 1;
        const named = [BinlogDamagedError, UnreadableColumnError, StructureChangedError];
        if (!named.some((kind) => error instanceof kind)) throw error;
      }),
      { numRuns: 1_000, seed: 20_261_128 },
    );
    expect(refused / runs).toBeGreaterThan(0.3);
    expect((performance.now() - from) / runs).toBeLessThan(20);
  },
  proofMs + 600_000,
);

const FUZZED_TYPES = [...ROWS_EVENTS.keys(), ...Object.values(EVENT)];

it('counts the same checksum as zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      let remainder = 0xffffffff;
      for (const byte of bytes) {
        remainder ^= byte;
        for (let bit = 0; bit < 8; bit += 1)
          remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
      }
      expect(crc32(bytes)).toBe((remainder ^ 0xffffffff) >>> 0);
    }),
  );
});

it('stops the task by name, and says where, when the file is damaged on the disk', async () => {
  await bed.source('SET GLOBAL binlog_checksum = CRC32');
  await bed.createDatabase('disk');
  await bed.source('CREATE TABLE disk.t (id INT PRIMARY KEY, v VARCHAR(40))');
  await bed.target('CREATE TABLE disk.t (id INTEGER NOT NULL PRIMARY KEY, v VARCHAR(40))');
  const first = await bed.task('disk');
  first.task.start('start-replication');
  await first.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
  await first.task.close();
  const { file } = await bed.binlogEnd();
  await bed.source("INSERT INTO disk.t VALUES (7, 'as it was written')", 'FLUSH BINARY LOGS');
  const path = join(dataFolder, file);
  const bytes = readFileSync(path);
  // The first one is the statement itself, which is not sent.
  bytes.write('as it was altered', bytes.lastIndexOf('as it was written'));
  writeFileSync(path, bytes);

  const { task } = await bed.task('disk');
  task.start('resume-processing');
  await waitUntil(() => task.describe().status === 'failed', { what: 'the failure', timeoutMs: TIMEOUT_MS });
  const { failure } = task.describe();
  expect(failure?.code).toBe('BINLOG_DAMAGED');
  expect(failure?.message).toMatch(
    /its checksum is not that of its bytes.*resume reads it again.*reload-target/,
  );
  expect(failure?.message).not.toContain('altered');
  expect(await bed.targetRows('disk', 't')).toEqual([]);
});
