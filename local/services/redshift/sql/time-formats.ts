/** TO_CHAR, TO_DATE and TO_TIMESTAMP: Redshift's format patterns as strftime's. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { castTo } from './cast';
import { call, type Piece } from './piece';
import { quoteText } from './reader';

/** Longest first; what is neither a pattern nor punctuation is refused, never printed as it stands. */
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

export function strftimeFormat(format: string): string {
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

export function writeToChar(value: Piece, format: string): Piece {
  if (NUMBER_FORMAT.test(format)) {
    return { sql: call('number_text', [value.sql, quoteText(format.toUpperCase())]), type: 'other' };
  }
  return {
    sql: `strftime(${castTo({ name: 'timestamp' }, value).sql}, ${quoteText(strftimeFormat(format))})`,
    type: 'other',
  };
}

export function writeToDate(value: Piece, format: string): Piece {
  return { sql: `CAST(${parsed(value, format)} AS DATE)`, type: 'other' };
}

export function writeToTimestamp(value: Piece, format: string): Piece {
  return { sql: `CAST(${parsed(value, format)} AS TIMESTAMPTZ)`, type: 'other' };
}

const parsed = (value: Piece, format: string): string =>
  `strptime(${call('bare_text', [value.sql])}, ${quoteText(strftimeFormat(format))})`;
