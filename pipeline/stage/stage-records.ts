/** One delivery of stream records becomes staged files in S3. */
import type { DynamoDBBatchItemFailure, DynamoDBRecord } from 'aws-lambda';
import { type CapturedRecord, parseStreamRecord, type SourceTables } from '../capture/stream-record';
import { PipelineError } from '../errors';
import { buildDeadLetter, type DeadLetter } from './dead-letter';
import { buildStagedFiles, type StagedFile, type StagedRecord } from './staged-file';
import { buildStagedLine } from './staged-line';

export interface StagePorts {
  readonly tables: SourceTables;
  /** Puts a file; a second put of the same key replaces it with the same bytes. */
  readonly writeFile: (file: StagedFile) => Promise<void>;
  /**
   * Sends the letter of a record that can never be a row. Absent where the letters themselves are worked off: such a
   * record is then reported like any other that cannot be taken.
   */
  readonly sendLetter?: (letter: DeadLetter) => Promise<void>;
}

export interface StageOutcome {
  readonly files: readonly StagedFile[];
  /** Sent: their records are done with. */
  readonly letters: readonly DeadLetter[];
  /** Empty, or the first record that cannot be taken: Lambda delivers again from there. */
  readonly failures: readonly DynamoDBBatchItemFailure[];
  readonly failure?: PipelineError;
}

/**
 * Stages the records up to the first one that cannot be taken, and reports that one. A record whose item can never be
 * a row of its target (a key that its column cannot hold, a row longer than COPY takes) is a dead letter at once, by
 * itself: the records around it are staged in their order, and its shard waits for nothing. No other record has its
 * key, so that none is brought forward.
 *
 * 1. Each record becomes a line or a letter, until one cannot be read at all.
 * 2. The files are written.
 * 3. The letters are sent.
 * 4. Lambda moves its checkpoint to the reported record, or past the delivery.
 *
 * When the very first of several cannot be read, the whole delivery fails instead: a reported batch is cut at the
 * reported record (AWS Lambda developer guide, "Configuring partial batch response with DynamoDB and Lambda"), which
 * there cuts off nothing, so that the good records behind it would be dead-lettered with it. A failed batch is halved
 * until the record is the only one of its batch.
 *
 * Stopped after 1, nothing is left. Stopped after 2 or within 3, the same delivery comes again: it writes the same keys
 * with the same bytes and sends its letters again. If the first was loaded meanwhile, the load finds nothing newer in
 * the second. A record that stays unreadable goes to the dead-letter queue when its retries or its age are over.
 * @throws PipelineError STAGE_FAILED (retry) when a file or a letter cannot be written; STREAM_RECORD_INVALID
 * (dead-letter) when the unreadable record is the first of several, or has no sequence number to be reported by.
 */
export async function stageRecords(
  records: readonly DynamoDBRecord[],
  ports: StagePorts,
): Promise<StageOutcome> {
  const { staged, letters, failed } = takeRecords(records, ports);
  const files = buildStagedFiles(staged);
  for (const file of files) await ports.writeFile(file);
  for (const letter of letters) await ports.sendLetter?.(letter);
  if (failed === undefined) return { files, letters, failures: [] };
  const itemIdentifier = failed.record.dynamodb?.SequenceNumber;
  const isFirstOfSeveral = failed.record === records[0] && records.length > 1;
  if (itemIdentifier === undefined || isFirstOfSeveral) throw failed.error;
  return { files, letters, failures: [{ itemIdentifier }], failure: failed.error };
}

interface TakenRecords {
  readonly staged: readonly StagedRecord[];
  readonly letters: readonly DeadLetter[];
  readonly failed?: { readonly record: DynamoDBRecord; readonly error: PipelineError };
}

function takeRecords(records: readonly DynamoDBRecord[], ports: StagePorts): TakenRecords {
  const staged: StagedRecord[] = [];
  const letters: DeadLetter[] = [];
  for (const record of records) {
    let captured: CapturedRecord | undefined;
    try {
      captured = parseStreamRecord(record, ports.tables);
      staged.push({ record: captured, line: buildStagedLine(captured) });
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      if (captured === undefined || ports.sendLetter === undefined) {
        return { staged, letters, failed: { record, error } };
      }
      letters.push(buildDeadLetter(record, captured, error));
    }
  }
  return { staged, letters };
}
