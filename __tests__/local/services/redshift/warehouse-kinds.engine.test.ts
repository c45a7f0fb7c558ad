/** The warehouse under each of its names: a cluster has its own tests, a workgroup and one of others are here. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonMap } from '../../../../deployment/json';
import { ResourceArguments } from '../../../../deployment/resource-arguments';
import { type Block, parseStack } from '../../../../deployment/terraform-json';
import type { JsonObject, JsonService } from '../../../../local/protocol/service';
import { ACCESS_CONTROL } from '../../../../local/runtime/ports/access-control';
import { ACCOUNT, GATEWAY_SERVICES, STATE } from '../../../../local/runtime/ports/host';
import { SECRETS } from '../../../../local/runtime/ports/secrets';
import { WORKGROUP_ARNS } from '../../../../local/runtime/ports/warehouse';
import { Registry, type Single } from '../../../../local/runtime/registry';
import type { StartedResource } from '../../../../local/runtime/resource-twin';
import { TWIN_BY_TYPE } from '../../../../local/runtime/services';
import type { StateFolder } from '../../../../local/state/state-folder';

const FUNCTION = { identity: 'cdc-dev-load' };
const COPY_ROLE = 'arn:aws:iam::123456789012:role/cdc-dev-warehouse-copy';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:analytics-AbCdEf';
const WORKGROUP_ARN = 'arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/01234567';

let folder: string;
let registry: Registry;
let started: StartedResource[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-kinds-'));
  mkdirSync(join(folder, 'warehouse'));
  started = [];
  registry = new Registry();
  registry.provide(ACCOUNT, { accountId: '123456789012', region: 'us-east-1' });
  const path = (...parts: readonly string[]): string => join(folder, ...parts);
  registry.provide(STATE, { path } as StateFolder);
  const values = new Map<string, string>();
  registry.provide(SECRETS, {
    createSecret: () => '',
    readValue: (arn) => values.get(arn),
    keepValue: (name, value, arn = `arn:secret:${name}`) => {
      values.set(arn, JSON.stringify(value));
      return arn;
    },
  });
  registry.provide(ACCESS_CONTROL as Single<unknown>, {});
});

afterEach(async () => {
  for (const { stop } of started.reverse()) await stop?.();
  rmSync(folder, { recursive: true });
});

async function start(block: Block): Promise<JsonMap> {
  const twin = TWIN_BY_TYPE.get(block.address.split('.').at(-2)!)!;
  const resource = await twin.start(new ResourceArguments(block, () => undefined), registry);
  started.push(resource);
  return resource.attributes;
}

const resource = (type: string, config: JsonMap): Block =>
  parseStack('s', { resource: { [type]: { r: config } } }, { folder }).resources[0]!;
const existing = (config: JsonMap): Block =>
  parseStack('s', { locals: { existing_redshift: { warehouse: config } } }, { folder }).existing[0]!;

const dataApi = (): JsonService => registry.of(GATEWAY_SERVICES).get('redshift-data') as JsonService;
const ask = async (input: JsonObject): Promise<JsonObject> => {
  const { Id } = await dataApi().handle('ExecuteStatement', { WaitTimeSeconds: 30, ...input }, FUNCTION);
  return dataApi().handle('DescribeStatement', { Id, WaitTimeSeconds: 30 }, FUNCTION);
};

it('a workgroup answers under its name and no other, on the data of its namespace', async () => {
  const namespace = await start(
    resource('aws_redshiftserverless_namespace', {
      namespace_name: 'n',
      db_name: 'd',
      admin_username: 'cdc_admin',
      manage_admin_password: true,
      iam_roles: [COPY_ROLE],
    }),
  );
  const workgroup = await start(
    resource('aws_redshiftserverless_workgroup', { workgroup_name: 'w', namespace_name: 'n', port: 5439 }),
  );
  expect(workgroup).toMatchObject({ endpoint: [{ address: 'w.laptop.internal', port: 5439 }] });
  expect(registry.of(WORKGROUP_ARNS).get('w')).toBe(workgroup.arn);

  const admin = { WorkgroupName: 'w', Database: 'd', SecretArn: namespace.admin_password_secret_arn };
  expect(await ask({ ...admin, Sql: 'CREATE TABLE t (id INT)' })).toMatchObject({
    Status: 'FINISHED',
    WorkgroupName: 'w',
  });
  // A function comes in as the user of its role, which nobody has granted anything.
  expect(await ask({ WorkgroupName: 'w', Database: 'd', Sql: 'SELECT * FROM t' })).toMatchObject({
    Status: 'FAILED',
    DbUser: 'IAMR:cdc-dev-load',
  });
  for (const other of [{ WorkgroupName: 'v' }, { ClusterIdentifier: 'w' }])
    await expect(ask({ ...other, Database: 'd', Sql: 'SELECT 1' })).rejects.toThrow(
      "Redshift endpoint doesn't exist in this region",
    );
});

it.each([
  ['cluster', { cluster_identifier: 'c' }, { ClusterIdentifier: 'c' }],
  [
    'workgroup',
    { workgroup_name: 'w', workgroup_arn: WORKGROUP_ARN, namespace_name: 'n' },
    { WorkgroupName: 'w' },
  ],
])("a %s that somebody else made has its owner's administrator and secret", async (_, names, called) => {
  const attributes = await start(
    existing({
      ...names,
      database: 'dev',
      host: 'somewhere.else',
      port: 5440,
      admin_secret_arn: SECRET,
      copy_role_arn: COPY_ROLE,
      dms_role_arn: COPY_ROLE,
    }),
  );
  expect(attributes).toMatchObject({ admin_secret_arn: SECRET, database: 'dev', port: 5440 });
  const answer = await ask({ ...called, Database: 'dev', SecretArn: SECRET, Sql: 'CREATE SCHEMA own' });
  expect(answer).toMatchObject({ Status: 'FINISHED', DbUser: 'dba' });
  await expect(ask({ ...called, Database: 'dev', SecretArn: 'arn:other', Sql: 'SELECT 1' })).rejects.toThrow(
    'password authentication failed',
  );
  const known = registry.of(WORKGROUP_ARNS).get('w');
  expect(known).toBe('WorkgroupName' in called ? WORKGROUP_ARN : undefined);
});
