/** One line of a staged file, as the stage function and a backfill write it. */
import { type ExactJson, ExactNumber, JsonSyntaxError, parseExactJson } from '../files/exact-json';
import { Refusal } from '../files/rejection';
import { BACKFILL_VERSION_LENGTH, VERSION_LENGTH } from '../position';
import {
  CHANGED_AT_COLUMN,
  DIGEST_COLUMN,
  type DynamodbTable,
  EXPIRED_AT_COLUMN,
  FLAGS_COLUMN,
  ITEM_COLUMN,
  OPERATION_COLUMN,
  STREAM_AT_COLUMN,
  VERSION_COLUMN,
} from '../tables';
import { exactDate, exactTimestamp } from '../values/calendar';
import { holdsText } from '../values/text';

export interface LineProblem {
  readonly column: string | null;
  readonly reason: string;
}

export interface LineCheck {
  readonly isBackfill: boolean;
  readonly isStrict: boolean;
}

const OPERATIONS: readonly unknown[] = ['insert', 'update', 'delete'];

type Line = ReadonlyMap<string, ExactJson>;

const problem = (column: string, expected: string): LineProblem => ({
  column,
  reason: `${column} must be ${expected}`,
});

/** The first problem of a line that is not blank; undefined when there is none. */
export function checkStagedLine(
  table: DynamodbTable,
  text: string,
  { isBackfill, isStrict }: LineCheck,
): LineProblem | undefined {
  const line = parseLine(text, isStrict);
  if (!(line instanceof Map)) return line as LineProblem;
  return (
    checkChange(line, isBackfill) ??
    checkTimes(table, line) ??
    (isStrict ? checkTypes(table, line) : undefined)
  );
}

function parseLine(text: string, isStrict: boolean): Line | LineProblem {
  const noObject = { column: null, reason: 'the line is no JSON object' };
  try {
    const parsed = isStrict ? parseExactJson(text) : toExact(JSON.parse(text));
    if (parsed instanceof Refusal)
      return {
        column: parsed.column?.split('.')[0] ?? null,
        reason: `the line is not as staging writes it: ${parsed.reason}`,
      };
    return parsed instanceof Map ? parsed : noObject;
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof SyntaxError) return noObject;
    throw error;
  }
}

/** The members of an object by their names; anything else is none. */
const toExact = (value: unknown): Line | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value as Record<string, ExactJson>))
    : undefined;

/** What the merge orders and tells changes by. */
function checkChange(line: Line, isBackfill: boolean): LineProblem | undefined {
  const operation = line.get(OPERATION_COLUMN);
  if (!OPERATIONS.includes(operation)) return problem(OPERATION_COLUMN, 'insert, update or delete');
  const length = isBackfill ? BACKFILL_VERSION_LENGTH : VERSION_LENGTH;
  const version = line.get(VERSION_COLUMN);
  if (!isText(version) || !/^\d+$/.test(version) || version.length !== length)
    return problem(VERSION_COLUMN, `a text of ${length} digits`);
  if (!isTime(line.get(CHANGED_AT_COLUMN)))
    return problem(CHANGED_AT_COLUMN, 'a time, YYYY-MM-DD HH:MI:SS.ffffff in UTC');
  const streamAt = line.get(STREAM_AT_COLUMN) ?? undefined;
  if (streamAt !== undefined && !isTime(streamAt))
    return problem(STREAM_AT_COLUMN, 'the time at which the stream was made, or absent');
  const expiredAt = line.get(EXPIRED_AT_COLUMN) ?? undefined;
  if (expiredAt !== undefined && !(operation === 'delete' && isTime(expiredAt)))
    return problem(EXPIRED_AT_COLUMN, 'the time of a delete, or absent');
  if (operation !== 'delete' && !isText(line.get(DIGEST_COLUMN)))
    return problem(DIGEST_COLUMN, 'the digest of the item');
  return undefined;
}

function checkTimes(table: DynamodbTable, line: Line): LineProblem | undefined {
  const key = table.key.find((name) => line.get(name) === undefined || line.get(name) === null);
  if (key !== undefined) return problem(key, 'there: it is the key');
  const wrong = table.columns.find(({ name, type: { kind } }) => !isTimeOrOther(kind, line.get(name)));
  return wrong === undefined ? undefined : problem(wrong.name, `a ${wrong.type.kind} of the calendar`);
}

/** Every scalar is a text: COPY would take a number for one, and may read it by way of a double. */
function checkTypes(table: DynamodbTable, line: Line): LineProblem | undefined {
  const scalars = table.columns.filter(({ type }) => type.kind !== 'document').map(({ name }) => name);
  for (const name of [...scalars, DIGEST_COLUMN, FLAGS_COLUMN]) {
    const value = line.get(name) ?? null;
    if (value !== null && typeof value !== 'string')
      return problem(name, `a text or null, got ${kindOf(value)}`);
    if (value !== null && !holdsText(value)) return problem(name, 'a text that a column can hold');
    if (value === '' && table.key.includes(name)) return problem(name, 'a text that is not empty');
  }
  const item = line.get(ITEM_COLUMN) ?? null;
  if (item !== null && !(item instanceof Map))
    return problem(ITEM_COLUMN, `an object or null, got ${kindOf(item)}`);
  const documents = table.columns.filter(({ type }) => type.kind === 'document').map(({ name }) => name);
  const inexact = [...documents, ITEM_COLUMN].find((name) => holdsNumber(line.get(name) ?? null));
  return inexact === undefined ? undefined : problem(inexact, 'without numbers outside quotes');
}

/** Not deeper than the parser, which stops at 200 levels. */
function holdsNumber(value: ExactJson): boolean {
  if (value instanceof ExactNumber) return true;
  if (value instanceof Map) return [...value.values()].some(holdsNumber);
  return Array.isArray(value) && value.some(holdsNumber);
}

function kindOf(value: ExactJson): string {
  if (value instanceof ExactNumber) return 'a number';
  if (value instanceof Map) return 'an object';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isTime = (value: unknown): boolean => isText(value) && exactTimestamp(value) !== undefined;

function isTimeOrOther(kind: string, value: unknown): boolean {
  if (value === undefined || value === null || (kind !== 'timestamp' && kind !== 'date')) return true;
  if (typeof value !== 'string') return false;
  return (kind === 'timestamp' ? exactTimestamp(value) : exactDate(value)) !== undefined;
}
