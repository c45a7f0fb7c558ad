import fc from 'fast-check';
import {
  checkNothingLost,
  creationOf,
  forgettableShards,
  generationOf,
  type KnownCheckpoints,
  readableShards,
  type StreamShard,
  shardVersionOf,
} from '../../../../../local/services/lambda/stream-mapping/shard-lineage';

function checkpointsOf(
  finished: Record<string, boolean>,
  state: { readonly isFirstRun?: boolean; readonly wasDrained?: boolean } = {},
): KnownCheckpoints {
  const known = new Map(
    Object.entries(finished).map(([id, value]) => [id, { finished: value, generation: 0 }]),
  );
  return {
    isFirstRun: state.isFirstRun ?? false,
    wasDrained: state.wasDrained ?? false,
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

  it('a shard that left before its end is a lost position', () => {
    expect(() => checkNothingLost('arn', lineage.slice(1), checkpointsOf({ a: false }))).toThrow(
      /POSITION_LOST: shard a of arn is gone/,
    );
  });

  it('a shard that came and went unseen is a lost position', () => {
    expect(() => checkNothingLost('arn', lineage.slice(2), checkpointsOf({ a: true }))).toThrow(
      /POSITION_LOST: shard b of arn came and went/,
    );
  });

  it.each<[string, StreamShard[], KnownCheckpoints]>([
    ['on the first run', lineage.slice(2), checkpointsOf({}, { isFirstRun: true })],
    ['after a drained stop', lineage.slice(2), checkpointsOf({ a: false }, { wasDrained: true })],
    ['when what left was read to its end', lineage.slice(1), checkpointsOf({ a: true })],
    ['when all is still there', lineage, checkpointsOf({ a: true, b: false })],
  ])('nothing is lost %s', (_when, shards, checkpoints) => {
    expect(() => checkNothingLost('arn', shards, checkpoints)).not.toThrow();
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
          isFirstRun: false,
          wasDrained: false,
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
