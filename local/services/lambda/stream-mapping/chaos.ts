/**
 * What a stream mapping may do at any time and seldom does, done on purpose (`npm start -- --chaos`): shards split and
 * merge, so that a batch arrives in parts, each with keys of its own and in any order beside the others; batches are late;
 * batches come again, at once or after later ones. Changes of one key come in their order, but for repetitions.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';

export interface ChaosOptions {
  /** At least 0, less than 1. */
  readonly random?: () => number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

interface StreamEvent {
  readonly Records: readonly DynamoDBRecord[];
}

type Invoke = (event: unknown) => Promise<unknown>;

const MOST_SHARDS = 4;
const LONGEST_DELAY_MS = 500;
/** How likely each is, for a batch. */
const RESHARDED = 0.3;
const REPEATED = 0.2;

/** The answer is that of the batch: a record that any part reports as failed is reported, and a part that fails fails it. */
export function invokeWithChaos(invoke: Invoke, options: ChaosOptions = {}): Invoke {
  const { random = Math.random, pause = sleep } = options;
  const happens = (chance: number): boolean => random() < chance;
  let shardCount = 1;
  let earlier: StreamEvent | undefined;
  const repeat = async (event: StreamEvent): Promise<void> => {
    await pause(random() * LONGEST_DELAY_MS);
    // The first delivery was answered for; whatever becomes of a repetition changes nothing.
    await invoke(event).catch(() => undefined);
  };
  return async (event) => {
    const batch = event as StreamEvent;
    if (happens(RESHARDED)) shardCount = 1 + Math.floor(random() * MOST_SHARDS);
    const parts = partsOf(batch, shardCount);
    const answers = await Promise.all(
      parts.map(async (part) => {
        await pause(random() * LONGEST_DELAY_MS);
        const answer = await invoke(part);
        if (happens(REPEATED)) await repeat(part);
        return answer;
      }),
    );
    if (earlier !== undefined && happens(REPEATED)) await repeat(earlier);
    earlier = batch;
    return joinAnswers(answers);
  };
}

/** As the shards of so many ranges of hashed keys would have them; none is empty. */
function partsOf({ Records }: StreamEvent, shardCount: number): StreamEvent[] {
  const parts = Array.from({ length: shardCount }, (): DynamoDBRecord[] => []);
  for (const record of Records) {
    const hash = createHash('sha256').update(JSON.stringify(record.dynamodb?.Keys ?? {}));
    parts[(hash.digest()[0] ?? 0) % shardCount]?.push(record);
  }
  return parts.filter(({ length }) => length > 0).map((records) => ({ Records: records }));
}

/** One that is no list of failures is given as it is: what it means is for the mapping to say. */
function joinAnswers(answers: readonly unknown[]): unknown {
  const lists = answers.map(
    (answer) => (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [],
  );
  const odd = lists.findIndex((list) => !Array.isArray(list));
  return odd === -1 ? { batchItemFailures: lists.flat() } : answers[odd];
}
