import { ACTIONS_WITHOUT_RESOURCE, buildRolePolicy } from '../../stacks/constructs/policy';
import { type Arguments, STACKS, synthesize } from './synthesized';

interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

const { resources, texts, one } = synthesize();
const list = (value: string | string[] | undefined): string[] => [value ?? []].flat();

const POLICIES = /^(policy|assume_role_policy)$/;
const policies = resources.flatMap(({ address, type, config }) =>
  Object.entries(config)
    .filter(([name, value]) => POLICIES.test(name) && typeof value === 'string')
    .map(([name, value]) => ({
      where: `${address}.${name}`,
      type,
      statements: JSON.parse(value as string).Statement as PolicyStatement[],
    })),
);
const rolePolicies = policies.filter(({ type }) => type === 'aws_iam_role_policy');

const statementsOf = (role: string): Record<string, PolicyStatement> =>
  Object.fromEntries(
    (JSON.parse(one('aws_iam_role_policy', role).policy).Statement as PolicyStatement[]).map((statement) => [
      statement.Sid,
      statement,
    ]),
  );
/** What a function may do beside logging, tracing, its queue and its network interfaces. */
const OF_EVERY_FUNCTION =
  /^(WriteLogs|WriteTraces|DecryptEnvironment|SendDeadLetters|EncryptDeadLetters|CreateNetworkInterfaces|ReleaseNetworkInterfaces|DescribeNetwork)$/;
const ownActions = (role: string): string[] =>
  Object.entries(statementsOf(`${role}_execution`))
    .filter(([sid]) => !OF_EVERY_FUNCTION.test(sid))
    .flatMap(([, { Action }]) => list(Action))
    .sort();

describe('role policies', () => {
  it('name every action', () => {
    expect(rolePolicies.length).toBeGreaterThan(15);
    for (const { where, statements } of rolePolicies) {
      const wild = statements.flatMap(({ Action }) => list(Action)).filter((action) => action.includes('*'));
      expect([where, wild]).toEqual([where, []]);
    }
  });

  it('give "*" only to actions that have no resource, and only under a condition', () => {
    for (const { where, statements } of rolePolicies) {
      for (const { Action, Resource, Condition } of statements) {
        if (!list(Resource).includes('*')) continue;
        const others = list(Action).filter((action) => !(action in ACTIONS_WITHOUT_RESOURCE));
        expect([where, others]).toEqual([where, []]);
        expect(Condition).toBeDefined();
      }
    }
  });

  it('need every action that is listed as having no resource', () => {
    const used = new Set(
      synthesize({ environment: 'everything' })
        .deployment.of('aws_iam_role_policy')
        .flatMap((policy) => policy.statements().flatMap(({ actions }) => actions)),
    );
    expect(Object.keys(ACTIONS_WITHOUT_RESOURCE).filter((action) => !used.has(action))).toEqual([]);
  });

  it('cannot be built wider', () => {
    const statement = { sid: 'Wide', actions: ['s3:GetObject'], resources: ['*'] };
    expect(() => buildRolePolicy([statement])).toThrow(/statement Wide: .*s3:GetObject/);
    expect(() => buildRolePolicy([{ ...statement, actions: ['s3:*'] }])).toThrow(/name each action/);
    expect(() => buildRolePolicy([{ ...statement, actions: ['xray:PutTraceSegments'] }])).toThrow(
      /no condition/,
    );
  });
});

describe('all policies', () => {
  it('name every principal, or deny, or hold for this account alone', () => {
    for (const { where, statements } of policies) {
      for (const { Effect, Principal, Condition } of statements) {
        if (Principal !== '*' || Effect === 'Deny') continue;
        expect([where, Condition]).toEqual([
          where,
          { StringEquals: { 'aws:PrincipalAccount': '123456789012' } },
        ]);
      }
    }
  });

  it('trust services only as they act for this account', () => {
    const roles = policies.filter(({ where }) => where.endsWith('assume_role_policy'));
    expect(roles.length).toBeGreaterThan(15);
    for (const { where, statements } of roles) {
      for (const { Principal, Condition } of statements) {
        const { Service } = Principal as Arguments;
        // Lambda says neither account nor function when it takes a role; Redshift says for which database user.
        if (Service === 'lambda.amazonaws.com') continue;
        if ([Service].flat().includes('redshift.amazonaws.com')) {
          const user = where.includes('access_for_endpoint') ? '' : 'cdc-dev-warehouse/';
          const region = where.includes('access_for_endpoint') ? '*' : 'us-east-1';
          const users = `arn:aws:redshift:${region}:123456789012:dbuser:${user}*`;
          expect([where, Condition]).toEqual([where, { StringLike: { 'sts:ExternalId': users } }]);
        } else
          expect([where, Condition?.StringEquals]).toEqual([where, { 'aws:SourceAccount': '123456789012' }]);
      }
    }
  });

  it('escape the variables of IAM', () => {
    for (const stack of STACKS) expect(texts[stack]).not.toMatch(/(?<!\$)\$\{aws:/);
    expect(texts.pipeline).toContain(`$\${aws:userid}`);
  });
});

describe('a function may do what its handler calls and no more:', () => {
  it.each([
    [
      'ingest_txns',
      ['kms:Decrypt', 'kms:GenerateDataKey', 's3:GetObject', 's3:PutObject', 'secretsmanager:GetSecretValue'],
    ],
    [
      'ingest_trades',
      ['dynamodb:BatchWriteItem', 'kms:Decrypt', 'kms:GenerateDataKey', 's3:GetObject', 's3:PutObject'],
    ],
    [
      'prepare_mysql',
      [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        's3:PutObject',
        'secretsmanager:GetSecretValue',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
      ],
    ],
    [
      'prepare_warehouse',
      [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'redshift-data:BatchExecuteStatement',
        'redshift-data:DescribeStatement',
        'redshift-data:ExecuteStatement',
        'redshift-data:GetStatementResult',
        's3:PutObject',
        'secretsmanager:GetSecretValue',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
      ],
    ],
    [
      'start_replication_task',
      [
        'dms:DescribeConnections',
        'dms:DescribeReplicationTasks',
        'dms:StartReplicationTask',
        'dms:TestConnection',
        'kms:Decrypt',
        's3:GetObject',
      ],
    ],
    [
      'stage_stream_records',
      [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
        'kms:Decrypt',
        'kms:GenerateDataKey',
        's3:PutObject',
      ],
    ],
    [
      'load_staged_batches',
      [
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'redshift-data:BatchExecuteStatement',
        'redshift-data:DescribeStatement',
        'redshift-data:ExecuteStatement',
        'redshift-data:GetStatementResult',
        'redshift-data:ListStatements',
        'redshift:GetClusterCredentialsWithIAM',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListBucket',
        's3:PutObject',
      ],
    ],
    [
      'reconcile_tables',
      [
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeTable',
        'dynamodb:Scan',
        'kms:Decrypt',
        'redshift-data:BatchExecuteStatement',
        'redshift-data:DescribeStatement',
        'redshift-data:ExecuteStatement',
        'redshift-data:GetStatementResult',
        'redshift:GetClusterCredentialsWithIAM',
        'secretsmanager:GetSecretValue',
      ],
    ],
    [
      'measure_freshness',
      [
        'redshift-data:DescribeStatement',
        'redshift-data:ExecuteStatement',
        'redshift-data:GetStatementResult',
        'redshift:GetClusterCredentialsWithIAM',
        's3:ListBucket',
      ],
    ],
  ])('%s', (role, actions) => {
    expect(ownActions(role)).toEqual(actions);
  });

  it('connections are tested only from the one instance to the two endpoints of the task', () => {
    const { TestConnections } = statementsOf('start_replication_task_execution');
    const output = (name: string) => `\${data.terraform_remote_state.warehouse.outputs.${name}}`;
    expect(TestConnections!.Resource).toEqual([
      output('replication_instance_arn'),
      output('replication_source_arn'),
      output('replication_target_arn'),
    ]);
  });

  it('the loader deletes only where it has loaded from', () => {
    const { TakeStagedFiles } = statementsOf('load_staged_batches_execution');
    expect(TakeStagedFiles).toMatchObject({
      Action: ['s3:DeleteObject', 's3:GetObject'],
      Resource: [
        'arn:aws:s3:::cdc-dev-123456789012-data/incoming/*',
        'arn:aws:s3:::cdc-dev-123456789012-data/manifests/*',
      ],
    });
  });

  it('statements of others stay unseen', () => {
    const { FollowOwnStatements } = statementsOf('load_staged_batches_execution');
    expect(FollowOwnStatements!.Condition).toEqual({
      StringEquals: { 'redshift-data:statement-owner-iam-userid': `$\${aws:userid}` },
    });
  });

  it('COPY reads staged files and their manifests alone', () => {
    expect(statementsOf('copy').ReadStagedFiles).toMatchObject({
      Action: 's3:GetObject',
      Resource: [
        'arn:aws:s3:::cdc-dev-123456789012-data/incoming/*',
        'arn:aws:s3:::cdc-dev-123456789012-data/manifests/*',
      ],
    });
  });
});

describe('roles of DMS', () => {
  it('are there under the exact names that it looks for, before its instance', () => {
    const names = ['dms_vpc_role', 'dms_cloudwatch_logs_role', 'dms_access_for_endpoint'];
    for (const name of names) {
      expect(one('aws_iam_role', name).name).toBe(name.replaceAll('_', '-'));
    }
    for (const name of names.slice(0, 2)) {
      expect(one('aws_iam_role_policy_attachment', `${name}_policy`).policy_arn).toMatch(
        /policy\/service-role\/AmazonDMS/,
      );
    }
    const trusted = JSON.parse(one('aws_iam_role', 'dms_access_for_endpoint').assume_role_policy).Statement;
    expect(trusted.map(({ Principal }: Arguments) => Principal.Service)).toEqual([
      'dms.amazonaws.com',
      ['redshift.amazonaws.com', 'redshift-serverless.amazonaws.com'],
    ]);
    // Not AmazonDMSRedshiftS3Role, which gives every bucket whose name begins with `dms-`.
    expect(one('aws_iam_role_policy', 'dms_access_for_endpoint_policy').policy).toContain(
      'arn:aws:s3:::dms-cdc-*-123456789012',
    );
  });

  it('are left alone in an account that has them', () => {
    const { of } = synthesize({
      change: (context) => {
        context.createDmsServiceRoles = false;
      },
    });
    expect(of('aws_iam_role').filter(({ config }) => /^dms-/.test(config.name))).toEqual([]);
  });

  it('for its secrets trust the regional principal', () => {
    const trusted = JSON.parse(one('aws_iam_role', 'replication_secrets').assume_role_policy).Statement[0]
      .Principal;
    expect(trusted.Service).toContain('dms.us-east-1.amazonaws.com');
  });
});
