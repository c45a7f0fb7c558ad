/** Works off the dead letters of the stage function: reads their records from the stream again and stages them. */
import type { CallableFunction } from './ports/callable-function';
import { type GivenUpQueue, QUEUES, type QueueMessage } from './ports/message-queue';
import { type RecordRange, STREAM_MAPPINGS, type StreamMapping } from './ports/stream-mapping';
import type { Registry } from './registry';

export interface RedriveReport {
  readonly staged: number;
  /** A line for each letter that stays. */
  readonly left: readonly string[];
}

/**
 * Every letter once, oldest first; one that still fails stays and the next is tried. A letter is deleted when all of its
 * records were staged, so that a stop in between stages them again, to the same end.
 */
export async function redriveStream(registry: Registry, stage: CallableFunction): Promise<RedriveReport> {
  const queue = lettersOf(registry, stage);
  const left: string[] = [];
  let staged = 0;
  for (const letter of queue?.read() ?? []) {
    const failure = await stageLetter(registry, stage, letter).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (failure === undefined) {
      queue?.remove(letter.messageId);
      staged += 1;
    } else left.push(`${letter.messageId}: ${failure}`);
  }
  return { staged, left };
}

/** The queue is named after its function, as in the stacks. */
export function lettersOf(registry: Registry, called: CallableFunction): GivenUpQueue | undefined {
  return [...registry.of(QUEUES)].find(([arn]) => arn.endsWith(`:${called.name}-dead-letters`))?.[1];
}

/** Gives why the letter stays, or undefined when its records were staged. */
async function stageLetter(
  registry: Registry,
  stage: CallableFunction,
  letter: QueueMessage,
): Promise<string | undefined> {
  const named = recordsNamedBy(letter.body);
  if (named === undefined) return 'the letter names no records of a stream';
  const mapping = mappingOf(registry, named.streamArn);
  const records = await mapping?.readAgain(named.range);
  if (records === undefined) {
    return 'the stream no longer has these records; it keeps them for 24 hours. Run a backfill of the table, then clear the letters';
  }
  const answer = await stage.invoke({ Records: records, isRedrive: true });
  const { batchItemFailures: failures = [] } = (answer ?? {}) as { batchItemFailures?: readonly unknown[] };
  return failures.length === 0
    ? undefined
    : `still not staged: ${failures.length} of ${records.length} records`;
}

const mappingOf = (registry: Registry, streamArn: string): StreamMapping | undefined =>
  [...registry.of(STREAM_MAPPINGS)].find(([name]) => name.startsWith(`${streamArn} `))?.[1];

interface NamedRecords {
  readonly streamArn: string;
  readonly range: RecordRange;
}

/** Lambda's own letters name a batch, those of the function one record. */
function recordsNamedBy(body: unknown): NamedRecords | undefined {
  const letter = (body ?? {}) as Readonly<Record<string, unknown>>;
  const batch = letter.DDBStreamBatchInfo as Readonly<Record<string, unknown>> | undefined;
  const [arn, first, last] =
    batch === undefined
      ? [letter.streamArn, letter.sequenceNumber, letter.sequenceNumber]
      : [batch.streamArn, batch.startSequenceNumber, batch.endSequenceNumber];
  if (typeof arn !== 'string' || typeof first !== 'string' || typeof last !== 'string') return undefined;
  return first === '' || last === '' ? undefined : { streamArn: arn, range: { first, last } };
}
