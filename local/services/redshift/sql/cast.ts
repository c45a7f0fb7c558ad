/** Casts as Redshift makes them: text is checked by Redshift's rules, VARCHAR(n) cuts at n bytes. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { call, type Piece } from './piece';
import { duckdbType, type RedshiftType, typeText } from './types';

export function castTo(type: RedshiftType, piece: Piece): Piece {
  const { sql } = piece;
  switch (type.name) {
    case 'varchar':
      return { sql: call('cut', [call('bare_text', [sql]), String(type.length)]), type: 'other' };
    case 'char':
      return {
        sql: call('cut', [`rtrim(${call('bare_text', [sql])}, ' ')`, String(type.length)]),
        type: 'other',
      };
    case 'numeric':
      return { sql: castToNumeric(sql, duckdbType(type)), type: 'other' };
    case 'int2':
    case 'int4':
      return { sql: call(`as_${type.name}`, [sql]), type: 'int4' };
    case 'int8':
      return { sql: call('as_int8', [sql]), type: 'int8' };
    case 'float4':
    case 'float8':
    case 'bool':
    case 'time':
    case 'super':
      return { sql: call(`as_${type.name}`, [sql]), type: 'other' };
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return { sql: call(`as_${type.name}`, [sql]), type: 'time' };
    case 'interval':
    case 'varbyte':
      throw new WarehouseError(`a cast to type ${typeText(type)} is not supported`);
  }
}

/** A macro cannot take a type, so the branches stand here; only one of them is left when the type is known. */
const castToNumeric = (sql: string, type: string): string =>
  `CASE WHEN ${call('is_text', [sql])} THEN CAST(${call('numeric_text', [sql])} AS ${type}) ELSE CAST(${sql} AS ${type}) END`;
