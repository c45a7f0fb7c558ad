/** Set-up of the warehouse, at each deploy: schemas, tables, users, grants. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PipelineError } from '../errors';
import { type ReplicatedTable, TABLES, targetName } from '../tables';
import { buildAdditions } from './additive-changes';
import { type DataApi, MAX_BATCH_STATEMENTS } from './data-api';
import { settleFormats } from './formats';
import { buildLayoutChanges, type LayoutChange, readLayouts } from './layout-changes';
import { settleRebuilt } from './rebuilt-targets';
import { settleBiUser } from './settle-bi-user';
import { settleBiViews } from './settle-bi-views';
import { checkTables, type ExistingTables, type RefusedTarget, readExistingTables } from './table-check';
import { FORMATS, type TableDefinition, tableDefinitions } from './table-definitions';
import { settleReaders } from './table-readers';
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
  keepPassword,
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
  /** Whether analysts get views of their own. */
  readonly withBiViews?: boolean;
  /** Of the user by which QuickSight reads these views, where it does. */
  readonly biSecretArn?: string | undefined;
  /** Whether the API tells the state of the tables, for which freshness is measured with the ledger. */
  readonly withApiTables?: boolean;
  /** Takes each change of a table's layout before the first of them is made. */
  readonly onPlanned?: (change: LayoutChange) => void;
}

export interface PreparedWarehouse {
  readonly schemas: readonly string[];
  readonly tables: readonly string[];
  readonly users: readonly string[];
  /** What was changed in place of how targets are laid out: `schema.table: change`. */
  readonly laidOut: readonly string[];
  /** Targets that differ from the catalogue, and those whose readers do not all exist; everything else was set up. */
  readonly refused: readonly RefusedTarget[];
  /** The views for analysts, where there are to be any. */
  readonly views?: readonly string[];
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
 * 6. The views for analysts and their role, where they are asked for, then QuickSight's user.
 *
 * A target that differs from the catalogue is refused by name and left as it is; the others are set up all the same. What
 * loads or replicates into it fails by itself, with what the warehouse says.
 *
 * @throws PipelineError WAREHOUSE_NOT_READY (halt) when ledger or tombstones are of a newer format, when a table of this
 * system differs, or every target does; what the Data API client throws.
 */
export async function prepareWarehouse(options: PrepareOptions): Promise<PreparedWarehouse> {
  const { dataApi, tables = TABLES } = options;
  const { settled, differing, laidOut } = await settleTables(options, tables);
  const users = await settleUsers(options);
  await runAll(dataApi, 'prepare/grants', buildWarehouseGrants(users, tables, options));
  const withoutReaders = await settleReaders(dataApi, tables);
  const bi = await settleBi(options, tables, differing);
  return {
    schemas: warehouseSchemas(tables),
    tables: settled.map(nameOf),
    users: [...Object.values(users), ...bi.users],
    laidOut: laidOut.map(({ table, change }) => `${table}: ${change}`),
    refused: [...differing, ...withoutReaders],
    ...(bi.views === undefined ? {} : { views: bi.views }),
  };
}

interface SettledTables {
  readonly settled: readonly TableDefinition[];
  readonly differing: readonly RefusedTarget[];
  readonly laidOut: readonly LayoutChange[];
}

/** Steps 1 and 2. */
async function settleTables(
  { dataApi, onPlanned }: PrepareOptions,
  tables: readonly ReplicatedTable[],
): Promise<SettledTables> {
  const definitions = tableDefinitions(tables);
  await runAll(dataApi, 'prepare/formats', [...buildWarehouseSchemas(tables), buildWarehouseTable(FORMATS)]);
  await settleFormats(dataApi, tables);
  await runAll(dataApi, 'prepare/tables', buildWarehouseDdl(tables));
  const existing = await readExistingTables(dataApi, definitions);
  for (const statement of buildAdditions(definitions, existing))
    await dataApi.execute(statement, { name: 'prepare/additions' });
  const differing = await refusedTargets(dataApi, definitions, { tables, existing });
  const settled = definitions.filter(
    (definition) => !differing.some(({ table }) => table === nameOf(definition)),
  );
  const laidOut = buildLayoutChanges(settled, await readLayouts(dataApi, settled));
  for (const change of laidOut) onPlanned?.(change);
  for (const { statement } of laidOut) await dataApi.execute(statement, { name: 'prepare/layout' });
  return { settled, differing, laidOut };
}

/** Steps 3 and 4. */
async function settleUsers(options: PrepareOptions): Promise<WarehouseUsers> {
  const { dataApi, secrets, replicationSecretArn, address } = options;
  const password = await keepPassword(secrets, replicationSecretArn, REPLICATION_USER, address);
  const users: WarehouseUsers = {
    loader: options.loaderUser,
    reconciler: options.reconcilerUser,
    freshness: options.freshnessUser,
    forgetter: options.forgetterUser,
    replication: REPLICATION_USER,
  };
  const { replication, ...functions } = users;
  const existing = await readExistingUsers(dataApi, Object.values(users));
  await runAll(dataApi, 'prepare/users', [
    ...Object.values(functions).flatMap((user) => buildIamUser(user, existing.has(user))),
    ...buildReplicationUser(password, existing.has(replication)),
  ]);
  return users;
}

/** Step 6. */
async function settleBi(
  { dataApi, secrets, address, withBiViews, biSecretArn }: PrepareOptions,
  tables: readonly ReplicatedTable[],
  differing: readonly RefusedTarget[],
): Promise<{ readonly views?: readonly string[]; readonly users: readonly string[] }> {
  if (withBiViews !== true) return { users: [] };
  const refused = new Set(differing.map(({ table }) => table));
  const views = await settleBiViews(dataApi, { tables, refused });
  if (biSecretArn === undefined) return { views, users: [] };
  return { views, users: [await settleBiUser({ dataApi, secrets, secretArn: biSecretArn, address })] };
}

/** @throws PipelineError WAREHOUSE_NOT_READY when nothing could be loaded anyway. */
async function refusedTargets(
  dataApi: DataApi,
  definitions: readonly TableDefinition[],
  { tables, existing }: { readonly tables: readonly ReplicatedTable[]; readonly existing: ExistingTables },
): Promise<readonly RefusedTarget[]> {
  const targets = new Set(tables.map(targetName));
  const found = await checkTables(dataApi, definitions);
  const waiting = await settleRebuilt(dataApi, tables, {
    existing,
    differing: new Set(found.map(({ table }) => table)),
  });
  const differing = found
    .filter(({ table }) => !waiting.some((one) => one.table === table))
    .map(({ table, reason }) => ({
      table,
      reason: `it is not as the catalogue says: ${reason}. ${REMEDY}`,
    }));
  const isOfSystem = differing.some(({ table }) => !targets.has(table));
  if (isOfSystem || (differing.length > 0 && differing.length === targets.size)) throw differs(differing);
  return [...differing, ...waiting];
}

const nameOf = ({ schema, table }: TableDefinition): string => `${schema}.${table}`;

async function runAll(dataApi: DataApi, name: string, statements: readonly string[]): Promise<void> {
  for (let start = 0; start < statements.length; start += MAX_BATCH_STATEMENTS) {
    await dataApi.executeBatch(statements.slice(start, start + MAX_BATCH_STATEMENTS), { name });
  }
}

const REMEDY =
  'Usual cause: a column was removed, renamed or changed in the catalogue. Look at the plan and let it be done: on the ' +
  'laptop by npm run alter -- SCHEMA.TABLE, or npm run resync -- DATABASE.TABLE, which copies a table of MySQL again; on AWS by alter SCHEMA.TABLE (docs/operator.sh)';

const differs = (differing: readonly RefusedTarget[]): PipelineError =>
  new PipelineError({
    code: 'WAREHOUSE_NOT_READY',
    disposition: 'halt',
    message: `tables of the warehouse cannot be used: ${differing.map(({ table, reason }) => `${table}: ${reason}`).join('; ')}`,
    context: { tableCount: differing.length },
  });
