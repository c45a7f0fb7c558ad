import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectGolden } from '../support/golden';
import { type Arguments, projectFolder, STACKS, synthesize } from './synthesized';

const dev = synthesize();

describe('synthesis', () => {
  it('gives the same bytes in another folder', () => {
    expect(synthesize().texts).toEqual(dev.texts);
  });

  it('names no path of this machine', () => {
    for (const stack of STACKS)
      expect(dev.texts[stack]).not.toMatch(/"(\/(tmp|home|work|Users|var\/folders))\//);
  });

  it('says what to do when a bundle is missing', () => {
    const synthesizeWithout = () =>
      synthesize({ prepare: ({ bundles }) => rmSync(join(bundles, 'ingest-txns.zip')) });
    expect(synthesizeWithout).toThrow(/ingest-txns\.zip is missing: run `npm run bundle` first/);
  });

  it('says what to do when a seed file is missing', () => {
    const synthesizeWithout = () =>
      synthesize({ prepare: ({ seedData }) => rmSync(join(seedData, 'trades.json')) });
    expect(synthesizeWithout).toThrow(/trades\.json is missing: restore the seed file/);
  });

  it('puts the stacks in the order network, storage, warehouse, pipeline', () => {
    const dependencies = Object.fromEntries(
      STACKS.map((stack) => [stack, dev.manifest.stacks[stack].dependencies]),
    );
    expect(dependencies).toEqual({
      network: [],
      storage: ['network'],
      warehouse: ['network', 'storage'],
      pipeline: ['storage', 'network', 'warehouse'],
    });
  });

  it('imports the bindings of single resources, never all of them', () => {
    const sources = readdirSync(join(projectFolder, 'stacks'), { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(projectFolder, 'stacks', file), 'utf8'));
    for (const source of sources) expect(source).not.toMatch(/from '@cdktf\/provider-aws'/);
  });
});

describe('addresses', () => {
  // An address that disappears is a resource destroyed. `moved` blocks say where it went.
  it.each(STACKS)('of the %s stack stay, or say where they moved', (stack) => {
    const file = join(__dirname, 'addresses', `${stack}.golden.txt`);
    const addresses = dev.resources
      .filter((resource) => resource.stack === stack)
      .map(({ address }) => address);
    const moved = ((dev.stacks[stack].moved ?? []) as Arguments[]).map(({ from }) => String(from));
    if (process.env.UPDATE_GOLDEN !== '1') {
      const agreed = readFileSync(file, 'utf8').trim().split('\n');
      const lost = agreed.filter((address) => !addresses.includes(address) && !moved.includes(address));
      expect(lost).toEqual([]);
    }
    expectGolden(file, `${addresses.sort().join('\n')}\n`);
  });

  it('are readable: no hashes', () => {
    for (const { name } of dev.resources) expect(name).not.toMatch(/_[0-9A-F]{8}$/);
  });
});

describe.each(['dev', 'prod'])('each stack of %s', (environment) => {
  const { stacks } = synthesize({ environment });

  it.each(STACKS)('%s pins the provider and one account', (stack) => {
    const { terraform, provider } = stacks[stack];
    expect(terraform.required_providers).toEqual({ aws: { source: 'hashicorp/aws', version: '6.25.0' } });
    expect(terraform.required_version).toBe('>= 1.11.0, < 2.0.0');
    expect(provider.aws[0].allowed_account_ids).toEqual([
      environment === 'prod' ? '210987654321' : '123456789012',
    ]);
    expect(provider.aws[0].default_tags[0].tags).toEqual({
      project: 'cdc',
      environment,
      stack,
      'managed-by': 'cdktf',
    });
  });

  it.each(STACKS)('%s keeps its state in a file of its environment beside cdktf.json', (stack) => {
    expect(stacks[stack].terraform.backend).toEqual({
      local: { path: `../../../terraform.${environment}.${stack}.tfstate` },
    });
  });
});

describe('with a state bucket, each stack', () => {
  const { stacks } = synthesize({
    change: (context) => {
      context.stateBucket = 'acme-terraform-state';
    },
  });

  it.each(STACKS)('%s keeps its state there, locked and encrypted', (stack) => {
    expect(stacks[stack].terraform.backend).toEqual({
      s3: {
        bucket: 'acme-terraform-state',
        key: `cdc/dev/${stack}.tfstate`,
        region: 'us-east-1',
        encrypt: true,
        use_lockfile: true,
        allowed_account_ids: ['123456789012'],
      },
    });
  });

  it('finds out first whether an earlier stack has any state', () => {
    const { aws_s3_objects: found, terraform_remote_state: states } = stacks.storage.data;
    expect(found.network_state).toMatchObject({
      bucket: 'acme-terraform-state',
      prefix: 'cdc/dev/network.tfstate',
    });
    expect(states.network.lifecycle.precondition[0]).toEqual({
      condition: `\${length(data.aws_s3_objects.network_state.keys) > 0}`,
      error_message: expect.stringContaining('Apply it first: CDC_ENVIRONMENT=dev npx cdktf deploy network'),
    });
  });
});
