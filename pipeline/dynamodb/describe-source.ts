/** What a table says of itself and its stream, and what time it is at the service. */
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sourceReadFailure } from './dynamodb-errors';

export interface DescribedSource {
  /** Empty when the table has no stream. */
  readonly streamArn: string;
  /** The service's clock, by which it dates stream records. */
  readonly nowMs: number;
}

/** @throws PipelineError SOURCE_UNAVAILABLE (retry), SOURCE_NOT_READY (halt) */
export async function describeSource(client: DynamoDBClient, tableName: string): Promise<DescribedSource> {
  const command = new DescribeTableCommand({ TableName: tableName });
  let date: string | undefined;
  // The SDK gives an answer without its headers.
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { headers?: Readonly<Record<string, string>> }).headers?.date;
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  try {
    const { Table: table } = await client.send(command);
    const nowMs = Date.parse(date ?? '');
    return {
      streamArn: table?.LatestStreamArn ?? '',
      nowMs: Number.isNaN(nowMs) ? Date.now() : nowMs,
    };
  } catch (error) {
    throw sourceReadFailure(error, tableName);
  }
}
