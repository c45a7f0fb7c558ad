/** The engine of one warehouse, whatever kind it is of: its file, the admin secret that Redshift would manage, its users, its COPY. */
import { nameOfSecret } from '../../../deployment/deployed-policies';
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import type { WarehouseName } from '../../../pipeline/warehouse/warehouse-name';
import type { Caller, JsonObject, JsonService } from '../../protocol/service';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { ACCOUNT, OPERATOR, STATE } from '../../runtime/ports/host';
import { OBJECTS } from '../../runtime/ports/object-store';
import { SECRETS, type Secrets } from '../../runtime/ports/secrets';
import { CLIENT_PORTS, type FetchObject, WAREHOUSES } from '../../runtime/ports/warehouse';
import type { Registry } from '../../runtime/registry';
import { readClientPort, writeClientPort } from '../../state/client-port';
import { ATTACHED_ROLES, type AttachedRoles, requireCopyRole, rolesOf } from './copy/attached-roles';
import { copyAccess } from './copy/copy-access';
import { createDataApi } from './data-api/data-api';
import { validationError } from './data-api/input';
import { type PostgresPort, startPostgresPort } from './postgres/postgres-port';
import { openWarehouse, type TwinWarehouse } from './storage/open-warehouse';

export interface WarehouseToStart {
  /** Of the cluster or the namespace; the argument that holds it says so in a refusal. */
  readonly name: string;
  readonly nameArgument: string;
  readonly database: string;
  readonly adminUser: string;
  /** Of the secret that its owner keeps; absent where Redshift makes one. */
  readonly adminSecretArn?: string;
  /** The roles by which COPY may read. */
  readonly roles: readonly string[];
  readonly defaultRole: string | undefined;
}

export interface StartedWarehouse {
  readonly adminSecretArn: string;
  /** Its Data API, under the name by which callers ask for it. */
  dataApi(name: WarehouseName): JsonService;
  stop(): Promise<void>;
}

export async function startWarehouse(
  resource: ResourceArguments,
  registry: Registry,
  toStart: WarehouseToStart,
): Promise<StartedWarehouse> {
  const { name, nameArgument, database, adminUser, roles, defaultRole } = toStart;
  const secrets = registry.the(SECRETS);
  const warehouses = registry.of(WAREHOUSES);
  if (warehouses.size > 0) {
    throw resource.refusal(nameArgument, `${name}, a second warehouse, where the laptop runs one`);
  }
  const attached = rolesOf(registry.of(ATTACHED_ROLES), name);
  for (const arn of roles) attached.arns.add(arn);
  if (defaultRole !== undefined) attached.defaultArn = defaultRole;
  const file = registry.the(STATE).path('warehouse', `${database}.duckdb`);
  const fetchObject = fetchFrom(registry, attached);
  const warehouse = await openWarehouse({ file, database, adminUser, fetchObject });
  warehouses.set(database, warehouse);
  const port = await openClientPort(registry, warehouse, adminUser);
  const secretName =
    toStart.adminSecretArn === undefined
      ? `redshift!${name}-${adminUser}`
      : nameOfSecret(toStart.adminSecretArn);
  // Nothing here asks for the password: the Data API takes the secret's ARN.
  const login = { username: adminUser, password: 'not-used-on-a-laptop' };
  const adminSecretArn = secrets.keepValue(secretName, login, toStart.adminSecretArn);
  const admin = { secretArn: adminSecretArn, adminUser, secrets };
  return {
    adminSecretArn,
    dataApi: (called) =>
      createDataApi({
        ...called,
        warehouse,
        userOf: (caller, input) => databaseUserOf(admin, caller, input),
      }),
    stop: async () => {
      await port.stop();
      await warehouse.close();
    },
  };
}

/** At the port of the start before, if it is free, with the same password. */
async function openClientPort(
  registry: Registry,
  warehouse: TwinWarehouse,
  user: string,
): Promise<PostgresPort> {
  const state = registry.the(STATE);
  const path = (...parts: readonly string[]): string => state.path(...parts);
  const { port: wanted, password } = readClientPort(path);
  const opened = await startPostgresPort({ warehouse, password, port: wanted });
  const { database } = warehouse;
  writeClientPort(path, { port: opened.port, database, user, password });
  registry.of(CLIENT_PORTS).set(database, opened.port);
  return opened;
}

interface AdminSecret {
  readonly secretArn: string;
  readonly adminUser: string;
  readonly secrets: Secrets;
}

/**
 * A secret means its user, a role means `IAMR:<role>` (Amazon Redshift management guide, "Using the Data API"), of a cluster
 * as of a workgroup. The twin knows the password of the administrator only, so any other secret fails to sign in, whatever
 * name is in it.
 */
function databaseUserOf(admin: AdminSecret, caller: Caller, input: JsonObject): string | undefined {
  const { SecretArn } = input;
  if (SecretArn === undefined) return caller.identity === OPERATOR ? undefined : `IAMR:${caller.identity}`;
  const value = admin.secrets.readValue(String(SecretArn));
  if (value !== undefined && value === admin.secrets.readValue(admin.secretArn)) return admin.adminUser;
  throw validationError(`FATAL: password authentication failed for the user of the secret ${SecretArn}`);
}

/** Redshift reads S3 by the role that the COPY names. */
function fetchFrom(registry: Registry, attached: AttachedRoles): FetchObject {
  const access = registry.the(ACCESS_CONTROL);
  return async (bucket, key, role) => {
    const account = registry.the(ACCOUNT);
    const name = requireCopyRole({ role, attached, accountId: account.accountId });
    access.demand(name, copyAccess(bucket, key, access.keyOfBucket(bucket), account));
    const pieces: Buffer[] = [];
    for await (const piece of registry.the(OBJECTS).read(bucket, key)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
}
