/** The one transaction of a batch: run exactly once, whatever stopped before. */
import { createHash } from 'node:crypto';
import { PipelineError } from '../errors';
import type { DynamodbTable } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { type LedgerEntry, readLedgerEntry } from './ledger';
import { buildMerge, type MergeBatch, type MergeOptions } from './merge-sql';

export interface CommitOptions extends MergeOptions {
  /** How often the warehouse may say "come back later" within one run. */
  readonly maxTries: number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const RUNNING: ReadonlySet<string> = new Set(['SUBMITTED', 'PICKED', 'STARTED']);

/**
 * Commits a batch, by default its merge, and gives its ledger entry. A batch that is in the ledger is not run again; one that an earlier,
 * killed run left running in the warehouse is waited for. Conflicts (1023, 1018) and a busy warehouse are retried
 * under the next attempt's token: the token of a failed statement would give back the failure.
 * @throws PipelineError LOAD_FILE_REJECTED (dead-letter) when a file cannot be read, LOAD_TIMED_OUT (retry),
 * WAREHOUSE_BUSY (retry) after the last try, LOAD_STATEMENT_FAILED (halt). Nothing is committed then, but for
 * LOAD_TIMED_OUT, which says that it is not known yet.
 */
export async function commitBatch(
  dataApi: DataApi,
  table: DynamodbTable,
  batch: MergeBatch,
  options: CommitOptions,
  statements: readonly string[] = buildMerge(table, batch, options),
): Promise<LedgerEntry> {
  const namePrefix = `load/${table.name}/${batch.batchId}/`;
  let attempt = await nextAttempt(dataApi, namePrefix);
  const known = await readLedgerEntry(dataApi, batch.batchId);
  if (known !== undefined) return known;
  for (let tries = 1; ; tries++, attempt++) {
    const failure = await run(() =>
      dataApi.executeBatch(statements, {
        name: `${namePrefix}${attempt}`,
        clientToken: tokenOf(batch.batchId, attempt),
      }),
    );
    // The ledger is asked after a failure too: the guard's error is worded differently from node to node.
    const entry = await readLedgerEntry(dataApi, batch.batchId);
    if (entry !== undefined) return entry;
    if (failure === undefined) throw unrecorded(table, batch);
    if (failure.code !== 'WAREHOUSE_BUSY' || tries >= options.maxTries) throw failure;
    await options.pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
}

/** Waits for what still runs under the name, then gives the number after the greatest one used. */
async function nextAttempt(dataApi: DataApi, namePrefix: string): Promise<number> {
  const earlier = await dataApi.listStatements(namePrefix);
  for (const { Id: id, Status: status, StatementName: name } of earlier) {
    if (id !== undefined && RUNNING.has(status ?? '')) await run(() => dataApi.waitFor(id, name));
  }
  const used = earlier.map(({ StatementName: name }) => Number(name?.slice(namePrefix.length)));
  return Math.max(-1, ...used.filter(Number.isInteger)) + 1;
}

/** The failure instead of the result, so that the caller asks the ledger first. A wait that ran out is thrown. */
async function run(work: () => Promise<unknown>): Promise<PipelineError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code === 'LOAD_TIMED_OUT') throw error;
    return error;
  }
}

/** At most 64 characters. */
const tokenOf = (batchId: string, attempt: number): string =>
  createHash('sha256').update(`${batchId}/${attempt}`).digest('hex');

function unrecorded(table: DynamodbTable, batch: MergeBatch): PipelineError {
  return new PipelineError({
    code: 'LOAD_STATEMENT_FAILED',
    disposition: 'halt',
    message: `the batch ${batch.batchId} of ${table.name} ended without an error and without a ledger entry. Usual cause: the ledger was altered by hand, or the transaction was rolled back by an operator. Its files stay in incoming/`,
    context: { table: table.name, batchId: batch.batchId },
  });
}
