import type { AwsAccount, AwsAnswers, AwsCall } from '../../../deployment/account/aws-account';
import { DOCTOR_POLICY } from '../../../deployment/account/aws-account';
import { examineAccount } from '../../../deployment/account/examine-account';
import type { Deployment } from '../../../deployment/deployment';
import { CLUSTER, WORKGROUP, withWarehouse } from '../../stacks/brought-warehouse';
import { type Arguments, type SynthesisOptions, synthesize } from '../../stacks/synthesized';

const deploymentOf = (options?: SynthesisOptions): Deployment => synthesize(options).deployment;
const dev = deploymentOf({ change: (context) => Object.assign(context, { alarmEmail: 'a@acme.io' }) });

type Answers = Partial<{ [Call in AwsCall]: AwsAnswers[Call] | Error }>;

/** Answers in the shapes of the SDK, of an account in which the deployment can be made. */
const GOOD: Answers = {
  'sts get-caller-identity': { Account: '123456789012' },
  'dms describe-orderable-replication-instances': {
    OrderableReplicationInstances: ['dms.t3.medium', 'dms.r6i.large'].flatMap((ReplicationInstanceClass) =>
      ['3.5.4', '3.6.1'].map((EngineVersion) => ({
        EngineVersion,
        ReplicationInstanceClass,
        MinAllocatedStorage: 5,
        MaxAllocatedStorage: 6_144,
      })),
    ),
  },
  'dms describe-replication-instances': { ReplicationInstances: [] },
  'rds describe-orderable-db-instance-options': {
    OrderableDBInstanceOptions: ['8.0.42', '8.4.6', '8.4.7'].map((EngineVersion) => ({
      EngineVersion,
      DBInstanceClass: 'db.t4g.medium',
      MultiAZCapable: true,
      StorageType: 'gp3',
      AvailabilityZones: [{ Name: 'us-east-1a' }, { Name: 'us-east-1b' }],
    })),
  },
  'redshift describe-orderable-cluster-options': {
    OrderableClusterOptions: [
      { ClusterType: 'single-node', NodeType: 'ra3.large' },
      { ClusterType: 'multi-node', NodeType: 'ra3.xlplus' },
    ],
  },
  'lambda get-account-settings': {
    AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 },
  },
  'sns list-subscriptions-by-topic': {
    Subscriptions: [{ Protocol: 'email', SubscriptionArn: 'arn:aws:sns:us-east-1:123456789012:a:b' }],
  },
};

const copyElsewhere = (context: Arguments) => Object.assign(context, { copyToRegion: 'us-west-2' });

const asked: string[] = [];

const accountOf = (others: Answers = {}): AwsAccount => ({
  ask: async (call, parameters) => {
    asked.push(`${call} ${JSON.stringify(parameters ?? {})}`);
    const answer = { ...GOOD, ...others }[call];
    if (answer instanceof Error) throw answer;
    return answer as never;
  },
});

const statesOf = async (others: Answers = {}, deployment = dev): Promise<string[]> =>
  (await examineAccount(deployment, accountOf(others)))
    .filter(({ state }) => state !== 'good')
    .map(({ state, subject, text }) => `${state} ${subject}: ${text}`);

it('an account in which the deployment can be made needs no change', async () => {
  expect(await statesOf()).toEqual([]);
});

it.each<[string, Answers, RegExp]>([
  [
    'credentials',
    { 'sts get-caller-identity': { Account: '999999999999' } },
    /^change account: .*999999999999/,
  ],
  [
    'a DMS version that is gone',
    {
      'dms describe-orderable-replication-instances': {
        OrderableReplicationInstances: [
          { EngineVersion: '3.6.4', ReplicationInstanceClass: 'dms.t3.medium' },
        ],
      },
    },
    /^change DMS version: 3\.6\.1 cannot be ordered: set dms\.engineVersion to one of 3\.6\.4$/,
  ],
  [
    'a DMS class that is gone',
    {
      'dms describe-orderable-replication-instances': {
        OrderableReplicationInstances: [
          { EngineVersion: '3.6.1', ReplicationInstanceClass: 'dms.t4g.medium' },
        ],
      },
    },
    /^change DMS class: .* one of dms\.t4g\.medium$/,
  ],
  [
    'a DMS instance of another version, which the next plan would change back',
    {
      'dms describe-replication-instances': {
        ReplicationInstances: [
          { ReplicationInstanceIdentifier: 'cdc-dev-replication', EngineVersion: '3.6.3' },
          { ReplicationInstanceIdentifier: 'another', EngineVersion: '3.4.7' },
        ],
      },
    },
    /^change DMS version: cdc-dev-replication runs 3\.6\.3: .*3\.6\.1$/,
  ],
  [
    'a class that MySQL has not got',
    { 'rds describe-orderable-db-instance-options': { OrderableDBInstanceOptions: [] } },
    /^change RDS class: db\.t4g\.medium/,
  ],
  [
    'a version that MySQL has not got',
    {
      'rds describe-orderable-db-instance-options': {
        OrderableDBInstanceOptions: [{ EngineVersion: '8.0.42', StorageType: 'gp3' }],
      },
    },
    /^change RDS version: MySQL 8\.4 .* it has 8\.0\.42$/,
  ],
  [
    'a zone without the class',
    {
      'rds describe-orderable-db-instance-options': {
        OrderableDBInstanceOptions: [
          { EngineVersion: '8.4.7', StorageType: 'gp3', AvailabilityZones: [{ Name: 'us-east-1a' }] },
        ],
      },
    },
    /^change RDS zones: db\.t4g\.medium is not offered in us-east-1b/,
  ],
  [
    'a node type that is gone',
    {
      'redshift describe-orderable-cluster-options': {
        OrderableClusterOptions: [{ ClusterType: 'single-node', NodeType: 'rg.large' }],
      },
    },
    /^change Redshift: ra3\.large cannot be ordered as single-node: .*rg\.large$/,
  ],
  [
    'a role of DMS that is there already',
    { 'iam get-role': { Role: { Arn: 'arn:aws:iam::123456789012:role/dms-vpc-role' } } },
    /^look dms-vpc-role: .*createDmsServiceRoles to false/,
  ],
  [
    'a subscription that nobody confirmed',
    {
      'sns list-subscriptions-by-topic': {
        Subscriptions: [{ Protocol: 'email', SubscriptionArn: 'PendingConfirmation' }],
      },
    },
    /^change alarms: nobody gets them: 1 subscriptions, none confirmed/,
  ],
  [
    'a call that AWS refuses, and the others all the same',
    { 'lambda get-account-settings': new Error('AccessDeniedException') },
    /^unknown Lambda quota: could not be asked: AccessDeniedException$/,
  ],
])('%s is found and it is said what to change', async (_, others, expected) => {
  const found = await statesOf(others);
  expect(found[0]).toMatch(expected);
  expect(found.length).toBeLessThanOrEqual(3);
});

it('a quota that is too small is found only where something is reserved', async () => {
  const reserving = deploymentOf({
    change: (context) => Object.assign(context, { alarmEmail: 'a@acme.io', reserveConcurrency: true }),
  });
  // Lambda keeps 100 for functions without a reservation.
  const reserved = reserving.resources
    .map(({ config }) => Number(config.reserved_concurrent_executions ?? 0))
    .filter((count) => count > 0);
  const needed = 100 + reserved.reduce((sum, count) => sum + count);
  expect(await statesOf({}, reserving)).toEqual([
    `change Lambda quota: 10 at once, ${needed} are needed: set reserveConcurrency to false, or ask for more`,
  ]);
  expect(
    await statesOf(
      { 'lambda get-account-settings': { AccountLimit: { ConcurrentExecutions: 1_000 } } },
      reserving,
    ),
  ).toEqual([]);
});

it('roles of DMS that nobody makes, and an address that is nobody’s, are found', async () => {
  const prod = deploymentOf({
    environment: 'prod',
    change: (context) => {
      context.environments.prod.createDmsServiceRoles = false;
    },
  });
  const found = await statesOf({}, prod);
  expect(found.filter((line) => line.startsWith('change dms-'))).toHaveLength(3);
  expect(found).toContainEqual(expect.stringMatching(/^change alarms: on-call@example\.com is nobody/));
});

it('copies of a serverless warehouse that nobody has switched on are found, with the command', async () => {
  const copied = deploymentOf({
    environment: 'serverless',
    change: (context) => Object.assign(copyElsewhere(context), { alarmEmail: 'a@acme.io' }),
  });
  const call = 'redshift-serverless list-snapshot-copy-configurations';
  const stateOf = async (destinationRegion: string) =>
    (await statesOf({ [call]: { snapshotCopyConfigurations: [{ destinationRegion }] } }, copied)).filter(
      (line) => line.includes('Redshift'),
    );
  expect(await stateOf('us-west-2')).toEqual([]);
  expect(await stateOf('eu-west-1')).toEqual([
    expect.stringMatching(/^change Redshift copies: .* not copied to us-west-2: run aws redshift-serverless/),
  ]);
});

it('roles that the owner of a warehouse has yet to attach are found', async () => {
  const role = (name: string): string => `arn:aws:iam::123456789012:role/cdc-dev-${name}`;
  const [copy, files] = [role('warehouse-copy'), role('dms-warehouse')];
  const stateOf = async (deployment: Deployment, answers: Answers) =>
    (await statesOf(answers, deployment)).filter((line) => line.includes('Redshift roles'));
  const ofCluster = (...roles: string[]): Answers => ({
    'redshift describe-clusters': {
      Clusters: [{ IamRoles: roles.map((IamRoleArn) => ({ IamRoleArn })) }],
    },
  });
  const cluster = deploymentOf({ change: withWarehouse(CLUSTER) });
  expect(await stateOf(cluster, ofCluster(copy, files))).toEqual([]);
  expect(await stateOf(cluster, ofCluster(files))).toEqual([
    expect.stringContaining(`${copy} not attached to the warehouse: attach them after the warehouse stack`),
  ]);
  expect(
    await stateOf(deploymentOf({ change: withWarehouse(WORKGROUP) }), {
      'redshift-serverless get-namespace': {
        namespace: {
          iamRoles: [copy, files].map((arn) => `IamRole(applyStatus=in-sync, iamRoleArn=${arn})`),
        },
      },
    }),
  ).toEqual([]);
});

it('the policy that it prints allows each call that it makes, and nothing that changes anything', async () => {
  asked.length = 0;
  await statesOf();
  await statesOf({}, deploymentOf({ environment: 'serverless', change: copyElsewhere }));
  for (const warehouse of [CLUSTER, WORKGROUP])
    await statesOf({}, deploymentOf({ change: withWarehouse(warehouse) }));
  await statesOf({}, deploymentOf({ environment: 'everything' }));
  const allowed = DOCTOR_POLICY.Statement[0].Action.map((action) => action.toLowerCase().replaceAll('-', ''));
  for (const call of new Set(asked.map((line) => line.split(' ').slice(0, 2).join(' ')))) {
    if (call === 'sts get-caller-identity') continue;
    expect(allowed).toContain(call.replace(' ', ':').replaceAll('-', ''));
  }
  for (const action of DOCTOR_POLICY.Statement[0].Action) expect(action).toMatch(/:(Describe|Get|List)/);
});

describe('of a table that somebody else made', () => {
  const there = deploymentOf({ environment: 'existing' });
  const streamArn =
    'arn:aws:dynamodb:us-east-1:345678901234:table/market-trades/stream/2025-03-04T05:06:07.089';
  const KMSMasterKeyArn = 'arn:aws:kms:us-east-1:345678901234:key/3d4e5f60-7182-493a-acbd-2e3f4a5b6c7d';
  const whole = {
    LatestStreamArn: streamArn,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    SSEDescription: { KMSMasterKeyArn },
  };

  it.each<[string, AwsAnswers['dynamodb describe-table'] | undefined, RegExp | undefined]>([
    ['all is as the settings say', { Table: whole }, undefined],
    ['there is none', {}, /^change .*does not exist: set dynamodb\.existing$/],
    [
      'it has no stream',
      { Table: { ...whole, StreamSpecification: { StreamEnabled: false } } },
      /^change .*has no stream: docs\/adopt\.md/,
    ],
    [
      'its stream has keys only',
      { Table: { ...whole, StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } } },
      /^change .*its stream has KEYS_ONLY: it must have NEW_AND_OLD_IMAGES/,
    ],
    [
      'its stream was switched on again',
      { Table: { ...whole, LatestStreamArn: 'arn:of-another' } },
      /^change .*set dynamodb\.existing\.trades\.streamArn to arn:of-another$/,
    ],
    [
      'it has another key',
      { Table: { ...whole, SSEDescription: { KMSMasterKeyArn: 'arn:of-a-key' } } },
      /^look .*is encrypted with arn:of-a-key/,
    ],
  ])('%s', async (_, answer, expected) => {
    const answers = answer === undefined ? {} : { 'dynamodb describe-table': answer };
    const states = await statesOf(answers, there);
    const ofTable = states.filter((state) => state.includes('table market-trades'));
    expect(ofTable).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
  });
});

describe('of what goes to a pane of glass elsewhere', () => {
  const everything = deploymentOf({ environment: 'everything' });
  const LAYER = {
    LayerVersionArn: 'arn:aws:lambda:us-east-1:451483290750:layer:NewRelicNodeJS22XARM64:12',
    CompatibleRuntimes: ['nodejs22.x'],
    CompatibleArchitectures: ['arm64'],
  };
  const KmsKeyId = 'arn:aws:kms:us-east-1:456789012345:key/4e5f6071-8293-4abc-bdce-4f5061728394';
  const found = async (answers: Answers): Promise<string[]> =>
    (
      await statesOf(
        { 'lambda get-layer-version': LAYER, 'secretsmanager describe-secret': { KmsKeyId }, ...answers },
        everything,
      )
    ).filter((line) => /^\w+ (layer|secret)/.test(line));

  it.each<[string, Answers, readonly RegExp[]]>([
    [
      'a secret under a key that the settings do not name',
      {},
      [
        /^change secret collector\/access-key-g7H8i9: is encrypted with arn:aws:kms:.* name no key: set the key/,
      ],
    ],
    [
      'no secret',
      { 'secretsmanager describe-secret': undefined },
      Array.from({ length: 3 }, () => /^change secret .*: does not exist: docs\/one-pane-of-glass\.md/),
    ],
    [
      'secrets of the key of AWS, and one that is going',
      { 'secretsmanager describe-secret': { DeletedDate: 1 } },
      Array.from({ length: 3 }, () => /^change secret .*: is scheduled for deletion: restore it$/),
    ],
    [
      'no such version of the layer',
      { 'lambda get-layer-version': undefined, 'secretsmanager describe-secret': {} },
      [
        /^change layer NewRelicNodeJS22XARM64: 451483290750 has no version 12 of it in this region: set observability\.newRelic\.layer\.arn$/,
        /^look secret new-relic\/\S+: is encrypted with the key of AWS/,
        /^look secret new-relic\/\S+: is encrypted with the key of AWS/,
      ],
    ],
    [
      'a layer for other functions',
      {
        'lambda get-layer-version': {
          ...LAYER,
          CompatibleRuntimes: ['nodejs20.x'],
          CompatibleArchitectures: ['x86_64'],
        },
      },
      [/^change layer .* version 12 is not for nodejs22\.x, arm64: set/, /^change secret collector/],
    ],
  ])('%s is found', async (_, answers, expected) => {
    expect(await found(answers)).toEqual(expected.map((line) => expect.stringMatching(line)));
  });
});

describe('QuickSight', () => {
  const everything = deploymentOf({ environment: 'everything' });
  const ROLE = 'aws-quicksight-secretsmanager-role-v0';
  const ofQuickSight = async (
    edition?: string,
    status = 'ACCOUNT_CREATED',
    role = true,
  ): Promise<string[]> => {
    const others: Answers = {
      ...(edition === undefined
        ? {}
        : {
            'quicksight describe-account-subscription': {
              AccountInfo: { Edition: edition, AccountSubscriptionStatus: status },
            },
          }),
      ...(role ? { 'iam get-role': { Role: { Arn: `arn:aws:iam::456789012345:role/${ROLE}` } } } : {}),
    };
    const findings = await examineAccount(everything, accountOf(others));
    return findings
      .filter(({ subject }) => subject.startsWith('QuickSight'))
      .map(({ state, subject, text }) => `${state} ${subject}: ${text}`);
  };

  it('is not asked about where it is not used', async () => {
    asked.length = 0;
    await statesOf();
    expect(asked.filter((call) => call.startsWith('quicksight'))).toEqual([]);
  });

  it('has a subscription that reaches into a VPC, and its role for secrets', async () => {
    expect(await ofQuickSight('ENTERPRISE')).toEqual([
      'good QuickSight: ENTERPRISE, ACCOUNT_CREATED',
      `good QuickSight role: ${ROLE} exists`,
    ]);
  });

  it.each([
    [
      'no subscription',
      undefined,
      undefined,
      /^change QuickSight: the account 456789012345 has no subscription/,
    ],
    ['one that ends', 'ENTERPRISE', 'UNSUBSCRIBE_IN_PROGRESS', /^change QuickSight: .*no subscription/],
    ['the other edition', 'STANDARD', undefined, /^change QuickSight: the edition is STANDARD/],
  ])('with %s has to be changed first', async (_, edition, status, text) => {
    expect((await ofQuickSight(edition, status))[0]).toMatch(text);
  });

  it('without its role for secrets has to be changed first', async () => {
    expect((await ofQuickSight('ENTERPRISE', undefined, false))[1]).toMatch(
      /^change QuickSight role: .* does not exist: allow QuickSight access to Secrets Manager/,
    );
  });
});
