/** Set-up of the warehouse, at each deploy: schemas, tables, users, grants. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PipelineError } from '../errors';
import { type ReplicatedTable, TABLES } from '../tables';
import { buildAdditions } from './additive-changes';
import { type DataApi, MAX_BATCH_STATEMENTS } from './data-api';
import { settleFormats } from './formats';
import { buildLayoutChanges, type LayoutChange, readLayouts } from './layout-changes';
import { checkTables, readExistingTables } from './table-check';
import { FORMATS, tableDefinitions } from './table-definitions';
import { settleReaders, type UnsettledReaders } from './table-readers';
import {
  buildWarehouseDdl,
  buildWarehouseSchemas,
  buildWarehouseTable,
  warehouseSchemas,
} from './warehouse-ddl';
import { buildWarehouseGrants, type WarehouseUsers } from './warehouse-grants';
import {
  buildIamUser,
  buildReplicationUser,
  keepReplicationPassword,
  REPLICATION_USER,
  readExistingUsers,
  type WarehouseAddress,
} from './warehouse-users';

export interface PrepareOptions {
  /** Connected as the admin. */
  readonly dataApi: DataApi;
  readonly secrets: SecretsManagerClient;
  readonly replicationSecretArn: string;
  readonly address: WarehouseAddress;
  readonly loaderUser: string;
  readonly reconcilerUser: string;
  readonly freshnessUser: string;
  readonly forgetterUser: string;
  readonly tables?: readonly ReplicatedTable[];
  /** Takes each change of a table's layout before the first of them is made. */
  readonly onPlanned?: (change: LayoutChange) => void;
}

export interface PreparedWarehouse {
  readonly schemas: readonly string[];
  readonly tables: readonly string[];
  readonly users: readonly string[];
  /** What was changed in place of how targets are laid out: `schema.table: change`. */
  readonly laidOut: readonly string[];
  /** Tables whose readers do not all exist; everything else was set up. */
  readonly refused: readonly UnsettledReaders[];
}

/**
 * Creates what is missing, migrates ledger and tombstones of an older format, and changes nothing else that is there,
 * so that a run that stopped anywhere is completed by the next one.
 *
 * 1. Schemas and the table of format numbers; then ledger and tombstones, each with its number.
 * 2. The other tables; columns and lengths that the catalogue has added; then a check of all columns.
 *    Then distribution, sort order and encodings that the catalogue has changed, in place, each shown before the first.
 * 3. The replication user's secret.
 * 4. Users; the replication user gets the secret's password.
 * 5. Grants, then those of the readers of each target.
 *
 * @throws PipelineError WAREHOUSE_NOT_READY (halt) when ledger or tombstones are of a newer format, or an existing
 * table differs from the catalogue; what the Data API client throws.
 */
export async function prepareWarehouse(options: PrepareOptions): Promise<PreparedWarehouse> {
  const { dataApi, tables = TABLES } = options;
  const definitions = tableDefinitions(tables);
  await runAll(dataApi, 'prepare/formats', [...buildWarehouseSchemas(tables), buildWarehouseTable(FORMATS)]);
  await settleFormats(dataApi, tables);
  await runAll(dataApi, 'prepare/tables', buildWarehouseDdl(tables));
  for (const statement of buildAdditions(definitions, await readExistingTables(dataApi, definitions)))
    await dataApi.execute(statement, { name: 'prepare/additions' });
  const differences = await checkTables(dataApi, definitions);
  if (differences.length > 0) throw differs(differences);

  const layoutChanges = buildLayoutChanges(definitions, await readLayouts(dataApi, definitions));
  for (const change of layoutChanges) options.onPlanned?.(change);
  for (const { statement } of layoutChanges) await dataApi.execute(statement, { name: 'prepare/layout' });

  const password = await keepReplicationPassword(
    options.secrets,
    options.replicationSecretArn,
    options.address,
  );
  const users: WarehouseUsers = {
    loader: options.loaderUser,
    reconciler: options.reconcilerUser,
    freshness: options.freshnessUser,
    forgetter: options.forgetterUser,
    replication: REPLICATION_USER,
  };
  const existing = await readExistingUsers(dataApi, Object.values(users));
  await runAll(dataApi, 'prepare/users', [
    ...buildIamUser(users.loader, existing.has(users.loader)),
    ...buildIamUser(users.reconciler, existing.has(users.reconciler)),
    ...buildIamUser(users.freshness, existing.has(users.freshness)),
    ...buildIamUser(users.forgetter, existing.has(users.forgetter)),
    ...buildReplicationUser(password, existing.has(users.replication)),
  ]);
  await runAll(dataApi, 'prepare/grants', buildWarehouseGrants(users, tables));
  const refused = await settleReaders(dataApi, tables);
  return {
    schemas: warehouseSchemas(tables),
    tables: definitions.map(({ schema, table }) => `${schema}.${table}`),
    users: Object.values(users),
    laidOut: layoutChanges.map(({ table, change }) => `${table}: ${change}`),
    refused,
  };
}

async function runAll(dataApi: DataApi, name: string, statements: readonly string[]): Promise<void> {
  for (let start = 0; start < statements.length; start += MAX_BATCH_STATEMENTS) {
    await dataApi.executeBatch(statements.slice(start, start + MAX_BATCH_STATEMENTS), { name });
  }
}

const differs = (differences: readonly string[]): PipelineError =>
  new PipelineError({
    code: 'WAREHOUSE_NOT_READY',
    disposition: 'halt',
    message:
      `tables of the warehouse are not as the catalogue says: ${differences.join('; ')}. ` +
      'Usual cause: a column was removed, renamed or changed in the catalogue. Look at the plan and let it be done: on the ' +
      `laptop by npm run change-table -- SCHEMA.TABLE, on AWS by run prepare-warehouse '{"change": {"table": "SCHEMA.TABLE"}}'`,
    context: { tableCount: differences.length },
  });
