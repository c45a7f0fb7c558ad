/** How a text that COPY reads becomes a value by the engine's own cast, and which texts are left to `convertValue`. */

import { duckdbType, type RedshiftType } from '../sql/syntax/column-type';
import { castDecimal } from '../storage/part-file';

export interface TextCast {
  readonly value: string;
  /** Conditions: one of them is true of a text whose cast may be something else than what COPY makes of it. */
  readonly doubts: readonly string[];
}

const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const CLOCK = '[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?';
const DOUBLE = '-?[0-9]{1,300}([.][0-9]{1,300})?([eE][+-]?[0-9]{1,3})?';
/** Of so many, none is out of range before it is cast. */
const WHOLE = '-?[0-9]{1,18}';

/** @returns undefined for a type whose texts COPY reads by rules of its own. */
export function textCast(type: RedshiftType, text: string): TextCast | undefined {
  switch (type.name) {
    case 'varchar':
    case 'super':
      return { value: text, doubts: [] };
    case 'numeric': {
      const { precision = 0, scale = 0 } = type;
      const fraction = scale === 0 ? '' : `([.][0-9]{1,${scale}})?`;
      const whole = precision === scale ? '0' : `[0-9]{1,${precision - scale}}`;
      return { value: castDecimal('CAST', text, type), doubts: [unlike(text, `-?${whole}${fraction}`)] };
    }
    case 'int2':
    case 'int4':
    case 'int8':
      return checkedCast(text, duckdbType(type), WHOLE);
    case 'float8': {
      const cast = `CAST(${text} AS DOUBLE)`;
      return { value: cast, doubts: [unlike(text, DOUBLE), `NOT isfinite(TRY_${cast})`] };
    }
    case 'bool':
      return { value: `${text} = 'true'`, doubts: [`${text} NOT IN ('true', 'false')`] };
    case 'date':
      return checkedCast(text, 'DATE', DAY);
    default:
      return undefined;
  }
}

/** The same of a time, which has a format. */
export function timeCast(text: string): TextCast {
  return checkedCast(text, 'TIMESTAMP', `${DAY} ${CLOCK}`);
}

const unlike = (text: string, pattern: string): string => `NOT regexp_full_match(${text}, '${pattern}')`;

/** DuckDB has a year 0, Redshift has not. */
const checkedCast = (text: string, type: string, pattern: string): TextCast => ({
  value: `CAST(${text} AS ${type})`,
  doubts: [
    unlike(text, pattern),
    `TRY_CAST(${text} AS ${type}) IS NULL AND ${text} IS NOT NULL`,
    ...(pattern.startsWith(DAY) ? [`${text} < '0001'`] : []),
  ],
});
