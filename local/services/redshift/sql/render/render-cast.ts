/** Casts as Redshift makes them: text is checked by Redshift's rules, VARCHAR(n) cuts at n bytes. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { macroCall } from '../names';
import { duckdbType, type RedshiftType, typeText } from '../syntax/column-type';
import type { Expression } from '../syntax/tree';
import { copied, isText, maybeSuper } from './operands';
import type { Rendering } from './rendering';

export function renderCast(r: Rendering, operand: Expression, type: RedshiftType): string {
  const sql = r.expression(operand);
  switch (type.name) {
    case 'varchar':
      return macroCall('cut', [macroCall('bare_text', [sql]), String(type.length)]);
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
      throw new WarehouseError(`a cast to type ${typeText(type)} is not supported`);
  }
}

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
