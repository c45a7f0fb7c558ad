import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonMap } from '../../deployment/json';
import { parseStack, readStacks } from '../../deployment/terraform-json';

describe('the synthesized stacks', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-terraform-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const writeSynthesis = (json: JsonMap): void => {
    mkdirSync(join(folder, 'stacks', 'storage'), { recursive: true });
    writeFileSync(join(folder, 'stacks', 'storage', 'cdk.tf.json'), JSON.stringify(json));
    const entry = {
      name: 'storage',
      synthesizedStackPath: 'stacks/storage/cdk.tf.json',
      workingDirectory: 'stacks/storage',
      dependencies: [],
    };
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({ version: '0.21.0', stacks: { storage: entry } }),
    );
  };

  it('are read with their resources, outputs, region and folder', () => {
    writeSynthesis({
      '//': { metadata: {} },
      terraform: {},
      provider: { aws: [{ region: 'eu-central-1' }] },
      resource: {
        aws_s3_bucket: {
          data: {
            '//': {},
            bucket: 'b',
            lifecycle: { prevent_destroy: true },
            depends_on: ['aws_kms_key.k'],
            provider: 'aws',
          },
        },
        aws_kms_key: { k: {} },
      },
      output: { bucket: { value: '${aws_s3_bucket.data.id}', description: 'the bucket' } },
    });
    const [stack] = readStacks(folder);
    expect(stack).toMatchObject({
      name: 'storage',
      region: 'eu-central-1',
      folder: join(folder, 'stacks', 'storage'),
    });
    expect(stack?.resources[0]).toEqual({
      stack: 'storage',
      type: 'aws_s3_bucket',
      name: 'data',
      address: 'aws_s3_bucket.data',
      config: { bucket: 'b' },
      body: expect.objectContaining({ bucket: 'b', depends_on: ['aws_kms_key.k'] }),
      dependsOn: ['aws_kms_key.k'],
    });
    expect(stack?.outputs.get('bucket')).toBe('${aws_s3_bucket.data.id}');
  });

  it('that were not synthesized are asked for by the command that makes them', () => {
    expect(() => readStacks(folder)).toThrow(/manifest\.json is not there.*npm run synth/);
  });

  it.each<[string, JsonMap, string]>([
    ['local', { path: '/x/terraform.network.tfstate' }, 'network'],
    ['local', { path: 'network.tfstate' }, 'network'],
    ['s3', { bucket: 's', key: 'cdc/dev/network.tfstate' }, 'network'],
  ])('know which stack a remote state of the backend %s is', (backend, config, expected) => {
    const stack = parseStack(
      'b',
      { data: { terraform_remote_state: { n: { backend, config } } } },
      { folder },
    );
    expect(stack.remoteStates.get('data.terraform_remote_state.n')).toBe(expected);
    expect(stack.dependencies).toEqual([expected]);
  });

  it.each<[JsonMap, string]>([
    [{ module: {} }, 'stack s: the block "module" is not understood'],
    [{ resource: { t: { a: { count: 2 } } } }, 'stack s: t.a.count is not supported'],
    [{ resource: { t: { a: { for_each: '${x.y.z}' } } } }, 'stack s: t.a.for_each is not supported'],
    [{ resource: { t: { a: { provisioner: {} } } } }, 'stack s: t.a.provisioner is not supported'],
    [{ output: { o: {} } }, 'stack s: output o has no value'],
    [{ data: { terraform_remote_state: { n: { backend: 'http', config: {} } } } }, 'must read the state'],
  ])('that hold %j are refused by name', (json, message) => {
    expect(() => parseStack('s', json, { folder })).toThrow(message);
  });
});
