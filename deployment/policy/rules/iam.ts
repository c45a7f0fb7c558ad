import type { IamStatement } from '../../iam-statement';
import type { Resource } from '../deployment';
import { is, isNot, type PolicyRule, type Predicate } from '../rule';

const ROLE = 'aws_iam_role';
const POLICY = 'aws_iam_role_policy';
const ATTACHMENT = 'aws_iam_role_policy_attachment';
const MANAGED = 'arn:aws:iam::aws:policy/';

/** No statement of the role allows any of these actions on every resource. */
const nowhere =
  (...actions: readonly RegExp[]): Predicate =>
  (policy) =>
    policy
      .statements()
      .filter((statement) => statement.allows && statement.resources.includes('*'))
      .every(({ actions: given }) =>
        given.every((action) => action !== '*' && !actions.some((refused) => refused.test(action))),
      );

const everyAllowed =
  (wanted: (statement: IamStatement) => boolean): Predicate =>
  (policy) =>
    policy.statements().every((statement) => !statement.allows || wanted(statement));

const trust = (role: Resource): IamStatement[] => role.statements('assume_role_policy');

/** Actions that IAM authorizes on no particular resource, so that "*" is all that can be said. */
const WITHOUT_RESOURCE: readonly RegExp[] = [
  /^xray:Put(TelemetryRecords|TraceSegments)$/,
  /^ec2:Describe(NetworkInterfaces|Subnets)$/,
  /^dms:Describe(Connections|ReplicationTasks)$/,
  /^dynamodb:ListStreams$/,
  /^redshift-data:(DescribeStatement|GetStatementResult|ListStatements)$/,
];

const isRestrictable = (action: string): boolean => !WITHOUT_RESOURCE.some((known) => known.test(action));
const isRead = (action: string): boolean => /:(Get|List|Describe|BatchGet|Scan|Query)/.test(action);

/** Conditions by which a service that acts for somebody else cannot be used from another account. */
const namesAccount = ({ conditions, principals }: IamStatement): boolean =>
  // Lambda says neither account nor function when it takes a function's role.
  principals.every((principal) => principal === 'Service:lambda.amazonaws.com') ||
  JSON.stringify(conditions ?? {}).includes('aws:SourceAccount');

export const IAM_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_60',
    on: ROLE,
    wants: 'taken by named services',
    holds: (role) =>
      trust(role).every(({ principals }) => principals.every((name) => /^Service:[a-z0-9.-]+$/.test(name))),
  },
  {
    id: 'CKV_AWS_61',
    on: ROLE,
    wants: 'not taken by accounts',
    holds: (role) =>
      trust(role).every(
        ({ principals }) => !principals.some((name) => name === '*' || name.startsWith('AWS:')),
      ),
  },
  {
    id: 'CKV_AWS_62',
    on: POLICY,
    wants: 'not everything on everything',
    holds: everyAllowed(({ actions, resources }) => !(actions.includes('*') && resources.includes('*'))),
    trivy: 'AVD-AWS-0057',
  },
  {
    id: 'CKV_AWS_63',
    on: POLICY,
    wants: 'each action named',
    holds: everyAllowed(({ actions }) => actions.every((action) => !action.includes('*'))),
    trivy: 'AVD-AWS-0345',
  },
  {
    id: 'CKV_AWS_274',
    on: ATTACHMENT,
    wants: 'not AdministratorAccess',
    holds: isNot('policy_arn', `${MANAGED}AdministratorAccess`),
  },
  {
    id: 'CKV_AWS_286',
    on: POLICY,
    wants: 'no way to more permissions',
    holds: nowhere(
      /^iam:(Add|Attach|Create|Pass|Put|Set|Update)/,
      /^sts:AssumeRole/,
      /^lambda:(Create|Update)/,
    ),
    trivy: 'AVD-AWS-0342',
  },
  {
    id: 'CKV_AWS_287',
    on: POLICY,
    wants: 'no credentials of others',
    holds: nowhere(/^iam:Create/, /^sts:/, /^redshift:Get.*Credentials/, /^rds-db:connect$/),
  },
  {
    id: 'CKV_AWS_288',
    on: POLICY,
    wants: 'no data of others',
    holds: nowhere(
      /^s3:GetObject/,
      /^secretsmanager:Get/,
      /^ssm:GetParameter/,
      /^dynamodb:(BatchGet|Get|Query|Scan)/,
    ),
  },
  {
    id: 'CKV_AWS_289',
    on: POLICY,
    wants: 'no change of permissions',
    holds: nowhere(/(Policy|Permission|Acl|Grant)/, /^iam:(?!Get|List)/),
  },
  {
    id: 'CKV_AWS_290',
    on: POLICY,
    wants: 'no writing anywhere',
    holds: everyAllowed(
      ({ actions, resources }) =>
        !resources.includes('*') || actions.every((action) => isRead(action) || !isRestrictable(action)),
    ),
  },
  {
    id: 'CKV_AWS_355',
    on: POLICY,
    wants: 'resources named wherever IAM takes them',
    holds: everyAllowed(
      ({ actions, resources }) => !resources.includes('*') || !actions.some(isRestrictable),
    ),
  },
  {
    id: 'CKV2_AWS_40',
    on: POLICY,
    wants: 'not all of IAM',
    holds: everyAllowed(({ actions }) => !actions.some((action) => /^(iam:)?\*$/.test(action))),
  },
  {
    id: 'CKV2_AWS_56',
    on: ATTACHMENT,
    wants: 'not IAMFullAccess',
    holds: isNot('policy_arn', `${MANAGED}IAMFullAccess`),
  },
  {
    // AwsSolutions-IAM4 of cdk-nag: these four are the ones that the services ask for by name.
    id: 'CDC_MANAGED_POLICY',
    on: ATTACHMENT,
    wants: 'only policies that a service asks for by name',
    holds: is(
      'policy_arn',
      ...[
        'AmazonDMSCloudWatchLogsRole',
        'AmazonDMSRedshiftS3Role',
        'AmazonDMSVPCManagementRole',
        'AmazonRDSEnhancedMonitoringRole',
      ].map((name) => `${MANAGED}service-role/${name}`),
    ),
  },
  {
    id: 'CDC_ROLE_OWN_ACCOUNT',
    on: ROLE,
    wants: 'services that act for this account',
    holds: (role) => trust(role).length > 0 && trust(role).every(namesAccount),
  },
];
