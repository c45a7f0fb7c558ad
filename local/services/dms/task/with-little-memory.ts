/** Work of a large transaction for which the engine would otherwise keep all that it reads or writes in memory. */
import type { WarehouseSession } from '../../../runtime/ports/warehouse';

export async function withLittleMemory<Result>(
  session: WarehouseSession,
  isLarge: boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isLarge) return work();
  await session.limitMemory(true);
  try {
    return await work();
  } finally {
    await session.limitMemory(false);
  }
}
