/** The warehouse of a pipeline that is not running, opened by itself. */
import { basename } from 'node:path';
import type { Warehouse } from '../runtime/ports/warehouse';
import { openWarehouse } from '../services/redshift/storage/open-warehouse';
import { StateFolder, StateFolderError } from '../state/state-folder';
import { startCommand } from '../state/typed-command';
import { findWarehouseFile } from './warehouse-file';

/** Nothing else opens the state folder meanwhile. @throws StateFolderError, and what `work` throws */
export async function withStoppedWarehouse<Answer>(
  dataDir: string,
  work: (warehouse: Warehouse) => Promise<Answer>,
): Promise<Answer> {
  const file = findWarehouseFile(dataDir);
  if (file === undefined) {
    throw new StateFolderError(
      `there is no warehouse in ${dataDir}; ${startCommand(dataDir)} makes one, or name its folder with --data-dir`,
    );
  }
  const state = await StateFolder.open(dataDir);
  try {
    const warehouse = await openWarehouse({
      file,
      database: basename(file, '.duckdb'),
      fetchObject: () => Promise.reject(new Error('COPY needs a running pipeline')),
    });
    try {
      return await work(warehouse);
    } finally {
      await warehouse.close();
    }
  } finally {
    state.release();
  }
}
