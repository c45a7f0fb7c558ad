/** Frees what a run of the laptop that was killed still holds in the warehouse. */
import { buildFreeLeases } from '../../pipeline/verify/lease';
import { LEASES } from '../../pipeline/warehouse/table-definitions';
import type { Warehouse } from '../runtime/ports/warehouse';

/**
 * The laptop is the only one that runs functions on its state folder, which it has locked; so before the first of them
 * starts, every lease is a dead run's. On AWS nobody can know that, and leases expire.
 */
export async function freeLeases(warehouse: Warehouse): Promise<void> {
  const session = await warehouse.openSession();
  try {
    // A deployment may be without the set-up that creates the table.
    const { rowCount } = await session.run(
      `SELECT 1 FROM information_schema.tables WHERE table_schema = '${LEASES.schema}' AND table_name = '${LEASES.table}'`,
    );
    if (rowCount > 0) await session.run(buildFreeLeases());
  } finally {
    await session.close();
  }
}
