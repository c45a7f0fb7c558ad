/** One statement against the warehouse, and its answer in a form that JSON can carry without losing a digit. */

import type { ResultValue, Warehouse } from '../runtime/ports/warehouse';

export interface QueryAnswer {
  readonly columns: readonly { readonly name: string; readonly typeName: string }[];
  /** Numbers of every kind are text. */
  readonly rows: readonly (readonly (null | boolean | string)[])[];
  /** Rows returned, or rows affected. */
  readonly rowCount: number;
}

/** Whatever the statement is, nothing of it is kept: its transaction is rolled back. @throws WarehouseError */
export async function queryWarehouse(
  warehouse: Pick<Warehouse, 'openSession'>,
  sql: string,
): Promise<QueryAnswer> {
  const session = await warehouse.openSession();
  try {
    await session.begin();
    const { columns, rows, rowCount } = await session.run(sql);
    return {
      columns: columns.map(({ name, typeName }) => ({ name, typeName })),
      rows: rows.map((row) => row.map(textOfNumber)),
      rowCount,
    };
  } finally {
    await session.close();
  }
}

function textOfNumber(value: ResultValue): null | boolean | string {
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
}
