import type { StreamMappingEvent } from '../../../runtime/ports/stream-mapping';
import type { DeliveryPolicy, DiscardedBatch } from './deliver-batch';
import type { ReadNumbers } from './trimmed-records';

/** What all readers of one mapping have in common. */
export interface MappingReaderOptions {
  /** As DynamoDB Local knows it. */
  readonly streamArn: string;
  /** As the stacks know it; part of each record. */
  readonly eventSourceArn: string;
  readonly region: string;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly policy: DeliveryPolicy;
  /** Invokes the function with a `DynamoDBStreamEvent`. @throws when it failed. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Takes what could not be delivered. Without it, such records are only told as an event. */
  readonly sendToFailureDestination?: (message: DiscardedBatch) => Promise<void>;
  readonly onEvent?: (event: StreamMappingEvent) => void;
  /** Before try `invokeCount + 1`; Lambda waits longer each time. */
  readonly retryDelayMs?: (invokeCount: number) => number;
  /** Of all mappings that read from the same DynamoDB Local. */
  readonly readNumbers: ReadNumbers;
}
