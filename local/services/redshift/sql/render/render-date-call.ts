/** Functions whose first operand is a date part. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { quoteText } from '../names';
import type { Expression } from '../syntax/tree';
import { renderScalar } from './operands';
import { renderAsTimestamp } from './render-cast';
import type { Rendering } from './rendering';

type DateCall = Extract<Expression, { kind: 'date-call' }>;

export function renderDateCall(r: Rendering, { name, part, operands }: DateCall): string {
  const [first, second] = operands as [Expression, Expression];
  switch (name) {
    case 'dateadd':
      return `(${renderAsTimestamp(r, second)} + ${renderStep(part, renderScalar(r, first))})`;
    case 'datediff':
      return `date_diff(${quoteText(part)}, ${renderAsTimestamp(r, first)}, ${renderAsTimestamp(r, second)})`;
    case 'date_trunc':
      return `CAST(date_trunc(${quoteText(part)}, ${renderAsTimestamp(r, first)}) AS TIMESTAMP)`;
    case 'date_part':
    case 'extract':
      return renderPart(part, renderAsTimestamp(r, first));
  }
}

const INTERVALS: Readonly<Record<string, string>> = {
  year: 'to_years',
  month: 'to_months',
  week: 'to_weeks',
  day: 'to_days',
  hour: 'to_hours',
  minute: 'to_minutes',
  second: 'to_seconds',
  millisecond: 'to_milliseconds',
  microsecond: 'to_microseconds',
};

function renderStep(part: string, amount: string): string {
  const whole = `CAST(${amount} AS BIGINT)`;
  if (part === 'quarter') return `to_months(CAST(3 * ${whole} AS INTEGER))`;
  const interval = INTERVALS[part];
  if (interval === undefined) throw new WarehouseError(`DATEADD of "${part}" is not supported`);
  const takesInteger = ['year', 'month', 'week', 'day'].includes(part);
  return `${interval}(${takesInteger ? `CAST(${whole} AS INTEGER)` : whole})`;
}

function renderPart(part: string, value: string): string {
  if (part === 'epoch') return `CAST(floor(epoch(${value})) AS BIGINT)`;
  // Redshift counts Sunday as 0, as DuckDB's dayofweek does; milliseconds without the whole seconds.
  if (part === 'millisecond') return `CAST(millisecond(${value}) % 1000 AS INTEGER)`;
  if (part === 'microsecond') return `CAST(microsecond(${value}) % 1000000 AS INTEGER)`;
  return `CAST(date_part(${quoteText(part)}, ${value}) AS INTEGER)`;
}
