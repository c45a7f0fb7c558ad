/** What a connection test of DMS asks of the two kinds of endpoints. */
import type { Warehouse } from '../../runtime/ports/warehouse';
import { type ReadLogin, withSource } from './task/source-connection';
import { checkSourceSettings } from './task/source-server';

/** Signs in and checks that the binlog can be replicated. @throws PipelineError that says what is wrong */
export async function testSource(readLogin: ReadLogin): Promise<void> {
  await withSource(readLogin, checkSourceSettings);
}

/** Checks that the warehouse answers and knows the user; it has no passwords. @throws Error that says what is wrong */
export async function testTarget(readLogin: ReadLogin, warehouse: Warehouse): Promise<void> {
  const { username } = await readLogin();
  const session = await warehouse.openSession();
  try {
    const { rows } = await session.run('SELECT usename FROM pg_user');
    if (rows.some(([name]) => name === username)) return;
    throw new Error(
      `the warehouse has no user ${username}, whom the endpoint's secret names; prepare-warehouse creates it`,
    );
  } finally {
    await session.close();
  }
}
