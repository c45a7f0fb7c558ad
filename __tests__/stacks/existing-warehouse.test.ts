/** A warehouse that somebody else made: what the plan has of it. */
import { proveNetwork } from '../../deployment/network/proof';
import { evaluatePolicy } from '../../deployment/policy/evaluate';
import { POLICY_RULES } from '../../deployment/policy/rules';
import { checkDeployment } from '../../local/runtime/check-deployment';
import { parseSettings, SettingsError } from '../../stacks/settings';
import { CLUSTER, SECRET, VPC, WORKGROUP, WORKGROUP_ID, withWarehouse } from './brought-warehouse';
import { type Arguments, context, type Synthesis, synthesize } from './synthesized';

const cluster = synthesize({ change: withWarehouse(CLUSTER) });
const workgroup = synthesize({ change: withWarehouse(WORKGROUP) });
const kinds: [string, Synthesis][] = [
  ['cluster', cluster],
  ['workgroup', workgroup],
];

describe.each(kinds)('a %s that exists', (_, { deployment, of, stacks, one }) => {
  it('is taken whole by the laptop', () => {
    expect(() => checkDeployment(deployment.stacks)).not.toThrow();
  });

  it('is reached by DMS alone, reads files by the endpoint, and no rule of the policy is broken', () => {
    const { paths, problems } = proveNetwork(deployment);
    expect(problems).toEqual([]);
    expect(paths.filter(({ name }) => /Redshift/.test(name)).map(({ name }) => name)).toEqual([
      'DMS cdc-dev-replication → Redshift tcp 5440',
      ...Array(2).fill(`Redshift ${CLUSTER.host} → s3 tcp 443`),
    ]);
    expect(evaluatePolicy(deployment, POLICY_RULES).problems).toEqual([]);
  });

  it('is no resource of any stack, and neither is anything of it', () => {
    for (const type of Object.values(stacks).flatMap((stack) => Object.keys(stack.resource ?? {})))
      expect(type).not.toMatch(/^aws_redshift/);
    expect(of('aws_security_group').map(({ name }) => name)).not.toContain('warehouse');
  });

  it('gets one rule, which lets DMS in, because the settings allow it by name', () => {
    const rules = [
      ...of('aws_vpc_security_group_ingress_rule'),
      ...of('aws_vpc_security_group_egress_rule'),
    ].filter(({ config }) => String(config.security_group_id).includes('local.existing'));
    expect(rules.map(({ config }) => [config.from_port, config.description])).toEqual([
      [5440, 'Redshift in from replication'],
    ]);
    const silent = synthesize({ change: withWarehouse({ ...CLUSTER, mayChange: [] }) });
    const touched = silent
      .of('aws_vpc_security_group_ingress_rule')
      .filter(({ config }) => String(config.security_group_id).includes('local.existing'));
    expect(touched).toEqual([]);
  });

  it('is set up by the login that its owner names', () => {
    const { Statement } = JSON.parse(
      of('aws_iam_role_policy').find(({ config }) => config.name === 'cdc-dev-prepare-warehouse')!.config
        .policy,
    ) as { Statement: Arguments[] };
    expect(Statement.find(({ Sid }) => Sid === 'ReadAdmin')?.Resource).toBe(SECRET);
    expect(one('aws_lambda_function', 'prepare_warehouse').environment.variables).toMatchObject({
      WAREHOUSE_PORT: '5440',
      DATABASE_NAME: 'dev',
    });
  });
});

it('policies name what exists literally', () => {
  const runsOn = ({ of }: Synthesis) =>
    JSON.parse(
      of('aws_iam_role_policy').find(({ config }) => config.name === 'cdc-dev-load-staged-batches')!.config
        .policy,
    ).Statement.find(({ Sid }: Arguments) => Sid === 'RunStatements').Resource;
  expect(runsOn(cluster)).toBe('arn:aws:redshift:us-east-1:123456789012:cluster:analytics');
  expect(runsOn(workgroup)).toBe(
    `arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/${WORKGROUP_ID}`,
  );
});

describe('wrong settings of a warehouse that exists', () => {
  const problemsOf = (change: (redshift: Arguments, given: Arguments) => void, redshift: Arguments) => {
    const given = context();
    withWarehouse(structuredClone(redshift))(given);
    given.network = structuredClone(VPC);
    change(given.redshift, given);
    try {
      parseSettings(given, 'dev');
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
    return [];
  };

  it('are each named', () => {
    const wrong = problemsOf((given) => {
      Object.assign(given, { clusterIdentifier: 'An Alytics', host: 'UPPER', port: 0, database: 'D' });
      Object.assign(given, { adminSecretArn: 'secret', securityGroupId: 'sg', mayChange: ['roles'] });
      given.nodeType = 'ra3.large';
    }, CLUSTER);
    expect(wrong.map((problem) => problem.split(':')[0]).sort()).toEqual(
      [
        'adminSecretArn',
        'clusterIdentifier',
        'database',
        'host',
        'mayChange.0',
        'nodeType',
        'port',
        'securityGroupId',
      ].map((key) => `redshift.${key}`),
    );
    expect(
      problemsOf(
        (given) => Object.assign(given, { workgroupId: 'x', namespaceName: '', workgroupName: 1 }),
        WORKGROUP,
      ),
    ).toEqual([
      expect.stringMatching(/^redshift\.workgroupName: /),
      expect.stringMatching(
        /^redshift\.workgroupId: allowed is the id at the end of a workgroup's ARN, got: "x"$/,
      ),
      expect.stringMatching(/^redshift\.namespaceName: /),
    ]);
  });

  it('include a network that it is not in, and a secret of elsewhere', () => {
    const wrong = problemsOf((redshift, given) => {
      redshift.adminSecretArn = SECRET.replace('us-east-1', 'eu-west-1');
      given.network = { kind: 'new', availabilityZones: ['a', 'b'], vpcCidr: '10.20.0.0/16' };
    }, CLUSTER);
    expect(wrong).toEqual([
      expect.stringMatching(/^network\.kind: allowed is existing, the VPC of the warehouse/),
      expect.stringMatching(
        /^redshift\.adminSecretArn: allowed is one in us-east-1 of the account 123456789012/,
      ),
    ]);
  });
});
