/** The columns of a target as the warehouse declares them. */
import { quoteLiteral } from '../../../../pipeline/warehouse/sql-text';
import type { WarehouseSession } from '../../../runtime/ports/warehouse';

export interface TargetColumn {
  /** Lower case, as Redshift folds it. */
  readonly name: string;
  /** As the catalogue views of Redshift name it: `character varying`, `timestamp without time zone`. */
  readonly type: string;
  /** Bytes of text; digits of a number. */
  readonly size: number;
  readonly scale: number;
  readonly nullable: boolean;
}

/** In the table's order; empty when there is no such table. */
export async function readTargetColumns(
  session: WarehouseSession,
  target: { readonly schema: string; readonly table: string },
): Promise<TargetColumn[]> {
  const { rows } = await session.run(
    [
      'SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable',
      'FROM svv_columns',
      `WHERE table_schema = ${quoteLiteral(target.schema)} AND table_name = ${quoteLiteral(target.table)}`,
      'ORDER BY ordinal_position',
    ].join('\n'),
  );
  return rows.map(([name, type, length, precision, scale, nullable]) => ({
    name: String(name),
    type: String(type),
    size: Number(length ?? precision ?? 0),
    scale: Number(scale ?? 0),
    nullable: nullable !== 'NO',
  }));
}
