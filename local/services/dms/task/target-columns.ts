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

export interface NamedTarget {
  readonly schema: string;
  readonly table: string;
}

/** In the table's order; empty when there is no such table. */
export async function readTargetColumns(
  session: WarehouseSession,
  target: NamedTarget,
): Promise<TargetColumn[]> {
  const isTarget = `table_schema = ${quoteLiteral(target.schema)} AND table_name = ${quoteLiteral(target.table)}`;
  return (await readColumnsOf(session, isTarget))(target);
}

/** Of many tables with one look at the catalogue, which reads all of it whatever is asked. */
export async function readTargetsColumns(
  session: WarehouseSession,
  targets: readonly NamedTarget[],
): Promise<(target: NamedTarget) => TargetColumn[]> {
  if (targets.length === 0) return () => [];
  const schemas = [...new Set(targets.map(({ schema }) => quoteLiteral(schema)))];
  return readColumnsOf(session, `table_schema IN (${schemas.join(', ')})`);
}

async function readColumnsOf(
  session: WarehouseSession,
  condition: string,
): Promise<(target: NamedTarget) => TargetColumn[]> {
  const { rows } = await session.run(
    [
      'SELECT table_schema, table_name,',
      '  column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable',
      'FROM svv_columns',
      `WHERE ${condition}`,
      'ORDER BY ordinal_position',
    ].join('\n'),
  );
  const byTable = new Map<string, TargetColumn[]>();
  for (const [schema, table, ...column] of rows) {
    const key = JSON.stringify([schema, table]);
    byTable.set(key, [...(byTable.get(key) ?? []), toColumn(column)]);
  }
  return ({ schema, table }) => byTable.get(JSON.stringify([schema, table])) ?? [];
}

function toColumn([name, type, length, precision, scale, nullable]: readonly unknown[]): TargetColumn {
  return {
    name: String(name),
    type: String(type),
    size: Number(length ?? precision ?? 0),
    scale: Number(scale ?? 0),
    nullable: nullable !== 'NO',
  };
}
