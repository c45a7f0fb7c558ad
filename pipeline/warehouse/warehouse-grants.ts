/** Who may do what in the warehouse: each user no more than its function needs. */
import { HEARTBEATS, taskTables } from '../heartbeats';
import {
  CONTROL_SCHEMA,
  type DynamodbTable,
  dynamodbTables,
  mysqlTables,
  type ReplicatedTable,
} from '../tables';
import { quoteIdentifier, quoteTable } from './sql-text';
import {
  DIFFERENCES,
  FORMATS,
  LEASES,
  LEDGER,
  REPLICATION_CONTROL_SCHEMA,
  SEEN_ROWS,
  SWEEPS,
  type TableDefinition,
  tombstonesDefinition,
} from './table-definitions';

export interface WarehouseUsers {
  /** `IAMR:<role name>` of the loader. */
  readonly loader: string;
  /** `IAMR:<role name>` of the reconciler. */
  readonly reconciler: string;
  /** `IAMR:<role name>` of the function that measures freshness. */
  readonly freshness: string;
  /** `IAMR:<role name>` of the function that forgets items. */
  readonly forgetter: string;
  /** The replication task's user, with a password. */
  readonly replication: string;
}

export function buildWarehouseGrants(
  users: WarehouseUsers,
  tables: readonly ReplicatedTable[],
  { withApiTables = false }: { readonly withApiTables?: boolean } = {},
): string[] {
  return [
    ...loaderGrants(users.loader, tables),
    ...reconcilerGrants(users.reconciler, tables),
    ...freshnessGrants(users.freshness, withApiTables),
    ...forgetterGrants(users.forgetter, tables),
    ...replicationGrants(users.replication, tables),
  ];
}

const withTombstones = (tables: readonly DynamodbTable[]) =>
  tables.flatMap((table) => [table.target, tombstonesDefinition(table)]);

function loaderGrants(user: string, tables: readonly ReplicatedTable[]): string[] {
  const own = dynamodbTables(tables);
  return [
    ...onSchemas('USAGE', [...own.map(({ target }) => target.schema), CONTROL_SCHEMA], user),
    ...onTables('SELECT, INSERT, DELETE', withTombstones(own), user),
    ...onTables('SELECT, INSERT', [LEDGER], user),
    ...onTables('SELECT', [FORMATS], user),
  ];
}

function reconcilerGrants(user: string, tables: readonly ReplicatedTable[]): string[] {
  const read = [
    ...tables.map(({ target }) => target),
    ...dynamodbTables(tables).map(tombstonesDefinition),
    LEDGER,
  ];
  return [
    ...onSchemas('USAGE', [...tables.map(({ target }) => target.schema), CONTROL_SCHEMA], user),
    ...onTables('SELECT', read, user),
    ...onTables('SELECT, INSERT, UPDATE', [SWEEPS], user),
    // LOCK, by which the lease is taken, asks for UPDATE or DELETE.
    ...onTables('SELECT, INSERT, DELETE', [LEASES, DIFFERENCES, SEEN_ROWS], user),
  ];
}

/** It finds rows by the hash of their key, and locks the tombstones against a load. */
function forgetterGrants(user: string, tables: readonly ReplicatedTable[]): string[] {
  const own = dynamodbTables(tables);
  return [
    ...onSchemas('USAGE', [...own.map(({ target }) => target.schema), CONTROL_SCHEMA], user),
    ...onTables('SELECT, DELETE', withTombstones(own), user),
  ];
}

/** When a table was last loaded is for the API only. */
function freshnessGrants(user: string, withApiTables: boolean): string[] {
  return [
    ...onSchemas('USAGE', [HEARTBEATS.target.schema, CONTROL_SCHEMA], user),
    ...onTables('SELECT', [HEARTBEATS.target, SWEEPS, ...(withApiTables ? [LEDGER] : [])], user),
  ];
}

/** The task makes its own tables in the control schema, and one for the changes of a batch beside the targets. */
function replicationGrants(user: string, tables: readonly ReplicatedTable[]): string[] {
  const own = taskTables(mysqlTables(tables)).map(({ target }) => target);
  return [
    ...onSchemas('USAGE, CREATE', [...own.map(({ schema }) => schema), REPLICATION_CONTROL_SCHEMA], user),
    // TRUNCATE for its full load, which empties the table first, and for a TRUNCATE at the source.
    ...onTables('SELECT, INSERT, UPDATE, DELETE, TRUNCATE', own, user),
  ];
}

const onSchemas = (privileges: string, schemas: readonly string[], user: string): string[] =>
  [...new Set(schemas)].map(
    (schema) => `GRANT ${privileges} ON SCHEMA ${quoteIdentifier(schema)} TO ${quoteIdentifier(user)}`,
  );

/** Far below the 100 KB of a statement, and a set-up of hundreds of tables is a few statements. */
const TABLES_PER_GRANT = 100;

const onTables = (
  privileges: string,
  tables: readonly Pick<TableDefinition, 'schema' | 'table'>[],
  user: string,
): string[] =>
  Array.from({ length: Math.ceil(tables.length / TABLES_PER_GRANT) }, (_, at) => {
    const named = tables
      .slice(at * TABLES_PER_GRANT, (at + 1) * TABLES_PER_GRANT)
      .map(({ schema, table }) => quoteTable(schema, table));
    return `GRANT ${privileges} ON TABLE ${named.join(', ')} TO ${quoteIdentifier(user)}`;
  });
