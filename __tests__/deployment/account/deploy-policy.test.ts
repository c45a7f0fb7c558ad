import { DEPLOY_ACTIONS } from '../../../deployment/account/deploy-actions';
import {
  buildDeployPolicies,
  buildDeployPolicy,
  MAX_POLICY_CHARACTERS,
} from '../../../deployment/account/deploy-policy';
import { STACKS, synthesize } from '../../stacks/synthesized';
import { withResource } from '../policy/changed-deployment';

const dev = synthesize().deployment;
const prod = synthesize({ environment: 'prod' }).deployment;
const serverless = synthesize({ environment: 'serverless' }).deployment;
const everything = synthesize({ environment: 'everything' }).deployment;

describe('the policy of the role that deploys', () => {
  it('knows each type of resource, and no type that is not there', () => {
    const types = new Set(
      [dev, prod, serverless, everything].flatMap(({ resources }) => resources.map(({ type }) => type)),
    );
    expect(Object.keys(DEPLOY_ACTIONS).sort()).toEqual([...types].sort());
  });

  it.each(STACKS)('is below the limit of IAM and names each action: %s', (stack) => {
    for (const deployment of [dev, prod, serverless, everything]) {
      const { Statement: all } = buildDeployPolicy(deployment, stack);
      const documents = Object.values(buildDeployPolicies(deployment, stack));
      for (const document of documents)
        expect(JSON.stringify(document).length).toBeLessThan(MAX_POLICY_CHARACTERS);
      expect(documents.flatMap(({ Statement }) => Statement)).toEqual(all);
      for (const { Sid, Action, Resource, Condition } of all) {
        expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
        expect(Action.filter((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action))).toEqual([]);
        if (Resource === '*') expect(Condition).toBeDefined();
      }
    }
  });

  it('is one document for each stack, and two where everything is on', () => {
    const names = (deployment: typeof dev): string[] =>
      STACKS.flatMap((stack) => Object.keys(buildDeployPolicies(deployment, stack)));
    expect(names(dev)).toEqual([...STACKS]);
    expect(names(everything)).toEqual([...STACKS, 'pipeline-2']);
  });

  it("writes into QuickSight's own role where QuickSight is, and nowhere else", () => {
    const inRole = (deployment: typeof dev): string[] =>
      STACKS.flatMap((stack) => buildDeployPolicy(deployment, stack).Statement)
        .filter(({ Resource }) => JSON.stringify(Resource).includes('aws-quicksight-secretsmanager-role-v0'))
        .flatMap(({ Action }) => Action);
    expect(inRole(dev)).toEqual([]);
    expect(inRole(everything)).toContain('iam:PutRolePolicy');
  });

  it('passes the roles of this deployment and of DMS, and no other', () => {
    const passing = STACKS.flatMap((stack) => buildDeployPolicy(dev, stack).Statement).filter(({ Action }) =>
      Action.includes('iam:PassRole'),
    );
    for (const { Resource } of passing) {
      expect(Resource).toEqual([
        'arn:aws:iam::123456789012:role/cdc-dev-*',
        ...['dms-vpc-role', 'dms-cloudwatch-logs-role', 'dms-access-for-endpoint'].map(
          (role) => `arn:aws:iam::123456789012:role/${role}`,
        ),
      ]);
    }
  });

  it('has what an endpoint with a secret and an encrypted instance ask of the caller, and no value of a secret', () => {
    const actions = STACKS.flatMap((stack) => buildDeployPolicy(dev, stack).Statement).flatMap(
      ({ Action }) => Action,
    );
    expect(actions).toEqual(
      expect.arrayContaining(['iam:PassRole', 'secretsmanager:DescribeSecret', 'kms:CreateGrant']),
    );
    expect(actions).not.toContain('secretsmanager:GetSecretValue');
  });

  it('puts a firewall before an API and gives it its log, where there is one', () => {
    const needed = [
      'apigateway:SetWebACL',
      'logs:CreateLogDelivery',
      'logs:PutResourcePolicy',
      'wafv2:PutLoggingConfiguration',
    ];
    const { Statement } = buildDeployPolicy(everything, 'pipeline');
    expect(Statement.flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining(needed));
    expect(JSON.stringify(Statement[0])).toContain('"iam:AWSServiceName":["wafv2.amazonaws.com"]');
    const without = buildDeployPolicy(dev, 'pipeline').Statement.flatMap(({ Action }) => Action);
    expect(without.filter((action) => needed.includes(action))).toEqual([]);
  });

  it('reaches the region of copies, where there are any', () => {
    const regions = JSON.stringify(buildDeployPolicy(prod, 'network').Statement[0]?.Condition);
    expect(regions).toContain('us-west-2');
  });

  it('reaches the state bucket: its own state and lock to write, earlier ones to read', () => {
    const { deployment } = synthesize({
      change: (context) => Object.assign(context, { stateBucket: 'acme-state' }),
    });
    const ofState = (stack: string) =>
      buildDeployPolicy(deployment, stack)
        .Statement.filter(({ Resource }) =>
          [Resource].flat().some((resource) => resource.startsWith('arn:aws:s3:::acme-state')),
        )
        .map(({ Sid, Resource }) => [Sid, Resource]);
    const of = (stack: string) => expect.stringMatching(new RegExp(`^arn:aws:s3:::acme-state/.*${stack}`));
    const lock = expect.stringMatching(/warehouse.*\.tflock$/);
    expect(ofState('warehouse')).toEqual([
      ['FindState', 'arn:aws:s3:::acme-state'],
      ['ReadStates', expect.arrayContaining([of('warehouse'), of('network'), of('storage')])],
      ['WriteState', of('warehouse')],
      ['HoldLock', lock],
    ]);
    expect(JSON.stringify(buildDeployPolicy(dev, 'warehouse'))).not.toContain('FindState');
  });

  it('refuses a type of which nothing is known, by name', () => {
    const other = withResource(dev, { stack: 'storage', type: 'aws_efs_file_system', name: 'x' }, {});
    expect(() => buildDeployPolicy(other, 'storage')).toThrow(/aws_efs_file_system is not known/);
  });
});
