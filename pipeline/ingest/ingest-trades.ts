/** A JSON file into a DynamoDB table: every item that can be taken, exactly. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ItemWriter, type ItemWriterOptions, type WritableItem } from '../dynamodb/item-writer';
import { type JsonItem, readJsonItems } from '../files/json-items';
import type { RejectedFile } from '../files/rejected-file';
import { Refusal, type Rejection } from '../files/rejection';
import type { ByteStream } from '../files/seed-file';
import type { DynamodbTable } from '../tables';
import { buildItem } from './build-item';
import type { Ingested } from './report-ingested';

export interface IngestTradesOptions
  extends Pick<ItemWriterOptions<WritableItem>, 'parallelism' | 'maxAttempts' | 'wait'> {
  readonly client: DynamoDBClient;
  /** The table's name in AWS. */
  readonly tableName: string;
  /** The JSON file. It is read as fast as DynamoDB takes the items, in bounded memory. */
  readonly seed: ByteStream;
  readonly rejected: RejectedFile;
  readonly table: DynamodbTable;
}

interface SeedItem extends WritableItem {
  readonly source: JsonItem;
}

/**
 * Puts every item of the file; a second run puts the same items again and so changes nothing. There is no transaction:
 * stopped anywhere, the items before are written, and the next run writes all.
 *
 * @throws PipelineError SEED_UNREADABLE, WRITE_UNPROCESSED, SOURCE_UNAVAILABLE, SOURCE_NOT_READY or REJECTED_UNWRITTEN.
 */
export async function ingestTrades(options: IngestTradesOptions): Promise<Ingested> {
  const { client, rejected, seed, table } = options;
  const writer = new ItemWriter<SeedItem>(client, {
    ...options,
    onRefused: ({ source }) => {
      const reason = 'DynamoDB refuses the item, even as the only one of a request';
      return rejected.add(buildRejection(source, new Refusal('REFUSED_BY_SOURCE', reason)));
    },
  });
  try {
    for await (const items of readJsonItems(seed)) {
      for (const source of items) {
        const built = source.value instanceof Refusal ? source.value : buildItem(source.value, table);
        if (built instanceof Refusal) await rejected.add(buildRejection(source, built));
        else {
          rejected.accept(1);
          await writer.add({ ...built, source });
        }
      }
    }
    await writer.finish();
  } finally {
    // A request that is still in flight must not outlive the run.
    await writer.settle();
  }
  return { rows: writer.writtenCount, rejected: await rejected.finish() };
}

function buildRejection({ line, bytes, isCut }: JsonItem, { code, reason, column }: Refusal): Rejection {
  const place = { line, code, reason, ...(column === undefined ? {} : { column }) };
  if (code === 'INVALID_UTF8') return { ...place, raw: bytes.toString('base64'), rawForm: 'base64' };
  const raw = bytes.toString('utf8');
  return isCut ? { ...place, raw, rawForm: 'cut' } : { ...place, raw };
}
