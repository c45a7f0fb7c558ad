/** One delivery of stream records becomes staged files in S3. */
import type { DynamoDBBatchItemFailure, DynamoDBRecord } from 'aws-lambda';
import { type CapturedRecord, parseStreamRecord, type SourceTables } from '../capture/stream-record';
import { PipelineError } from '../errors';
import { buildStagedFiles, type StagedFile, type StagedRecord } from './staged-file';
import { buildStagedLine } from './staged-line';

export interface StagePorts {
  readonly tables: SourceTables;
  /** Puts a file; a second put of the same key replaces it with the same bytes. */
  readonly writeFile: (file: StagedFile) => Promise<void>;
}

export interface StageOutcome {
  readonly files: readonly StagedFile[];
  /** Empty, or the first record that cannot be taken: Lambda delivers again from there. */
  readonly failures: readonly DynamoDBBatchItemFailure[];
  readonly failure?: PipelineError;
}

/**
 * Stages the records up to the first one that cannot be taken, and reports that one.
 *
 * 1. Each record becomes a line, until one cannot.
 * 2. The files are written.
 * 3. Lambda moves its checkpoint to the reported record, or past the delivery.
 *
 * When the very first of several cannot be taken, the whole delivery fails instead: a reported batch is cut at the
 * reported record (AWS Lambda developer guide, "Configuring partial batch response with DynamoDB and Lambda"), which
 * there cuts off nothing, so that the good records behind it would be dead-lettered with it. A failed batch is halved
 * until the record stands alone.
 *
 * Stopped after 1, nothing is left. Stopped after 2, the same delivery comes again and writes the same keys with the
 * same bytes; if the first was loaded meanwhile, the load finds nothing newer in the second. A record that stays
 * untakeable goes to the dead-letter queue when its retries or its age are over.
 * @throws PipelineError STAGE_FAILED (retry) when a file cannot be written; STREAM_RECORD_INVALID (dead-letter) when
 * the untakeable record is the first of several, or has no sequence number to be reported by.
 */
export async function stageRecords(
  records: readonly DynamoDBRecord[],
  ports: StagePorts,
): Promise<StageOutcome> {
  const { staged, failed } = takeRecords(records, ports.tables);
  const files = buildStagedFiles(staged);
  for (const file of files) await ports.writeFile(file);
  if (failed === undefined) return { files, failures: [] };
  const itemIdentifier = failed.record.dynamodb?.SequenceNumber;
  const isFirstOfSeveral = staged.length === 0 && records.length > 1;
  if (itemIdentifier === undefined || isFirstOfSeveral) throw failed.error;
  return { files, failures: [{ itemIdentifier }], failure: failed.error };
}

interface TakenRecords {
  readonly staged: readonly StagedRecord[];
  readonly failed?: { readonly record: DynamoDBRecord; readonly error: PipelineError };
}

function takeRecords(records: readonly DynamoDBRecord[], tables: SourceTables): TakenRecords {
  const staged: StagedRecord[] = [];
  for (const record of records) {
    try {
      const captured: CapturedRecord = parseStreamRecord(record, tables);
      staged.push({ record: captured, line: buildStagedLine(captured) });
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      return { staged, failed: { record, error } };
    }
  }
  return { staged };
}
