import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShardReader } from '../../../../../local/services/lambda/stream-mapping/shard-reader';
import { StreamCheckpoints } from '../../../../../local/services/lambda/stream-mapping/stream-checkpoints';
import type {
  StreamPage,
  StreamSource,
} from '../../../../../local/services/lambda/stream-mapping/stream-source';
import { JumpCheck, ReadNumbers } from '../../../../../local/services/lambda/stream-mapping/trimmed-records';

const ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/trades/stream/label';

/** What the stream answers in turn; then it is at its end. */
async function readShard(
  pages: readonly (StreamPage | 'trimmed')[],
  { afterFirst }: { readonly afterFirst?: () => void } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-shard-'));
  let count = 0;
  const source = {
    openIterator: async () => 'iterator',
    readPage: async () => {
      count += 1;
      if (count === 2) afterFirst?.();
      return pages[count - 1] ?? { records: [], nextIterator: undefined };
    },
  } as unknown as StreamSource;
  const [taken, lost]: [unknown[], string[]] = [[], []];
  const readNumbers = new ReadNumbers();
  const reader = new ShardReader(
    'shardId-00000001700000000000-x',
    1,
    source,
    StreamCheckpoints.open(join(folder, 'checkpoints.json'), ARN),
    {
      streamArn: ARN,
      eventSourceArn: ARN,
      region: 'eu-west-1',
      batchSize: 10,
      batchWindowMs: 0,
      policy: { bisectOnError: true, retryLimit: 0, ageLimitMs: undefined, partialResponses: true },
      invoke: async (event) => taken.push(...(event as { Records: unknown[] }).Records) && {},
      signal: new AbortController().signal,
      isHurried: () => true,
      isClosed: () => false,
      readNumbers,
      jump: new JumpCheck(readNumbers, 0),
      parentPosition: '000000000000000000076',
      onLost: (reason) => lost.push(reason),
    },
  );
  try {
    await reader.run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { taken, lost };
}

const pageOf = (number: string): StreamPage => ({
  records: [
    {
      eventID: number,
      dynamodb: { SequenceNumber: number.padStart(21, '0'), ApproximateCreationDateTime: new Date() },
    },
  ],
  nextIterator: 'iterator',
});

describe('the reader of a shard', () => {
  afterEach(() => jest.restoreAllMocks());

  it('reads on after a trimmed answer for a new shard, where other streams took the numbers between', async () => {
    const { taken, lost } = await readShard([
      { records: [], nextIterator: 'iterator' },
      'trimmed',
      pageOf('382'),
    ]);
    expect([taken.length, lost]).toEqual([1, []]);
  });

  it('names what a day took along that passed between two reads, and reads on', async () => {
    const now = Date.now();
    const { taken, lost } = await readShard(
      [{ records: [], nextIterator: 'iterator' }, 'trimmed', pageOf('382')],
      { afterFirst: () => jest.spyOn(Date, 'now').mockReturnValue(now + 25 * 3_600_000) },
    );
    expect(taken).toHaveLength(1);
    expect(lost).toEqual([expect.stringMatching(/^POSITION_LOST: shard .* lost records that were not read/)]);
  });
});
