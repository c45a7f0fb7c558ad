/** One page of one segment of a table's parallel scan, with what it cost. */
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from './attribute-value';
import { isThrottled, sourceReadFailure } from './dynamodb-errors';

export type ScanKey = Readonly<Record<string, AttributeValue>>;

export interface SegmentPage {
  readonly items: readonly Item[];
  /** Where the next page begins; undefined at the end of the segment. */
  readonly next: ScanKey | undefined;
  readonly readUnits: number;
}

export interface SegmentPosition {
  readonly tableName: string;
  readonly segment: number;
  readonly segmentCount: number;
  readonly from: ScanKey | undefined;
}

/**
 * Eventually consistent, at half the price: what it may miss of the last second comes by the stream.
 * @returns 'throttled' when the table gives no read capacity now.
 * @throws PipelineError SOURCE_UNAVAILABLE (retry), SOURCE_NOT_READY (halt)
 */
export async function readSegmentPage(
  client: DynamoDBClient,
  { tableName, segment, segmentCount, from }: SegmentPosition,
): Promise<SegmentPage | 'throttled'> {
  try {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        Segment: segment,
        TotalSegments: segmentCount,
        ReturnConsumedCapacity: 'TOTAL',
        ...(from === undefined ? {} : { ExclusiveStartKey: { ...from } }),
      }),
    );
    return {
      items: (page.Items ?? []) as readonly Item[],
      next: page.LastEvaluatedKey,
      readUnits: page.ConsumedCapacity?.CapacityUnits ?? 0,
    };
  } catch (error) {
    if (isThrottled(error)) return 'throttled';
    throw sourceReadFailure(error, tableName);
  }
}
