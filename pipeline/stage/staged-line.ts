/** One change event as one line of a staged file. */

import type { CapturedRecord } from '../capture/stream-record';
import { projectItem, projectKey } from '../dynamodb/project-item';
import { PipelineError } from '../errors';
import {
  CHANGED_AT_COLUMN,
  DIGEST_COLUMN,
  EXPIRED_AT_COLUMN,
  FLAGS_COLUMN,
  ITEM_COLUMN,
  OPERATION_COLUMN,
  STREAM_AT_COLUMN,
  VERSION_COLUMN,
} from '../tables';
import { exactTimestamp } from '../values/calendar';
import { quoted } from '../values/text';

/** The longest JSON object that COPY takes (Amazon Redshift database developer guide, "COPY from JSON format"). */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

export interface StagedLine {
  /** JSON without a line break. */
  readonly text: string;
  readonly flagCount: number;
}

/**
 * Inserts and updates carry the whole row, deletes the key. An expiry has its time; where expired rows are kept, it carries
 * the row as it was last, for what came before may be in the same batch or in none. Every scalar is text, which COPY casts
 * exactly; unquoted JSON numbers would lose digits.
 * @throws PipelineError STREAM_RECORD_INVALID (dead-letter) when the item cannot become a row.
 */
export function buildStagedLine(record: CapturedRecord): StagedLine {
  const { table, event } = record;
  const members = [
    member(OPERATION_COLUMN, event.operation),
    member(VERSION_COLUMN, event.position),
    member(CHANGED_AT_COLUMN, exactTimestamp(event.changedAt) ?? null),
    ...(event.streamAt === undefined
      ? []
      : [member(STREAM_AT_COLUMN, exactTimestamp(event.streamAt) ?? null)]),
  ];
  if (record.isExpiry) members.push(member(EXPIRED_AT_COLUMN, exactTimestamp(event.changedAt) ?? null));
  let flagCount = 0;
  const after = record.isExpiry && table.keepsExpired === true ? event.before : event.after;
  if (after === undefined) {
    for (const [name, text] of Object.entries(projectKey(table, event.before ?? {})))
      members.push(member(name, text));
  } else {
    const row = projectItem(table, after);
    flagCount = row.flagCount;
    members.push(member(DIGEST_COLUMN, row.digest), member(FLAGS_COLUMN, row.flags));
    for (const { name, type } of table.columns) {
      const text = row.columns[name] ?? null;
      members.push(type.kind === 'document' ? rawMember(name, text) : member(name, text));
    }
    members.push(rawMember(ITEM_COLUMN, row.item));
  }
  const text = `{${members.join(',')}}`;
  checkLength(text, record);
  return { text, flagCount };
}

const member = (name: string, text: string | null): string =>
  rawMember(name, text === null ? null : quoted(text));
const rawMember = (name: string, json: string | null): string => `${quoted(name)}:${json ?? 'null'}`;

function checkLength(text: string, record: CapturedRecord): void {
  if (text.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(text) <= MAX_LINE_BYTES) return;
  throw new PipelineError({
    code: 'STREAM_RECORD_INVALID',
    disposition: 'dead-letter',
    message: `a row of ${record.table.name} is longer than the ${MAX_LINE_BYTES} bytes that COPY takes. Usual cause: several large document columns in the catalogue repeat the same attributes`,
    context: { table: record.table.name, eventId: record.eventId, position: record.event.position },
  });
}
