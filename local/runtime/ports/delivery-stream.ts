/** The port of Firehose: what metrics and logs are put into, on their way out of the account. */
import { Kind } from '../registry';

export interface DeliveryStream {
  readonly arn: string;
  /** Delivered soon, with what else comes meanwhile. */
  put(record: Buffer): void;
}

/** By ARN. */
export const DELIVERY_STREAMS = new Kind<DeliveryStream>('delivery streams');

/** What a service puts by a role into a stream: it may use either call. */
export const PUT_ACTIONS = ['firehose:PutRecord', 'firehose:PutRecordBatch'] as const;
