/** The set with Redshift Serverless: what it has in the place of a cluster. */
import { join } from 'node:path';
import { evaluatePolicy } from '../../deployment/policy/evaluate';
import { POLICY_RULES } from '../../deployment/policy/rules';
import { checkDeployment } from '../../local/runtime/check-deployment';
import { expectGolden } from '../support/golden';
import { type Arguments, synthesize } from './synthesized';

const { deployment, of, one, texts } = synthesize({ environment: 'serverless' });
const WORKGROUP = '$' + '{data.terraform_remote_state.warehouse.outputs.warehouse_workgroup_arn}';

/** The policy of the role with that ARN. */
const policyOf = (role: string): string =>
  of('aws_iam_role_policy').find(({ config }) => role.endsWith(`/${config.name}`))!.config.policy;

describe('a serverless warehouse', () => {
  it('is taken whole by the laptop', () => {
    expect(() => checkDeployment(deployment.stacks)).not.toThrow();
  });

  it('keeps its addresses', () => {
    const addresses = deployment.resources
      .filter(({ stack }) => stack === 'warehouse')
      .map(({ address }) => address);
    expectGolden(
      join(__dirname, 'addresses', 'serverless-warehouse.golden.txt'),
      `${addresses.sort().join('\n')}\n`,
    );
  });

  it('that is protected keeps every rule of the policy, and its namespace cannot be destroyed', () => {
    const guarded = synthesize({
      environment: 'serverless',
      change: ({ environments }) =>
        Object.assign(environments.serverless, {
          protectData: true,
          finalSnapshots: true,
          copyToRegion: 'us-west-2',
          alarmEmail: 'a@acme.io',
        }),
    });
    const { problems } = evaluatePolicy(guarded.deployment, POLICY_RULES);
    expect(problems.filter((problem) => !problem.includes('aws_db_instance'))).toEqual([]);
    const { lifecycle } = guarded.one('aws_redshiftserverless_namespace', 'warehouse');
    expect(lifecycle).toEqual({ prevent_destroy: true });
  });

  it('has a namespace and a workgroup, and nothing of a cluster', () => {
    for (const text of Object.values(texts))
      expect(text).not.toMatch(/aws_redshift_cluster|CLUSTER_IDENTIFIER/);
    expect(one('aws_redshiftserverless_namespace', 'warehouse')).toMatchObject({
      namespace_name: 'cdc-serverless-warehouse',
      db_name: 'warehouse',
      manage_admin_password: true,
      iam_roles: ['warehouse-copy', 'dms-warehouse'].map(
        (role) => `arn:aws:iam::345678901234:role/cdc-serverless-${role}`,
      ),
    });
    expect(one('aws_redshiftserverless_workgroup', 'warehouse')).toMatchObject({
      base_capacity: 8,
      max_capacity: 64,
      port: 5439,
      enhanced_vpc_routing: true,
      publicly_accessible: false,
      // Redshift returns more parameters than the provider knows.
      lifecycle: { ignore_changes: ['config_parameter'] },
    });
    expect(of('aws_subnet')).toHaveLength(3);
    expect(one('aws_redshiftserverless_usage_limit', 'warehouse')).toMatchObject({
      usage_type: 'serverless-compute',
      amount: 6000,
      breach_action: 'deactivate',
    });
  });

  it('is named to each function by its workgroup, and only there they sign in', () => {
    const functions = of('aws_lambda_function').filter(
      ({ config }) => config.environment.variables.DATABASE_NAME !== undefined,
    );
    expect(functions).toHaveLength(5);
    for (const { name, config } of functions) {
      expect(config.environment.variables.WORKGROUP_NAME).toBe('cdc-serverless-warehouse');
      const statements = JSON.parse(policyOf(config.role)).Statement as Arguments[];
      const resourcesOf = (sid: string) => statements.find(({ Sid }) => Sid === sid)?.Resource;
      expect(resourcesOf('RunStatements')).toBe(WORKGROUP);
      const signIn = statements.find(({ Sid }) => Sid === 'SignInByIam');
      if (name === 'prepare_warehouse') expect(signIn).toBeUndefined();
      else
        expect(signIn).toMatchObject({ Action: 'redshift-serverless:GetCredentials', Resource: WORKGROUP });
    }
  });

  it('may take the roles of COPY and of DMS for its own users', () => {
    const trusts = ['copy', 'dms_files'].map((role) =>
      (JSON.parse(one('aws_iam_role', role).assume_role_policy).Statement as Arguments[]).at(-1),
    );
    for (const trust of trusts) {
      expect(trust).toMatchObject({
        Principal: { Service: ['redshift.amazonaws.com', 'redshift-serverless.amazonaws.com'] },
        Condition: {
          StringLike: {
            'sts:ExternalId': 'arn:aws:redshift:us-east-1:345678901234:dbuser:serverless-345678901234-*/*',
          },
        },
      });
    }
  });

  it('is copied into a snapshot each day, by a role that may do nothing else', () => {
    const schedule = one('aws_scheduler_schedule', 'warehouse_snapshot');
    expect(schedule.schedule_expression).toBe('rate(1 day)');
    expect(schedule.target.arn).toBe('arn:aws:scheduler:::aws-sdk:redshiftserverless:createSnapshot');
    expect(JSON.parse(schedule.target.input)).toEqual({
      NamespaceName: 'cdc-serverless-warehouse',
      SnapshotName: 'cdc-serverless-warehouse-<aws.scheduler.execution-id>',
      RetentionPeriod: 7,
    });
    const actions = (
      JSON.parse(one('aws_iam_role_policy', 'warehouse_snapshot_role').policy).Statement as Arguments[]
    ).map(({ Action }) => Action);
    expect(actions).toEqual(['redshift-serverless:CreateSnapshot', 'kms:Decrypt', 'kms:Decrypt']);
  });

  it('is watched by what it reports: connections, capacity and its limit', () => {
    const ofWarehouse = of('aws_cloudwatch_metric_alarm').filter(({ name }) => name.startsWith('warehouse_'));
    expect(
      ofWarehouse.map(({ name, config }) => [name, config.metric_name, Object.keys(config.dimensions)]),
    ).toEqual([
      ['warehouse_capacity', 'ComputeCapacity', ['Workgroup']],
      ['warehouse_connections', 'DatabaseConnections', ['Workgroup']],
      ['warehouse_usage_limit', 'UsageLimitConsumed', ['UsageLimitId', 'UsageType', 'Workgroup']],
    ]);
    expect(one('aws_cloudwatch_dashboard', 'dashboard').dashboard_body).toContain(
      '"AWS/Redshift-Serverless"',
    );
  });
});
