/** Casts as Redshift makes them: text is checked by Redshift's rules, VARCHAR(n) cuts at n bytes. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { macroCall } from '../names';
import { isInteger, isNumber } from '../resolve/value-types';
import { duckdbType, type RedshiftType, typeText } from '../syntax/column-type';
import type { Expression } from '../syntax/tree';
import { copied, isText, maybeSuper } from './operands';
import type { Rendering } from './rendering';

export function renderCast(r: Rendering, operand: Expression, type: RedshiftType): string {
  const sql = r.expression(operand);
  if (isPlainCast(r, operand, type)) return `CAST(${sql} AS ${duckdbType(type)})`;
  switch (type.name) {
    case 'varchar': {
      const text = macroCall('bare_text', [sql]);
      return isShortDecimal(r, operand, type) ? text : macroCall('cut', [text, String(type.length)]);
    }
    case 'char':
      return macroCall('cut', [`rtrim(${macroCall('bare_text', [sql])}, ' ')`, String(type.length)]);
    case 'numeric':
      return castToNumeric(r, operand, duckdbType(type));
    case 'int2':
    case 'int4':
    case 'int8':
    case 'float4':
    case 'float8':
    case 'bool':
    case 'time':
    case 'super':
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return macroCall(`as_${type.name}`, [sql]);
    case 'interval':
    case 'varbyte':
    case 'int2vector':
      throw new WarehouseError(`a cast to type ${typeText(type)} is not supported`);
  }
}

/** `-9223372036854775808` */
const LONGEST_INTEGER = 20;
/** A sign, a point, a zero before it and 38 digits. */
const LONGEST_DECIMAL = 41;
/** `290309-12-22 (BC)`, where the engine's days begin. */
const LONGEST_DATE = 17;

/**
 * A number whose type is known needs no macro that tells types apart. Macros are expanded in one another, and one that
 * has its operand several times makes the plan several times as large: the hash of one double took seconds.
 */
function isPlainCast(r: Rendering, operand: Expression, type: RedshiftType): boolean {
  const known = r.typeOf(operand);
  if (known === undefined || maybeSuper(r, operand)) return false;
  if (type.name === 'varchar')
    return (
      (isInteger(known) && (type.length ?? 0) >= LONGEST_INTEGER) ||
      (known === 'date' && (type.length ?? 0) >= LONGEST_DATE)
    );
  return ['int2', 'int4', 'int8', 'float4', 'float8'].includes(type.name) && isNumber(known);
}

/** One that every column of so many bytes holds, so that nothing is cut. */
const isShortDecimal = (r: Rendering, operand: Expression, { length = 0 }: RedshiftType): boolean =>
  r.typeOf(operand) === 'numeric' && !maybeSuper(r, operand) && length >= LONGEST_DECIMAL;

export const renderAsTimestamp = (r: Rendering, operand: Expression): string =>
  renderCast(r, operand, { name: 'timestamp' });

/** A macro cannot take a type, so the branches are written out where the operand's type does not decide between them. */
function castToNumeric(r: Rendering, operand: Expression, type: string): string {
  const sql = r.expression(operand);
  const fromText = `CAST(${macroCall('numeric_text', [sql])} AS ${type})`;
  if (isText(r, operand)) return fromText;
  if (!maybeSuper(r, operand) && r.typeOf(operand) !== undefined) return `CAST(${sql} AS ${type})`;
  return `CASE WHEN ${macroCall('is_text', [copied(sql)])} THEN ${fromText} ELSE CAST(${sql} AS ${type}) END`;
}
