import fc from 'fast-check';
import {
  creationOf,
  forgettableShards,
  generationOf,
  type KnownCheckpoints,
  readableShards,
  type StreamShard,
  shardVersionOf,
  whyPossiblyLost,
} from '../../../../../local/services/lambda/stream-mapping/shard-lineage';

function checkpointsOf(finished: Record<string, boolean>): KnownCheckpoints {
  const known = new Map(
    Object.entries(finished).map(([id, value]) => [id, { finished: value, generation: 0 }]),
  );
  return {
    wasDrained: false,
    deliveredBeforeMs: undefined,
    get: (id) => known.get(id),
    entries: () => known.entries(),
  };
}

const lineage: StreamShard[] = [{ id: 'a' }, { id: 'b', parentId: 'a' }, { id: 'c', parentId: 'b' }];

describe('the lineage of shards', () => {
  it('any family of shards is read with each parent before its children', () => {
    const families = fc.array(fc.option(fc.nat(30), { nil: undefined }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(families, (parents) => {
        const shards = parents.map((parent, index) => {
          const id = `s${index}`;
          return parent === undefined || parent >= index ? { id } : { id, parentId: `s${parent}` };
        });
        const read: string[] = [];
        for (;;) {
          const finished = Object.fromEntries(read.map((id) => [id, true]));
          const readable = readableShards(shards, checkpointsOf(finished));
          if (readable.length === 0) break;
          for (const id of readable) {
            const parent = shards.find((shard) => shard.id === id)?.parentId;
            if (parent !== undefined) expect(read).toContain(parent);
          }
          read.push(readable[0]!);
        }
        expect([...read].sort()).toEqual(shards.map(({ id }) => id).sort());
      }),
    );
  });

  it('a shard whose parent has left the stream can be read', () => {
    expect(readableShards([{ id: 'b', parentId: 'a' }], checkpointsOf({ a: true }))).toEqual(['b']);
  });

  const hour = 3_600_000;
  it.each<
    [string, boolean, { drained?: boolean; deliveredHour?: number; nowHour: number; isOthers?: boolean }]
  >([
    ['after a kill of an hour ago', false, { deliveredHour: 99, nowHour: 100 }],
    ['after a kill of 22 hours ago', false, { deliveredHour: 78, nowHour: 100 }],
    ['after a kill of 24 hours ago', true, { deliveredHour: 76, nowHour: 100 }],
    ['after a drained stop, however long ago', false, { drained: true, deliveredHour: 1, nowHour: 100 }],
    ['when a young stream was never read', false, { nowHour: 22 }],
    ['when a stream of yesterday was never read', true, { nowHour: 25 }],
    [
      'after a drained stop of 24 hours, while others wrote on,',
      true,
      { drained: true, deliveredHour: 76, nowHour: 100, isOthers: true },
    ],
    ['when an old stream of others is read for the first time', false, { nowHour: 1_000, isOthers: true }],
  ])('%s, records may have been missed: %s', (_when, expected, given) => {
    const { drained, deliveredHour, nowHour, isOthers = false } = given;
    const lost = whyPossiblyLost(
      { streamArn: 'arn', createdAtMs: 0, nowMs: nowHour * hour, isOthers },
      {
        wasDrained: drained === true,
        deliveredBeforeMs: deliveredHour === undefined ? undefined : deliveredHour * hour,
      },
    );
    expect(lost !== undefined).toBe(expected);
    if (expected)
      expect(lost).toMatch(/^POSITION_LOST: records of arn were last known to be delivered 2\d hours/);
  });

  it('a shard is forgotten when the stream names it no more, also not as a parent', () => {
    expect(forgettableShards(lineage.slice(2), checkpointsOf({ a: true, b: true, c: false }))).toEqual(['a']);
  });

  it('versions grow from shard to shard when the stream counts from the start again', () => {
    const before = shardVersionOf(
      creationOf('shardId-00000001795526941017-8f6e763d'),
      '000000000000000000024',
    );
    const after = shardVersionOf(
      creationOf('shardId-00000001795742974936-8ab5f996'),
      '000000000000000000002',
    );
    expect(before < after).toBe(true);
    expect(before).toHaveLength(34);
    expect(() => creationOf('shard')).toThrow('time of creation');
  });

  it('versions grow from a shard to its children whatever the clock said when each was created', () => {
    const clocks = fc.array(fc.integer({ min: 1_000_000_000_000, max: 1_900_000_000_000 }), {
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(
      fc.property(clocks, (createdAtMs) => {
        const known = new Map<string, { finished: boolean; generation: number }>();
        const checkpoints: KnownCheckpoints = {
          wasDrained: false,
          deliveredBeforeMs: undefined,
          get: (id) => known.get(id),
          entries: () => known.entries(),
        };
        const ids = createdAtMs.map((time, index) => `shardId-${String(time).padStart(20, '0')}-${index}`);
        const versions = ids.map((id, index) => {
          const parentId = ids[index - 1];
          const generation = generationOf(parentId === undefined ? { id } : { id, parentId }, checkpoints);
          known.set(id, { finished: true, generation });
          return shardVersionOf(generation, String(ids.length - index));
        });
        expect(versions).toEqual([...versions].sort());
        expect(new Set(versions.map((version) => version.slice(0, 13))).size).toBe(ids.length);
      }),
    );
  });
});
