/**
 * DynamoDB Local's stream as the mapping reads it.
 *
 * What was found about DynamoDB Local 1.25, with its clock moved by hand:
 * - Stream, shards, unread records and sequence numbers survive a restart and `kill -9`; an acknowledged write is
 *   always in the stream.
 * - A shard is closed after about four hours and gets one child. Records older than 24 hours are trimmed: reading
 *   there answers TrimmedDataAccessException; later the shard is not listed any more.
 * - When every record was trimmed, sequence numbers start again at 1, also in a shard that was empty until then: an
 *   iterator that was taken before stands too far. So a number alone is no version (the shard's time of creation, which
 *   is in its id, goes before it) and no position (the record's id must be the same), and an idle iterator is renewed.
 * - A number that a shard does not have is refused: "Invalid SequenceNumber for the shard".
 * - Answers carry a `Date` of the server's clock.
 * - Times are rounded down to the minute, where AWS rounds to the second.
 */
import {
  type _Record,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import type { StreamShard } from './shard-lineage';

export interface StreamPage {
  readonly records: readonly _Record[];
  /** Undefined at the end of a closed shard. */
  readonly nextIterator: string | undefined;
}

export interface RecordPlace {
  readonly sequenceNumber: string;
  readonly eventId: string;
}

export interface ListedShards {
  readonly shards: readonly StreamShard[];
  /** By the stream's clock, by which it dates and trims its records. */
  readonly nowMs: number;
}

export class StreamSource {
  constructor(
    private readonly client: DynamoDBStreamsClient,
    private readonly streamArn: string,
  ) {}

  /** Also what time it is at the stream when it answers. */
  async listShards(): Promise<ListedShards> {
    const shards: StreamShard[] = [];
    let after: string | undefined;
    let nowMs: number | undefined;
    do {
      const command = new DescribeStreamCommand({ StreamArn: this.streamArn, ExclusiveStartShardId: after });
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          nowMs ??= dateOf(result.response);
          return result;
        },
        { step: 'deserialize', priority: 'low' },
      );
      const { StreamDescription: description } = await this.client.send(command);
      for (const {
        ShardId: id,
        ParentShardId: parentId,
        SequenceNumberRange: range,
      } of description?.Shards ?? []) {
        const isClosed = range?.EndingSequenceNumber !== undefined;
        if (id !== undefined) shards.push({ id, isClosed, ...(parentId === undefined ? {} : { parentId }) });
      }
      after = description?.LastEvaluatedShardId;
    } while (after !== undefined);
    return { shards, nowMs: nowMs ?? Date.now() };
  }

  /** After the record with this number and id; undefined when the shard no longer has it. */
  async openAfter(
    shardId: string,
    last: RecordPlace,
  ): Promise<{ readonly iterator: string } | 'ended' | undefined> {
    const at = await this.openIteratorAt(shardId, last.sequenceNumber);
    const page = at === undefined ? 'trimmed' : await this.readPage(at, 1);
    // Numbers begin again at 1 once everything was trimmed, so that the number alone proves nothing.
    if (page === 'trimmed' || page === 'expired' || page.records[0]?.eventID !== last.eventId)
      return undefined;
    return page.nextIterator === undefined ? 'ended' : { iterator: page.nextIterator };
  }

  /** After a record of the shard, or at its oldest one. Gives `trimmed` when what follows the record may be gone. */
  async openIterator(shardId: string, after: string | undefined): Promise<string | 'trimmed'> {
    try {
      const { ShardIterator: iterator } = await this.client.send(
        new GetShardIteratorCommand({
          StreamArn: this.streamArn,
          ShardId: shardId,
          ...(after === undefined
            ? { ShardIteratorType: 'TRIM_HORIZON' }
            : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
        }),
      );
      return iterator ?? 'trimmed';
    } catch (error) {
      if (isTrimmed(error) || isNoPosition(error)) return 'trimmed';
      throw error;
    }
  }

  /** At a record of the shard; undefined when the shard no longer has it. */
  async openIteratorAt(shardId: string, sequenceNumber: string): Promise<string | undefined> {
    try {
      const { ShardIterator: iterator } = await this.client.send(
        new GetShardIteratorCommand({
          StreamArn: this.streamArn,
          ShardId: shardId,
          ShardIteratorType: 'AT_SEQUENCE_NUMBER',
          SequenceNumber: sequenceNumber,
        }),
      );
      return iterator;
    } catch (error) {
      if (isTrimmed(error) || isNoPosition(error)) return undefined;
      throw error;
    }
  }

  async readPage(iterator: string, limit: number): Promise<StreamPage | 'expired' | 'trimmed'> {
    try {
      const page = await this.client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
      return { records: page.Records ?? [], nextIterator: page.NextShardIterator };
    } catch (error) {
      if (error instanceof ExpiredIteratorException) return 'expired';
      if (isTrimmed(error)) return 'trimmed';
      throw error;
    }
  }
}

function dateOf(response: unknown): number | undefined {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  const atMs = Date.parse(headers?.date ?? '');
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** What DynamoDB Local answers for a number that the shard does not have any more. */
const isNoPosition = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationException' && /sequence ?number/i.test(error.message);

const isTrimmed = (error: unknown): boolean =>
  error instanceof TrimmedDataAccessException || error instanceof ResourceNotFoundException;
