/** Answers of the comparison's queries as buckets and rows, whichever client brought them. */
import { PipelineError } from '../errors';
import { keyName } from './queries';
import type { Bucket, HashedRow } from './side';

export type AnswerRow = Readonly<Record<string, unknown>>;

/** @throws PipelineError RECONCILE_FAILED (halt) for a row that is not an answer of the bucket query. */
export function parseBucket(row: AnswerRow): readonly [string, Bucket] {
  return [
    answerText(row, 'bucket'),
    {
      rowCount: integerOf(row, 'row_count'),
      hashSum: integerOf(row, 'hash_sum'),
      flagged: integerOf(row, 'flagged'),
    },
  ];
}

/**
 * A row of a table without a key has no key's hash: it is its own key.
 * @throws PipelineError RECONCILE_FAILED (halt) for a row that is not an answer of a row query.
 */
export function parseHashedRow(row: AnswerRow): HashedRow {
  const hashes = {
    keyHash: answerText(row, row.key_hash === undefined ? 'row_hash' : 'key_hash'),
    rowHash: answerText(row, 'row_hash'),
    copies: Number(integerOf(row, 'copies')),
  };
  const key: string[] = [];
  for (let at = 0; row[keyName(at)] !== undefined; at += 1) key.push(String(row[keyName(at)]));
  return key.length === 0 ? hashes : { ...hashes, key };
}

export function answerText(row: AnswerRow, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw unexpected(column, 'text', value);
}

function integerOf(row: AnswerRow, column: string): bigint {
  const text = String(row[column]);
  if (/^\d+$/.test(text)) return BigInt(text);
  throw unexpected(column, 'a whole number', row[column]);
}

function unexpected(column: string, expected: string, value: unknown): PipelineError {
  return new PipelineError({
    code: 'RECONCILE_FAILED',
    disposition: 'halt',
    message: `a comparison query answered with something else: expected ${expected} as ${column}, got ${value === null ? 'NULL' : typeof value}. Is this a server that the pipeline was not tested with?`,
    context: { column },
  });
}
