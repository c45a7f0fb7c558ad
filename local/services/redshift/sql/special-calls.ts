/** Functions whose arguments have a grammar of their own. Each reads from behind its name. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { castTo } from './cast';
import { parseDatePart } from './date-parts';
import { parseExpression } from './expression';
import { parseScalarOperand } from './function-call';
import { call, type Piece, scalar } from './piece';
import { quoteText } from './reader';
import { writeToChar, writeToDate, writeToTimestamp } from './time-formats';
import type { Translation } from './translation';
import { parseType } from './types';

type SpecialCall = (t: Translation) => Piece;

/** `( operand, operand, ... )` */
function parseOperands(t: Translation): Piece[] {
  const { reader } = t;
  reader.expectOperator('(');
  const operands = reader.isOperator(')') ? [] : [parseExpression(t)];
  while (reader.acceptOperator(',')) operands.push(parseExpression(t));
  reader.expectOperator(')');
  return operands;
}

function parseExactly(t: Translation, name: string, count: number): Piece[] {
  const operands = parseOperands(t);
  if (operands.length === count) return operands;
  throw new WarehouseError(`function ${name}(${operands.map(() => 'unknown').join(', ')}) does not exist`);
}

const INTERVALS: Readonly<Record<string, string>> = {
  year: 'to_years',
  quarter: 'twin_quarters',
  month: 'to_months',
  week: 'to_weeks',
  day: 'to_days',
  hour: 'to_hours',
  minute: 'to_minutes',
  second: 'to_seconds',
  millisecond: 'to_milliseconds',
  microsecond: 'to_microseconds',
};

function parseDateAdd(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const part = parseDatePart(t);
  reader.expectOperator(',');
  const amount = parseScalarOperand(t);
  reader.expectOperator(',');
  const start = castTo({ name: 'timestamp' }, parseExpression(t)).sql;
  reader.expectOperator(')');
  const interval = INTERVALS[part];
  if (interval === undefined) throw new WarehouseError(`DATEADD of "${part}" is not supported`);
  const whole = `CAST(${amount} AS BIGINT)`;
  const step =
    part === 'quarter'
      ? `to_months(CAST(3 * ${whole} AS INTEGER))`
      : `${interval}(${intervalAmount(part, whole)})`;
  return { sql: `(${start} + ${step})`, type: 'other' };
}

const intervalAmount = (part: string, whole: string): string =>
  ['year', 'month', 'week', 'day'].includes(part) ? `CAST(${whole} AS INTEGER)` : whole;

function parseDateDiff(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const part = parseDatePart(t);
  reader.expectOperator(',');
  const from = castTo({ name: 'timestamp' }, parseExpression(t)).sql;
  reader.expectOperator(',');
  const to = castTo({ name: 'timestamp' }, parseExpression(t)).sql;
  reader.expectOperator(')');
  return { sql: `date_diff(${quoteText(part)}, ${from}, ${to})`, type: 'int8' };
}

const writePart = (part: string, value: string): Piece => {
  if (part === 'epoch') return { sql: `CAST(floor(epoch(${value})) AS BIGINT)`, type: 'int8' };
  // Redshift counts Sunday as 0, as DuckDB's dayofweek does; milliseconds without the whole seconds.
  if (part === 'millisecond') return { sql: `CAST(millisecond(${value}) % 1000 AS INTEGER)`, type: 'int4' };
  if (part === 'microsecond')
    return { sql: `CAST(microsecond(${value}) % 1000000 AS INTEGER)`, type: 'int4' };
  return { sql: `CAST(date_part(${quoteText(part)}, ${value}) AS INTEGER)`, type: 'int4' };
};

function parseDatePartCall(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const part = parseDatePart(t);
  reader.expectOperator(',');
  const value = castTo({ name: 'timestamp' }, parseExpression(t)).sql;
  reader.expectOperator(')');
  return writePart(part, value);
}

function parseExtract(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const part = parseDatePart(t);
  reader.expectWord('from');
  const value = castTo({ name: 'timestamp' }, parseExpression(t)).sql;
  reader.expectOperator(')');
  return writePart(part, value);
}

function parseDateTrunc(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const part = parseDatePart(t);
  reader.expectOperator(',');
  const value = castTo({ name: 'timestamp' }, parseExpression(t)).sql;
  reader.expectOperator(')');
  return { sql: `CAST(date_trunc(${quoteText(part)}, ${value}) AS TIMESTAMP)`, type: 'other' };
}

function parseTrim(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const side = ['leading', 'trailing', 'both'].find((word) => reader.acceptWord(word)) ?? 'both';
  const name = { leading: 'ltrim', trailing: 'rtrim', both: 'trim' }[side];
  let characters: string | undefined;
  let text: string | undefined;
  if (!reader.acceptWord('from')) {
    text = parseScalarOperand(t);
    if (reader.acceptWord('from')) characters = text;
    else if (reader.acceptOperator(',')) characters = parseScalarOperand(t);
  }
  if (text === undefined || characters === text) text = parseScalarOperand(t);
  reader.expectOperator(')');
  return {
    sql: `${name}(${[text, ...(characters === undefined ? [] : [characters])].join(', ')})`,
    type: 'other',
  };
}

function parseSubstring(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const operands = [parseScalarOperand(t)];
  while (reader.acceptOperator(',') || reader.acceptWord('from') || reader.acceptWord('for')) {
    operands.push(parseScalarOperand(t));
  }
  reader.expectOperator(')');
  if (operands.length < 2 || operands.length > 3)
    throw new WarehouseError('function substring does not exist');
  return { sql: call('substring', operands), type: 'other' };
}

function parsePosition(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const part = parseScalarOperandBeforeIn(t);
  reader.expectWord('in');
  const whole = parseScalarOperand(t);
  reader.expectOperator(')');
  return { sql: `CAST(strpos(${whole}, ${part}) AS INTEGER)`, type: 'int4' };
}

/** `POSITION(x IN y)`: the IN is not the predicate. */
function parseScalarOperandBeforeIn(t: Translation): string {
  const token = t.reader.peek();
  if (token.kind === 'string') return quoteText(t.reader.take().text);
  if (token.kind === 'parameter') return quoteText(t.reader.parameter());
  const name = t.dottedName();
  return name.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

function parseConvert(t: Translation): Piece {
  const { reader } = t;
  reader.expectOperator('(');
  const type = parseType(reader);
  reader.expectOperator(',');
  const piece = parseExpression(t);
  reader.expectOperator(')');
  return castTo(type, piece);
}

/** Unlike CASE, DECODE finds NULL equal to NULL. */
function parseDecode(t: Translation): Piece {
  const operands = parseOperands(t);
  if (operands.length < 3) throw new WarehouseError('function decode requires at least 3 arguments');
  const [subject, ...rest] = operands;
  let sql = 'CASE';
  const results: Piece[] = [];
  while (rest.length >= 2) {
    const [value, result] = rest.splice(0, 2);
    sql += ` WHEN ${scalar(subject!)} IS NOT DISTINCT FROM ${scalar(value!)} THEN ${result!.sql}`;
    results.push(result!);
  }
  if (rest.length === 1) {
    sql += ` ELSE ${rest[0]!.sql}`;
    results.push(rest[0]!);
  }
  return { sql: `${sql} END`, type: t.commonType(results) };
}

function parseCoalesce(t: Translation): Piece {
  const operands = parseOperands(t);
  if (operands.length === 0) throw t.reader.syntaxError();
  return { sql: `coalesce(${operands.map((piece) => piece.sql).join(', ')})`, type: t.commonType(operands) };
}

/** The path's steps are names or array indexes, given as text; anything that is not there is NULL. */
function parseExtractPath(t: Translation): Piece {
  const operands = parseOperands(t).map((piece) => scalar(piece));
  if (operands.length < 2) throw new WarehouseError('function json_extract_path_text requires a path');
  // A last operand TRUE or FALSE is null_if_invalid.
  const nullIfInvalid = ['TRUE', 'FALSE'].includes(operands.at(-1)!) ? operands.pop()! : 'FALSE';
  return {
    sql: call('json_path_text', [operands[0]!, `[${operands.slice(1).join(', ')}]`, nullIfInvalid]),
    type: 'other',
  };
}

/** `TO_x(value, format)`; the format must be a literal, because it is translated here. */
function parseFormatted(name: string, write: (value: Piece, format: string) => Piece): SpecialCall {
  return (t) => {
    const { reader } = t;
    reader.expectOperator('(');
    const value = parseExpression(t);
    reader.expectOperator(',');
    const format = reader.peek();
    if (format.kind !== 'string') throw reader.unsupported(`${name} with a format that is not a literal`);
    reader.take();
    reader.expectOperator(')');
    return write(value, format.text);
  };
}

/** TRUNC of a time is its date; of a number, its digits before the point or before the place asked for. */
function parseTrunc(t: Translation): Piece {
  const [value, places] = parseOperands(t);
  if (value === undefined) throw t.reader.syntaxError();
  if (value.type === 'time' && places === undefined)
    return { sql: `CAST(${value.sql} AS DATE)`, type: 'time' };
  return {
    sql: `trunc(${scalar(value)}, ${places === undefined ? '0' : `CAST(${places.sql} AS INTEGER)`})`,
    type: 'other',
  };
}

const constant =
  (write: (t: Translation) => string): SpecialCall =>
  (t) => {
    parseExactly(t, 'constant', 0);
    return { sql: write(t), type: 'other' };
  };

export const SPECIAL_CALLS: ReadonlyMap<string, SpecialCall> = new Map<string, SpecialCall>([
  ['dateadd', parseDateAdd],
  ['date_add', parseDateAdd],
  ['datediff', parseDateDiff],
  ['date_diff', parseDateDiff],
  ['date_part', parseDatePartCall],
  ['extract', parseExtract],
  ['date_trunc', parseDateTrunc],
  ['trim', parseTrim],
  ['substring', parseSubstring],
  ['position', parsePosition],
  ['convert', parseConvert],
  ['decode', parseDecode],
  ['trunc', parseTrunc],
  ['date', (t) => castTo({ name: 'date' }, parseExactly(t, 'date', 1)[0]!)],
  ['coalesce', parseCoalesce],
  ['nvl', parseCoalesce],
  ['json_extract_path_text', parseExtractPath],
  ['to_char', parseFormatted('TO_CHAR', writeToChar)],
  ['to_date', parseFormatted('TO_DATE', writeToDate)],
  ['to_timestamp', parseFormatted('TO_TIMESTAMP', writeToTimestamp)],
  ['current_database', constant((t) => quoteText(t.options.database))],
  ['current_schema', constant((t) => quoteText(t.options.defaultSchema))],
]);
