import { Kind } from '../registry';

export interface TableStream {
  readonly tableName: string;
  /** As DynamoDB Local knows it. */
  readonly localArn: string;
}

/** By the ARN that the stacks know. */
export const TABLE_STREAMS = new Kind<TableStream>('streams of tables');
