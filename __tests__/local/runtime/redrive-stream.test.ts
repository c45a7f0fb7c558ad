import type { CallableFunction } from '../../../local/runtime/ports/callable-function';
import { type GivenUpQueue, QUEUES, type QueueMessage } from '../../../local/runtime/ports/message-queue';
import {
  type RecordRange,
  STREAM_MAPPINGS,
  type StreamMapping,
} from '../../../local/runtime/ports/stream-mapping';
import { redriveStream } from '../../../local/runtime/redrive-stream';
import { Registry } from '../../../local/runtime/registry';

const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/trades/stream/1';

/** Sequence numbers of records that the stream still has. */
const RETAINED = new Set(['1', '2', '3', '4', '5', '6']);

const letterOfFunction = (sequenceNumber: string): object => ({ streamArn: STREAM, sequenceNumber });
const letterOfLambda = (first: string, last: string): object => ({
  DDBStreamBatchInfo: { streamArn: STREAM, startSequenceNumber: first, endSequenceNumber: last },
});

function queueOf(bodies: readonly unknown[]): GivenUpQueue {
  let messages = bodies.map(
    (body, index): QueueMessage => ({ messageId: `letter-${index}`, sentAt: '2026-01-01T00:00:00Z', body }),
  );
  return {
    file: 'queue.jsonl',
    send: () => {
      throw new Error('a redrive sends no letter');
    },
    read: () => messages,
    count: () => messages.length,
    remove: (messageId) => {
      messages = messages.filter((message) => message.messageId !== messageId);
    },
  };
}

const readAgain = async ({ first, last }: RecordRange): Promise<readonly unknown[] | undefined> => {
  const numbers = Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) =>
    String(Number(first) + at),
  );
  return numbers.every((number) => RETAINED.has(number)) ? numbers : undefined;
};

/** Takes every record but 2; at 4 it fails as a whole. */
function stageOf(staged: string[]): CallableFunction {
  const invoke = async (event: unknown): Promise<unknown> => {
    const { Records: records, isRedrive } = event as { Records: string[]; isRedrive: boolean };
    expect(isRedrive).toBe(true);
    if (records.includes('4')) throw new Error('the bucket refuses');
    staged.push(...records.filter((record) => record !== '2'));
    return { batchItemFailures: records.filter((record) => record === '2') };
  };
  return { name: 'cdc-dev-stage-stream-records', invoke } as unknown as CallableFunction;
}

it('goes on past every letter that stays, says why each does, and deletes only what was staged whole', async () => {
  const registry = new Registry();
  const queue = queueOf([
    letterOfFunction('1'),
    letterOfLambda('2', '3'),
    letterOfFunction('4'),
    { streamArn: STREAM, sequenceNumber: '' },
    'no JSON of a letter',
    letterOfFunction('99'),
    letterOfLambda('5', '6'),
  ]);
  registry
    .of(QUEUES)
    .set('arn:aws:sqs:us-east-1:000000000000:cdc-dev-stage-stream-records-dead-letters', queue);
  registry.of(STREAM_MAPPINGS).set(`${STREAM} cdc-dev-stage-stream-records`, { readAgain } as StreamMapping);
  const staged: string[] = [];
  expect(await redriveStream(registry, stageOf(staged))).toEqual({
    staged: 2,
    left: [
      'letter-1: still not staged: 1 of 2 records',
      'letter-2: the bucket refuses',
      'letter-3: the letter names no records of a stream',
      'letter-4: the letter names no records of a stream',
      expect.stringMatching(
        /^letter-5: the stream no longer has these records; .* Run a backfill of the table/,
      ),
    ],
  });
  expect(staged).toEqual(['1', '3', '5', '6']);
  expect(queue.read().map(({ messageId }) => messageId)).toEqual([
    'letter-1',
    'letter-2',
    'letter-3',
    'letter-4',
    'letter-5',
  ]);
});
