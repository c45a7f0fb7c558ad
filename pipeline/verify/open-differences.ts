/** The rows that differ, kept in the warehouse from one run to the next until both sides agree. */
import * as z from 'zod';
import type { DataApi } from '../warehouse/data-api';
import { quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { DIFFERENCES } from '../warehouse/table-definitions';
import { decodeCursor, encodeCursor } from './swept-table';
import type { WatchedDifference } from './watch-list';

/** This many of a table are kept and looked at again in each run; more are counted only, and the sweep proves nothing. */
export const KEPT_DIFFERENCES = 10_000;

const TABLE = quoteTable(DIFFERENCES.schema, DIFFERENCES.table);
const COLUMNS =
  '"table_name", "key_hash", "key_columns", "source_state", "target_state", "source_since", "target_since"';
/** Of the 100 KB that the Data API takes. */
const STATEMENT_BYTES = 90_000;
/** Of the 40 statements that a Data API batch takes; the others are the record of the sweep. */
const MAX_STATEMENTS = 36;

const KEY = z.array(z.string());

export const buildDifferencesQuery = (tableName: string): string =>
  [
    'SELECT "key_hash", "key_columns", "source_state", "target_state",',
    '  CAST("source_since" AS VARCHAR) AS source_since, CAST("target_since" AS VARCHAR) AS target_since',
    `FROM ${TABLE}`,
    `WHERE "table_name" = ${quoteLiteral(tableName)}`,
  ].join('\n');

export async function readDifferences(api: DataApi, tableName: string): Promise<WatchedDifference[]> {
  const differences: WatchedDifference[] = [];
  const options = { name: `reconcile/${tableName}` };
  for await (const row of api.query(buildDifferencesQuery(tableName), options)) {
    const key = decodeCursor(KEY, row.key_columns ?? undefined);
    differences.push({
      keyHash: row.key_hash ?? '',
      ...(key === undefined ? {} : { key }),
      source: row.source_state ?? '',
      target: row.target_state ?? '',
      sourceSince: Number(row.source_since),
      targetSince: Number(row.target_since),
    });
  }
  return differences;
}

export interface KeptDifferences {
  readonly statements: readonly string[];
  /** Differences for which there was no room. */
  readonly leftOut: number;
}

/** Statements of one transaction that make these the table's differences, whatever they were before. */
export function buildKeepDifferences(
  tableName: string,
  differences: readonly WatchedDifference[],
): KeptDifferences {
  const rows = differences.slice(0, KEPT_DIFFERENCES).map((difference) => buildRow(tableName, difference));
  const inserts: string[][] = [];
  let bytes = STATEMENT_BYTES;
  let kept = 0;
  for (const row of rows) {
    if (bytes + row.length + 2 > STATEMENT_BYTES) {
      if (inserts.length === MAX_STATEMENTS) break;
      inserts.push([]);
      bytes = 0;
    }
    inserts.at(-1)?.push(row);
    bytes += row.length + 2;
    kept += 1;
  }
  return {
    statements: [
      `DELETE FROM ${TABLE}\nWHERE "table_name" = ${quoteLiteral(tableName)}`,
      ...inserts.map((some) => `INSERT INTO ${TABLE} (${COLUMNS}) VALUES\n${some.join(',\n')}`),
    ],
    leftOut: differences.length - kept,
  };
}

/** Plain ASCII, so that its length is its bytes. */
function buildRow(tableName: string, difference: WatchedDifference): string {
  const { keyHash, key, source, target, sourceSince, targetSince } = difference;
  return `(${[
    quoteLiteral(tableName),
    quoteLiteral(keyHash),
    key === undefined ? 'NULL' : quoteLiteral(encodeCursor(key)),
    quoteLiteral(source),
    quoteLiteral(target),
    String(sourceSince),
    String(targetSince),
  ].join(',')})`;
}
