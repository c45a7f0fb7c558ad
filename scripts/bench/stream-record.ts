/** Records of the stream of BENCH_TRADES, as Lambda hands them to the stage function. */
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';

export const BENCH_TABLE_PREFIX = 'bench-';

export interface BenchRecord {
  /** Of the item. */
  readonly number: number;
  /** Of the change. */
  readonly sequence: number;
  /** Beside those of every item. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** An insert in the seed's shape. */
export function benchRecord({ number, sequence, attributes = {} }: BenchRecord): DynamoDBRecord {
  const id = { S: `item-${number}` };
  return {
    eventID: `event-${sequence}`,
    eventName: 'INSERT',
    eventSourceARN: `arn:aws:dynamodb:eu-central-1:123456789012:table/${BENCH_TABLE_PREFIX}trades/stream/1`,
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: { id },
      NewImage: {
        id,
        price: { N: `${sequence % 1000}.25` },
        shares: { N: String(number % 500) },
        ticker: { S: `t${number % 100}` },
        ...attributes,
        time: { M: { date: { S: '2012-03-02T22:00:00.000Z' } } },
      },
      SequenceNumber: String(10n ** 20n + BigInt(sequence)),
    },
  };
}
