/** A session of the warehouse twin in the place of the Data API's client: for set-up's work without a running gateway. */
import type { ChangingWarehouse } from '../../pipeline/warehouse/change-table';
import type { Warehouse, WarehouseSession } from '../runtime/ports/warehouse';

/** Statements of a batch are one transaction, as in the Data API. */
export async function sessionWarehouse<Answer>(
  warehouse: Pick<Warehouse, 'openSession'>,
  work: (warehouse: ChangingWarehouse) => Promise<Answer>,
): Promise<Answer> {
  const session = await warehouse.openSession();
  try {
    return await work({
      query: (sql) => readTexts(session, sql),
      executeBatch: async (statements) => {
        await session.begin();
        try {
          for (const statement of statements) await session.run(statement);
          await session.commit();
        } catch (error) {
          await session.rollback();
          throw error;
        }
        return { id: '', hasResultSet: false };
      },
    });
  } finally {
    await session.close();
  }
}

async function* readTexts(
  session: WarehouseSession,
  sql: string,
): AsyncGenerator<Record<string, string | null>> {
  const { columns, rows } = await session.run(sql);
  for (const row of rows)
    yield Object.fromEntries(
      columns.map(({ name }, at) => {
        const value = row[at] ?? null;
        return [name, value === null ? null : String(value)];
      }),
    );
}
