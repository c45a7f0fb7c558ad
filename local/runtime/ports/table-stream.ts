import type { DynamodbTable } from '../../../pipeline/tables';
import { Kind } from '../registry';

export interface TableStream {
  readonly tableName: string;
  /** As DynamoDB Local knows it. */
  readonly localArn: string;
  /** Of a table that was there before this deployment: it has items that the stream does not tell of. */
  readonly existing?: DynamodbTable;
}

/** By the ARN that the stacks know. */
export const TABLE_STREAMS = new Kind<TableStream>('streams of tables');
