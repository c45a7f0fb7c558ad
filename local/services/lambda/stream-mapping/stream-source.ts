/**
 * DynamoDB Local's stream as the mapping reads it.
 *
 * What was found about DynamoDB Local 1.25, with its clock moved by hand:
 * - Stream, shards, unread records and sequence numbers survive a restart and `kill -9`; an acknowledged write is
 *   always in the stream.
 * - A shard is closed after about four hours and gets one child. Records older than 24 hours are trimmed: reading
 *   there answers TrimmedDataAccessException; later the shard is not listed any more.
 * - When every record was trimmed, sequence numbers start again at 1. So a number alone is no version; the shard's
 *   time of creation, which is in its id, goes before it.
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

export class StreamSource {
  constructor(
    private readonly client: DynamoDBStreamsClient,
    private readonly streamArn: string,
  ) {}

  async listShards(): Promise<StreamShard[]> {
    const shards: StreamShard[] = [];
    let after: string | undefined;
    do {
      const { StreamDescription: description } = await this.client.send(
        new DescribeStreamCommand({ StreamArn: this.streamArn, ExclusiveStartShardId: after }),
      );
      for (const { ShardId: id, ParentShardId: parentId } of description?.Shards ?? []) {
        if (id !== undefined) shards.push(parentId === undefined ? { id } : { id, parentId });
      }
      after = description?.LastEvaluatedShardId;
    } while (after !== undefined);
    return shards;
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
      if (isTrimmed(error)) return 'trimmed';
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

/** What DynamoDB Local answers for a number that the shard does not have any more. */
const isNoPosition = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationException' && /sequence ?number/i.test(error.message);

const isTrimmed = (error: unknown): boolean =>
  error instanceof TrimmedDataAccessException || error instanceof ResourceNotFoundException;
