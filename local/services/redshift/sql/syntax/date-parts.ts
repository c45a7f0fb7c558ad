/** Date parts, with all the names that Redshift takes (developer guide, "Date parts for date or timestamp functions"). */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { TokenReader } from './token-reader';

const PARTS: Readonly<Record<string, readonly string[]>> = {
  millennium: ['millennium', 'millennia', 'mil', 'mils'],
  century: ['century', 'centuries', 'c', 'cent', 'cents'],
  decade: ['decade', 'decades', 'dec', 'decs'],
  epoch: ['epoch'],
  year: ['year', 'years', 'y', 'yr', 'yrs'],
  quarter: ['quarter', 'quarters', 'qtr', 'qtrs'],
  month: ['month', 'months', 'mon', 'mons'],
  week: ['week', 'weeks', 'w'],
  dayofweek: ['dayofweek', 'dow', 'dw', 'weekday'],
  dayofyear: ['dayofyear', 'doy', 'dy', 'yearday'],
  day: ['day', 'days', 'd'],
  hour: ['hour', 'hours', 'h', 'hr', 'hrs'],
  minute: ['minute', 'minutes', 'm', 'min', 'mins'],
  second: ['second', 'seconds', 's', 'sec', 'secs'],
  millisecond: [
    'millisecond',
    'milliseconds',
    'ms',
    'msec',
    'msecs',
    'msecond',
    'mseconds',
    'millisec',
    'millisecs',
    'millisecon',
  ],
  microsecond: [
    'microsecond',
    'microseconds',
    'microsec',
    'microsecs',
    'usec',
    'usecs',
    'us',
    'usecond',
    'useconds',
  ],
};

const BY_NAME = new Map(
  Object.entries(PARTS).flatMap(([part, names]) => names.map((name) => [name, part] as const)),
);

/** Bare or in quotes. */
export function parseDatePart(reader: TokenReader): string {
  const token = reader.peek();
  if (token.kind !== 'word' && token.kind !== 'string' && token.kind !== 'quoted') throw reader.syntaxError();
  reader.take();
  const part = BY_NAME.get(token.text.toLowerCase());
  if (part === undefined) throw new WarehouseError(`date/time units "${token.text}" not recognized`);
  return part;
}
