import { gunzipSync } from 'node:zlib';
import type { ScanKey } from '../../../pipeline/dynamodb/scan-segment';
import type { PipelineError } from '../../../pipeline/errors';
import { hashOfColumns, nextBackfill } from '../../../pipeline/stage/backfill-due';
import type { BackfillFile } from '../../../pipeline/stage/backfill-file';
import { parseBackfillRequest } from '../../../pipeline/stage/backfill-request';
import { type BackfillState, parseBackfillState } from '../../../pipeline/stage/backfill-state';
import { type BackfillPorts, runBackfillStep } from '../../../pipeline/stage/backfill-table';
import { TRADES } from '../../support/tables';

const HOUR = 3_600_000;
const streamAt = Date.parse('2026-11-01T10:00:00.000Z');
const source = {
  streamArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/cdc-dev-trades/stream/2026-11-01T10:00:00.000',
  nowMs: streamAt + HOUR,
};

/** A table of `count` items in four segments, pages of three; what is written is kept. */
function bed(count: number, overrides: Partial<BackfillPorts> = {}) {
  const files = new Map<string, BackfillFile>();
  const rejected: PipelineError[] = [];
  const pauses: number[] = [];
  let ends = 0;
  let saved: BackfillState | undefined;
  const ports: BackfillPorts = {
    scan: async (segment, segmentCount, from) => {
      const begin = from === undefined ? segment : Number(from.at?.N);
      const ids = Array.from({ length: 3 }, (_, at) => begin + at * segmentCount).filter((id) => id < count);
      const next = begin + 3 * segmentCount;
      return {
        items: ids.map((id) => ({ id: { S: id === 7 ? 'x'.repeat(3000) : `k${id}` } })),
        next: next < count ? ({ at: { N: String(next) } } as ScanKey) : undefined,
        readUnits: 10,
      };
    },
    writeFile: async (file) => {
      files.set(file.key, file);
    },
    saveState: async (state) => {
      saved = parseBackfillState(JSON.stringify(state), 'key');
    },
    writeEnd: async () => {
      ends += 1;
    },
    reject: (error) => rejected.push(error),
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
    },
    remainingMs: () => 60_000,
    maxReadUnitsPerSecond: 1e9,
    ...overrides,
  };
  const rows = (): Record<string, unknown>[] =>
    [...files.values()].flatMap(({ body }) =>
      gunzipSync(body)
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    );
  return { ports, rows, rejected, pauses, files, ends: () => ends, saved: () => saved };
}

it('every item becomes a row of the time from which the backfill answers; one that can never be a row is named', async () => {
  const { ports, rows, rejected, ends, saved, files } = bed(100);
  const begun = nextBackfill(source, undefined, { asked: 'asked', columns: 'c1' });
  const state = await runBackfillStep(TRADES, begun, ports);
  expect(state).toMatchObject({ isDone: true, itemCount: 100, rejectedCount: 1, reason: 'asked' });
  expect(saved()).toEqual(state);
  expect(ends()).toBe(1);
  const ids = rows().map(({ id }) => id);
  expect(new Set(ids).size).toBe(99);
  expect(ids).toHaveLength(99);
  // Two minutes before the service's now are left to the stream.
  expect(begun.runId).toBe(`0000${streamAt + HOUR - 120_000}000`.slice(-20).padStart(20, '0'));
  expect(rows()[0]).toMatchObject({
    _cdc_operation: 'insert',
    _cdc_version: begun.runId,
    _cdc_changed_at: '2026-11-01 10:58:00.000000',
  });
  expect(rejected.map(({ message }) => message)).toEqual([expect.stringContaining('cannot hold: id ')]);
  expect([...files.keys()].every((key) => key.startsWith(`incoming/trades/backfill-${begun.runId}/`))).toBe(
    true,
  );
});

it('a step that runs out of time is continued, one that fails is repeated from its last state, to the same rows', async () => {
  let calls = 0;
  const { ports, rows, ends, saved } = bed(100, { remainingMs: () => (calls++ % 5 === 4 ? 0 : 60_000) });
  let state = nextBackfill(source, undefined, { asked: 'asked', columns: 'c1' });
  let failures = 0;
  const failing: BackfillPorts = {
    ...ports,
    scan: async (...given) => {
      if (calls % 7 === 3) {
        calls += 1;
        failures += 1;
        throw new Error('the table is away');
      }
      return ports.scan(...given);
    },
  };
  for (let step = 0; !state.isDone && step < 200; step += 1) {
    state = await runBackfillStep(TRADES, state, failing).catch(() => saved() ?? state);
  }
  expect(state.isDone).toBe(true);
  expect(failures).toBeGreaterThan(0);
  expect(ends()).toBe(1);
  expect(new Set(rows().map(({ id }) => id)).size).toBe(99);
});

it('what is consumed is kept to the rate, and a throttled read is asked for again', async () => {
  let throttled = 2;
  const { ports, pauses, rows } = bed(24);
  await runBackfillStep(TRADES, nextBackfill(source, undefined, { asked: 'asked', columns: 'c1' }), {
    ...ports,
    maxReadUnitsPerSecond: 20,
    scan: async (...given) => (throttled-- > 0 ? 'throttled' : ports.scan(...given)),
  });
  expect(rows()).toHaveLength(23);
  // 8 pages of 10 units at 20 units per second are 4 seconds; pauses do not pass here, so each asks for what is left.
  expect(Math.max(...pauses)).toBeGreaterThan(3_000);
  expect(pauses.filter((milliseconds) => milliseconds === 1_000)).toHaveLength(2);
});

describe('a backfill is due', () => {
  const known = { ...nextBackfill(source, undefined, { asked: 'asked', columns: 'c1' }), isDone: true };
  it.each([
    ['when somebody asks', source, known, 'asked', true],
    ['of a table that was never backfilled, of a new one too', source, undefined, undefined, true],
    [
      'of a table that was created again',
      { ...source, streamArn: source.streamArn.replace('11-01', '11-02') },
      known,
      undefined,
      true,
    ],
    [
      'not of a table that was backfilled',
      { ...source, nowMs: streamAt + 90 * HOUR },
      known,
      undefined,
      false,
    ],
  ] as const)('%s', (_when, given, state, asked, expected) => {
    expect(nextBackfill(given, state, { asked, columns: 'c1' }).isDone).toBe(!expected);
  });

  it('some time after the columns of its table changed, also when they were changed back', () => {
    const later = (minutes: number) => ({ ...source, nowMs: source.nowMs + minutes * 60_000 });
    const next = (minutes: number, state: BackfillState, columns: string) =>
      nextBackfill(later(minutes), state, { asked: undefined, columns });
    const noticed = next(1, known, 'c2');
    expect(noticed).toMatchObject({ isDone: true, columns: 'c1', waiting: { columns: 'c2' } });
    expect(next(15, noticed, 'c2')).toBe(noticed);
    expect(next(16, noticed, 'c2')).toMatchObject({
      isDone: false,
      columns: 'c2',
      reason: 'its columns changed',
    });
    expect(next(16, noticed, 'c2').waiting).toBeUndefined();
    const back = next(16, noticed, 'c1');
    expect(back).toMatchObject({ isDone: true, columns: 'c1', waiting: { columns: 'c1' } });
    expect(next(30, back, 'c1')).toBe(back);
    expect(next(31, back, 'c1')).toMatchObject({ isDone: false, columns: 'c1' });
    expect(next(16, noticed, 'c3')).toMatchObject({ isDone: true, waiting: { columns: 'c3' } });
  });

  it('again where another one began before its new columns had settled', () => {
    const later = (minutes: number) => ({ ...source, nowMs: source.nowMs + minutes * 60_000 });
    const renewed = (minutes: number) => ({
      ...later(minutes),
      streamArn: source.streamArn.replace('11-01', '11-02'),
    });
    const due = { asked: undefined, columns: 'c2' };
    const noticed = nextBackfill(later(1), known, due);
    const asked = nextBackfill(later(5), noticed, { ...due, asked: 'asked' });
    expect(asked).toMatchObject({ reason: 'asked', columns: 'c2', waiting: noticed.waiting });
    const done = { ...asked, isDone: true };
    expect(nextBackfill(later(15), done, due)).toBe(done);
    const settled = nextBackfill(later(16), done, due);
    expect(settled).toMatchObject({ isDone: false, reason: 'its columns changed' });
    expect(settled.waiting).toBeUndefined();
    expect(nextBackfill(later(16), noticed, { ...due, asked: 'asked' }).waiting).toBeUndefined();
    // Columns and stream at once.
    const other = nextBackfill(renewed(1), known, due);
    expect(other).toMatchObject({
      reason: 'the table has another stream than before',
      waiting: { columns: 'c2', sinceMs: later(1).nowMs },
    });
    expect(nextBackfill(renewed(16), other, due).reason).toBe('its columns changed');
  });

  it('not of one whose state is of before columns were kept: they are kept from now on', () => {
    const { columns: _, ...old } = known;
    expect(nextBackfill(source, old, { asked: undefined, columns: 'c1' })).toEqual({ ...old, columns: 'c1' });
  });

  it('also after another type or place of a column, not after another order of its fields', () => {
    const [first, ...rest] = TRADES.columns;
    const hashes = [
      TRADES,
      {
        ...TRADES,
        columns: [{ ...first!, type: { kind: 'text', characters: 9, bytes: 9 } as never }, ...rest],
      },
      { ...TRADES, columns: [{ ...first!, path: ['other'] }, ...rest] },
      { ...TRADES, columns: rest },
    ].map(hashOfColumns);
    expect(new Set(hashes).size).toBe(4);
  });

  it('from its stream on, when that is younger than what is left to a stream', () => {
    const young = nextBackfill({ ...source, nowMs: streamAt + 5_000 }, undefined, {
      asked: 'asked',
      columns: 'c1',
    });
    expect(young.startedAtMs).toBe(streamAt);
  });

  it('only for tables of the catalogue', () => {
    expect(parseBackfillRequest({}, [TRADES])).toEqual({ tables: [TRADES], reason: undefined });
    expect(parseBackfillRequest({ table: 'trades' }, [TRADES]).reason).toBe('somebody asked for it');
    expect(parseBackfillRequest({ table: 'trades', continue: true }, [TRADES]).reason).toBeUndefined();
    expect(() => parseBackfillRequest({ table: 'quotes' }, [TRADES])).toThrow(/SETTINGS_INVALID.*trades/);
    expect(() => parseBackfillState('{', 'backfills/trades.json')).toThrow(/SOURCE_NOT_READY/);
  });
});
