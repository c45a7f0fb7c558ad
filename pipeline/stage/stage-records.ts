/** One delivery of stream records becomes staged files in S3. */
import type { DynamoDBBatchItemFailure, DynamoDBRecord } from 'aws-lambda';
import { type CapturedRecord, parseStreamRecord, type SourceTables } from '../capture/stream-record';
import { PipelineError } from '../errors';
import { buildDeadLetter, type DeadLetter } from './dead-letter';
import { type StagedFile, StagedFiles } from './staged-file';
import { buildStagedLine } from './staged-line';

export interface StagePorts {
  readonly tables: SourceTables;
  /** Puts a file; a second put of the same key replaces it with the same bytes. */
  readonly writeFile: (file: StagedFile) => Promise<void>;
  /**
   * Sends the letter of a record that can never be taken. Absent where the letters themselves are worked off: such a
   * record is then reported, and its letter stays.
   */
  readonly sendLetter?: (letter: DeadLetter) => Promise<void>;
}

export interface StageOutcome {
  readonly files: readonly StagedFile[];
  /** Sent: their records are done with. */
  readonly letters: readonly DeadLetter[];
  /** Records that still cannot be taken while letters are worked off; otherwise empty. */
  readonly failures: readonly DynamoDBBatchItemFailure[];
  /** Of the first of them. */
  readonly failure?: PipelineError;
}

/**
 * Stages the records of a delivery. What a record becomes depends on nothing but the record, so one that cannot be
 * taken now cannot be taken at any retry: it is a dead letter at once, by itself, with its reason. The records around
 * it are staged in their order, and its shard waits for nothing.
 *
 * 1. Each record becomes a line or a letter.
 * 2. The files are written.
 * 3. The letters are sent.
 * 4. Lambda moves its checkpoint past the delivery.
 *
 * Stopped after 1, nothing is left. Stopped after 2 or within 3, the same delivery comes again: it writes the same keys
 * with the same bytes and sends its letters again. If the first was loaded meanwhile, the load finds nothing newer in
 * the second.
 * @throws PipelineError STAGE_FAILED (retry) when a file or a letter cannot be written.
 */
export async function stageRecords(
  records: readonly DynamoDBRecord[],
  ports: StagePorts,
): Promise<StageOutcome> {
  const { files, failed } = takeRecords(records, ports.tables);
  for (const file of files) await ports.writeFile(file);
  const { sendLetter } = ports;
  const [first] = failed;
  if (first === undefined) return { files, letters: [], failures: [] };
  if (sendLetter === undefined) {
    const failures = failed.map(({ record }) => ({
      itemIdentifier: record.dynamodb?.SequenceNumber ?? record.eventID ?? '',
    }));
    return { files, letters: [], failures, failure: first.error };
  }
  const letters = failed.map(({ record, captured, error }) => buildDeadLetter(record, captured, error));
  await sendLetters(letters, sendLetter);
  return { files, letters, failures: [] };
}

interface FailedRecord {
  readonly record: DynamoDBRecord;
  /** Absent when it could not be read at all. */
  readonly captured: CapturedRecord | undefined;
  readonly error: PipelineError;
}

interface TakenRecords {
  readonly files: readonly StagedFile[];
  readonly failed: readonly FailedRecord[];
}

function takeRecords(records: readonly DynamoDBRecord[], tables: SourceTables): TakenRecords {
  const staged = new StagedFiles();
  const failed: FailedRecord[] = [];
  for (const given of records as readonly unknown[]) {
    // Something that is no object at all is a record without any of its parts.
    const record = Object(given) === given ? (given as DynamoDBRecord) : ({} as DynamoDBRecord);
    let captured: CapturedRecord | undefined;
    try {
      captured = parseStreamRecord(record, tables);
      staged.add(captured, buildStagedLine(captured));
    } catch (error) {
      failed.push({ record, captured, error: asRefusal(error, record) });
    }
  }
  return { files: staged.build(), failed };
}

/** A fault of this code is as final as one of the record, and must not hold up a shard either. */
function asRefusal(error: unknown, record: DynamoDBRecord): PipelineError {
  if (error instanceof PipelineError) return error;
  return new PipelineError({
    code: 'STREAM_RECORD_INVALID',
    disposition: 'dead-letter',
    // Not its message, which may quote a value.
    message: `a stream record cannot be turned into a row: ${error instanceof Error ? error.name : 'unknown error'}. Usual cause: a fault in the code that reads it; fix it, deploy, then replay the dead letters`,
    context: { eventId: record.eventID ?? null, position: record.dynamodb?.SequenceNumber ?? null },
    cause: error,
  });
}

/** Hundreds may come at once. */
const PARALLEL_LETTERS = 10;

async function sendLetters(
  letters: readonly DeadLetter[],
  send: (letter: DeadLetter) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < letters.length; at += PARALLEL_LETTERS) {
    await Promise.all(letters.slice(at, at + PARALLEL_LETTERS).map(send));
  }
}
