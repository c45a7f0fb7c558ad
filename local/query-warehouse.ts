/** One statement against the warehouse, and its answer in a form that JSON can carry without losing a digit. */
import type { TwinWarehouse } from './engines/warehouse/open-warehouse';

export interface QueryAnswer {
  readonly columns: readonly { readonly name: string; readonly typeName: string }[];
  /** 64-bit integers and decimals are text. */
  readonly rows: readonly (readonly (null | boolean | number | string)[])[];
  /** Rows returned, or rows affected. */
  readonly rowCount: number;
}

/** @throws WarehouseError */
export async function queryWarehouse(
  warehouse: Pick<TwinWarehouse, 'openSession'>,
  sql: string,
): Promise<QueryAnswer> {
  const session = await warehouse.openSession();
  try {
    const { columns, rows, rowCount } = await session.run(sql);
    return {
      columns: columns.map(({ name, typeName }) => ({ name, typeName })),
      rows: rows.map((row) => row.map((value) => (typeof value === 'bigint' ? value.toString() : value))),
      rowCount,
    };
  } finally {
    await session.close();
  }
}
