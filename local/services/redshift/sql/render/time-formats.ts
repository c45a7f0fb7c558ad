/** TO_CHAR, TO_DATE and TO_TIMESTAMP: Redshift's format patterns as strftime's. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { macroCall, quoteText } from '../names';
import type { Expression } from '../syntax/tree';
import { renderAsTimestamp } from './render-cast';
import type { Rendering } from './rendering';

/** Longest first; what is neither a pattern nor punctuation is refused, never printed as it is. */
const PATTERNS: readonly (readonly [pattern: string, strftime: string])[] = [
  ['YYYY', '%Y'],
  ['HH24', '%H'],
  ['HH12', '%I'],
  ['MONTH', ''],
  ['Month', ''],
  ['Mon', '%b'],
  ['IYYY', '%G'],
  ['DDD', '%j'],
  ['YY', '%y'],
  ['MM', '%m'],
  ['DD', '%d'],
  ['HH', '%I'],
  ['MI', '%M'],
  ['SS', '%S'],
  ['MS', '%g'],
  ['US', '%f'],
  ['AM', '%p'],
  ['PM', '%p'],
  ['IW', '%V'],
  ['Dy', '%a'],
];

function strftimeFormat(format: string): string {
  let written = '';
  for (let at = 0; at < format.length; ) {
    const rest = format.slice(at);
    const quoted = /^"([^"]*)"/.exec(rest);
    const punctuation = /^[-/.,:;\s]|^T(?=HH)/.exec(rest);
    const pattern = PATTERNS.find(([name]) => rest.startsWith(name) || rest.startsWith(name.toLowerCase()));
    if (quoted !== null) {
      written += quoted[1]!.replaceAll('%', '%%');
      at += quoted[0].length;
    } else if (punctuation !== null) {
      written += punctuation[0];
      at += 1;
    } else if (pattern !== undefined && pattern[1] !== '') {
      written += pattern[1];
      at += pattern[0].length;
    } else throw new WarehouseError(`the format pattern at "${rest}" is not supported`);
  }
  return written;
}

const NUMBER_FORMAT = /^(?:FM)?[90,]*(?:\.[90]*)?$/i;

export function renderToChar(r: Rendering, value: Expression, format: string): string {
  if (NUMBER_FORMAT.test(format)) {
    return macroCall('number_text', [r.expression(value), quoteText(format.toUpperCase())]);
  }
  return `strftime(${renderAsTimestamp(r, value)}, ${quoteText(strftimeFormat(format))})`;
}

export const renderToDate = (r: Rendering, value: Expression, format: string): string =>
  `CAST(${parsed(r, value, format)} AS DATE)`;

export const renderToTimestamp = (r: Rendering, value: Expression, format: string): string =>
  `CAST(${parsed(r, value, format)} AS TIMESTAMPTZ)`;

const parsed = (r: Rendering, value: Expression, format: string): string =>
  `strptime(${macroCall('bare_text', [r.expression(value)])}, ${quoteText(strftimeFormat(format))})`;
