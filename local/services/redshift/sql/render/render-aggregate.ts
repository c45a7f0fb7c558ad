/**
 * Aggregates that answer otherwise than DuckDB's. SUM of int2 and int4 is int8, of int8 numeric(38,0); AVG of whole
 * numbers is int8, cut. DuckDB: HUGEINT and DOUBLE. Where the operand's type is not known the sum stays HUGEINT,
 * which answers as numeric.
 */
import { macroCall } from '../names';
import { isInteger } from '../resolve/value-types';
import type { CallExpression } from '../syntax/tree';
import { renderScalar } from './operands';
import { renderWindow } from './render-window';
import { type Rendering, renderOrderBy } from './rendering';

type WriteAggregate = (r: Rendering, call: CallExpression) => string;

export const AGGREGATE_TEXTS: ReadonlyMap<string, WriteAggregate> = new Map<string, WriteAggregate>([
  ['sum', renderSum],
  ['avg', renderAverage],
  ['listagg', renderListagg],
  ['percentile_cont', (r, call) => renderPercentile(r, call, 'quantile_cont')],
  ['percentile_disc', (r, call) => renderPercentile(r, call, 'quantile_disc')],
  ['ratio_to_report', renderRatio],
]);

const renderOperand = (r: Rendering, { operands, distinct }: CallExpression): string =>
  `${distinct ? 'DISTINCT ' : ''}${renderScalar(r, operands[0]!)}`;

function renderSum(r: Rendering, call: CallExpression): string {
  const sum = `sum(${renderOperand(r, call)})${renderWindow(r, call.over)}`;
  const type = r.typeOf(call.operands[0]!);
  if (type === 'int8') return `CAST(${sum} AS DECIMAL(38,0))`;
  return isInteger(type) ? `CAST(${sum} AS BIGINT)` : sum;
}

function renderAverage(r: Rendering, call: CallExpression): string {
  const inside = renderOperand(r, call);
  const over = renderWindow(r, call.over);
  if (isInteger(r.typeOf(call.operands[0]!))) {
    return `CAST((sum(${inside})${over} // nullif(count(${inside})${over}, 0)) AS BIGINT)`;
  }
  return `avg(${inside})${over}`;
}

function renderListagg(r: Rendering, call: CallExpression): string {
  const [value, separator] = call.operands;
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const text = macroCall('bare_text', [renderScalar(r, value!)]);
  const order = call.withinGroup === undefined ? '' : ` ${renderOrderBy(r, call.withinGroup)}`;
  const between = separator === undefined ? "''" : renderScalar(r, separator);
  return `string_agg(${distinct}${text}, ${between}${order})${renderWindow(r, call.over)}`;
}

/** `WITHIN GROUP (ORDER BY value)`; in descending order the fraction counts from the other end. */
function renderPercentile(r: Rendering, call: CallExpression, duckdb: string): string {
  const { value, descending } = call.withinGroup![0]!;
  const fraction = renderScalar(r, call.operands[0]!);
  const at = descending ? `(1 - ${fraction})` : fraction;
  return `${duckdb}(${renderScalar(r, value)}, ${at})${renderWindow(r, call.over)}`;
}

function renderRatio(r: Rendering, call: CallExpression): string {
  const value = renderScalar(r, call.operands[0]!);
  return `(CAST(${value} AS DOUBLE) / nullif(sum(${value})${renderWindow(r, call.over)}, 0))`;
}
