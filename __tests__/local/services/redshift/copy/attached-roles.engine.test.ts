import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttachedRoles,
  requireCopyRole,
} from '../../../../../local/services/redshift/copy/attached-roles';
import {
  openWarehouse,
  type TwinWarehouse,
} from '../../../../../local/services/redshift/storage/open-warehouse';

const accountId = '123456789012';
const OWN = `arn:aws:iam::${accountId}:role/cdc-dev-copy`;
const WITH_PATH = `arn:aws:iam::${accountId}:role/service/cdc-dev-other`;
const attached: AttachedRoles = { arns: new Set([OWN, WITH_PATH]) };
const folder = mkdtempSync(join(tmpdir(), 'cdc-roles-'));
let warehouse: TwinWarehouse;
const asked: string[] = [];

beforeAll(async () => {
  warehouse = await openWarehouse({
    file: join(folder, 'twin.duckdb'),
    database: 'dev',
    fetchObject: async (bucket, key, role) => {
      asked.push(`${requireCopyRole({ role, attached, accountId })} ${bucket}/${key}`);
      return Buffer.from(
        key.endsWith('manifest') ? '{"entries":[{"url":"s3://b/file","mandatory":true}]}' : '{"n":1}',
      );
    },
  });
}, 30_000);
afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

const copyBy = async (role: string): Promise<number> => {
  const session = await warehouse.openSession();
  try {
    await session.run('CREATE TABLE IF NOT EXISTS t (n INTEGER)');
    const sql = `COPY t FROM 's3://b/manifest' IAM_ROLE ${role} FORMAT JSON 'auto' MANIFEST`;
    return (await session.run(sql)).rowCount;
  } finally {
    await session.close();
  }
};

it('a COPY reads by a role that is attached, by its name without the path', async () => {
  expect(await copyBy(`'${OWN}'`)).toBe(1);
  expect(await copyBy(`'${WITH_PATH}'`)).toBe(1);
  expect(asked).toEqual([
    'cdc-dev-copy b/manifest',
    'cdc-dev-copy b/file',
    'cdc-dev-other b/manifest',
    'cdc-dev-other b/file',
  ]);
});

it.each([
  ['of another account', 'arn:aws:iam::999999999999:role/cdc-dev-copy'],
  ['that is not attached to the cluster', `arn:aws:iam::${accountId}:role/cdc-dev-stage`],
  ['with the path of none', `arn:aws:iam::${accountId}:role/x/cdc-dev-copy`],
])('a COPY by a role %s is refused as Redshift does, before anything is read', async (_which, role) => {
  await expect(copyBy(`'${role}'`)).rejects.toThrow(
    `The requested role ${role} is not associated to cluster`,
  );
});

it('IAM_ROLE default is the cluster’s, and refused where it has none', async () => {
  await expect(copyBy('default')).rejects.toThrow('Default IAM role is not set.');
  attached.defaultArn = OWN;
  expect(await copyBy('default')).toBe(1);
});
