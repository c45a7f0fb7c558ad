import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Gateway, startGateway } from '../../../../local/protocol/gateway';
import {
  openSecretsManager,
  type SecretsManager,
} from '../../../../local/services/secretsmanager/secrets-manager';

const folder = mkdtempSync(join(tmpdir(), 'cdc-secrets-'));
let secrets: SecretsManager;
let gateway: Gateway;
let client: SecretsManagerClient;

beforeAll(async () => {
  secrets = openSecretsManager({ folder });
  gateway = await startGateway({ services: new Map([['secretsmanager', secrets]]) });
  client = new SecretsManagerClient({
    endpoint: gateway.endpoint,
    region: 'eu-west-1',
    credentials: gateway.registerCaller('prepare-mysql'),
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const get = (SecretId: string, more: object = {}) =>
  client.send(new GetSecretValueCommand({ SecretId, ...more }));
const put = (SecretId: string, SecretString: string, ClientRequestToken?: string) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));

it('says what AWS says of a secret that does not exist, or has no value yet', async () => {
  const name = 'ResourceNotFoundException';
  await expect(get('none')).rejects.toMatchObject({
    name,
    message: "Secrets Manager can't find the specified secret.",
  });
  secrets.createSecret({ name: 'without-value' });
  await expect(get('without-value')).rejects.toMatchObject({
    name,
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
});

it('finds a secret by its name, its ARN, and its ARN without the random end', async () => {
  const base = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:found';
  const arn = secrets.createSecret({ name: 'found', arn: base, value: 'v' });
  expect(arn).toMatch(new RegExp(`^${base}-[A-Za-z0-9]{6}$`));
  for (const id of ['found', arn, base]) expect((await get(id)).SecretString).toBe('v');
});

it('keeps the current and the previous value', async () => {
  secrets.createSecret({ name: 'rotated' });
  for (const value of ['one', 'two', 'three']) await put('rotated', value);
  expect((await get('rotated')).SecretString).toBe('three');
  expect((await get('rotated', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: 'rotated' }));
  expect(Object.values(VersionIdsToStages).flat().sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

it('takes a put with the same token once, and refuses another value under it', async () => {
  secrets.createSecret({ name: 'tokens' });
  const token = '7e0f3c1a-2f8d-4a50-9c43-1f2d6a0a9b11';
  expect((await put('tokens', 'first', token)).VersionId).toBe(token);
  await put('tokens', 'second');
  expect((await put('tokens', 'first', token)).VersionId).toBe(token);
  expect((await get('tokens')).SecretString).toBe('second');
  await expect(put('tokens', 'other', token)).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

it('keeps values and ARNs across a restart, in a file that only its owner reads', async () => {
  const arn = secrets.createSecret({ name: 'kept', value: 'declared' });
  await put('kept', 'set by the pipeline');
  const again = openSecretsManager({ folder });
  expect(again.createSecret({ name: 'kept', value: 'declared' })).toBe(arn);
  expect(again.readValue(arn)).toBe('set by the pipeline');
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});

it('refuses an operation that no handler uses by name', async () => {
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({
    message: expect.stringContaining('ListSecrets'),
  });
});
