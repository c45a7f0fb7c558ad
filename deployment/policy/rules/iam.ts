import type { Resource } from '../../deployment';
import { textsOf, textsWithin } from '../../json';
import { asksFor, type IamStatement } from '../../policy-document';
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

const trust = (role: Resource): readonly IamStatement[] => role.statements('assume_role_policy');

/** Actions that IAM authorizes on no particular resource, so that "*" is all that can be said. */
const WITHOUT_RESOURCE: readonly RegExp[] = [
  /^xray:Put(TelemetryRecords|TraceSegments)$/,
  /^ec2:Describe(NetworkInterfaces|SecurityGroups|Subnets)$/,
  /^dms:Describe(Connections|ReplicationTasks)$/,
  /^dynamodb:ListStreams$/,
  /^redshift-data:(DescribeStatement|GetStatementResult|ListStatements)$/,
];

const isRestrictable = (action: string): boolean => !WITHOUT_RESOURCE.some((known) => known.test(action));
const isRead = (action: string): boolean => /:(Get|List|Describe|BatchGet|Scan|Query)/.test(action);

const REDSHIFT = 'Service:redshift.amazonaws.com';
const REDSHIFT_SERVICES = [REDSHIFT, 'Service:redshift-serverless.amazonaws.com'];

/** None is documented to send an account when it assumes a role: only who may pass the role can have it used. */
const WITHOUT_ACCOUNT = [
  'Service:lambda.amazonaws.com',
  'Service:quicksight.amazonaws.com',
  'Service:streams.metrics.cloudwatch.amazonaws.com',
];
/** These send whom they act for as the external id. */
const BY_EXTERNAL_ID = [REDSHIFT, 'Service:firehose.amazonaws.com'];

/** Conditions that keep a service from assuming the role on behalf of another account. */
const namesAccount = (statement: IamStatement): boolean =>
  statement.principals.every((principal) => WITHOUT_ACCOUNT.includes(principal)) ||
  asksFor(
    statement,
    statement.principals.some((principal) => BY_EXTERNAL_ID.includes(principal))
      ? 'sts:ExternalId'
      : 'aws:SourceAccount',
  );

/** Redshift sends the database user as external id, and neither account nor ARN as source. */
const trustsRedshiftByUser =
  (role: Resource) =>
  ({ conditions, principals }: IamStatement): boolean => {
    if (!principals.some((principal) => REDSHIFT_SERVICES.includes(principal))) return true;
    const users = new RegExp(`^arn:aws:redshift:[^:]+:${role.deployment.home.accountId}:dbuser:`);
    return (
      principals.every((principal) => REDSHIFT_SERVICES.includes(principal)) &&
      conditions.every(({ key }) => !key.startsWith('aws:Source')) &&
      conditions.some(({ key, values }) => key === 'sts:ExternalId' && values.every((one) => users.test(one)))
    );
  };

/** The key only as a service uses it for the role, or for one thing that its encryption context names. */
const usesKeyByService: Predicate = (policy) =>
  policy
    .statements()
    .filter(({ allows, actions }) => allows && actions.some((action) => /^kms:(?!DescribeKey$)/.test(action)))
    .every(({ conditions }) =>
      conditions.some(({ key }) => /^kms:(ViaService$|EncryptionContext:)/.test(key)),
    );

/** A resource that names a role of its own stack waits until the role has its policy. */
const waitsForRoles: Predicate = ({ deployment, stack, type, config }) => {
  if (type.startsWith('aws_iam_') || type.endsWith('_policy')) return true;
  const named = textsWithin(config).flatMap(({ text }) => [
    ...text.matchAll(/arn:aws:iam::\d+:role\/([\w-]+)/g),
  ]);
  const waits = textsOf(config.depends_on);
  return named.every(([, name]) => {
    const policies = deployment
      .of(POLICY, ATTACHMENT)
      .filter((one) => one.stack === stack)
      .filter((one) => one.targets('role').some(({ resource }) => resource.at('name') === name));
    return policies.every(({ address }) => waits.includes(address));
  });
};

export const IAM_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_60',
    on: ROLE,
    requires: 'assumed by named services only',
    holds: (role) =>
      trust(role).every(({ principals }) => principals.every((name) => /^Service:[a-z0-9.-]+$/.test(name))),
  },
  {
    id: 'CKV_AWS_61',
    on: ROLE,
    requires: 'not assumed by accounts',
    holds: (role) =>
      trust(role).every(
        ({ principals }) => !principals.some((name) => name === '*' || name.startsWith('AWS:')),
      ),
  },
  {
    id: 'CKV_AWS_62',
    on: POLICY,
    requires: 'not every action on every resource',
    holds: everyAllowed(({ actions, resources }) => !(actions.includes('*') && resources.includes('*'))),
    trivy: 'AVD-AWS-0057',
  },
  {
    id: 'CKV_AWS_63',
    on: POLICY,
    requires: 'no wildcard in allowed actions',
    holds: everyAllowed(({ actions }) => actions.every((action) => !action.includes('*'))),
    trivy: 'AVD-AWS-0345',
  },
  {
    id: 'CKV_AWS_274',
    on: ATTACHMENT,
    requires: 'not AdministratorAccess',
    holds: isNot('policy_arn', `${MANAGED}AdministratorAccess`),
  },
  {
    id: 'CKV_AWS_286',
    on: POLICY,
    requires: 'no privilege escalation',
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
    requires: 'no access to credentials of others',
    holds: nowhere(/^iam:Create/, /^sts:/, /^redshift(-serverless)?:Get.*Credentials/, /^rds-db:connect$/),
  },
  {
    id: 'CKV_AWS_288',
    on: POLICY,
    requires: 'no access to data of others',
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
    requires: 'no permission to change permissions',
    holds: nowhere(/(Policy|Permission|Acl|Grant)/, /^iam:(?!Get|List)/),
  },
  {
    id: 'CKV_AWS_290',
    on: POLICY,
    requires: 'no write access to every resource',
    holds: everyAllowed(
      ({ actions, resources }) =>
        !resources.includes('*') || actions.every((action) => isRead(action) || !isRestrictable(action)),
    ),
  },
  {
    id: 'CKV_AWS_355',
    on: POLICY,
    requires: 'resources named wherever IAM supports it',
    holds: everyAllowed(
      ({ actions, resources }) => !resources.includes('*') || !actions.some(isRestrictable),
    ),
  },
  {
    id: 'CKV2_AWS_40',
    on: POLICY,
    requires: 'not all of IAM',
    holds: everyAllowed(({ actions }) => !actions.some((action) => /^(iam:)?\*$/.test(action))),
  },
  {
    id: 'CKV2_AWS_56',
    on: ATTACHMENT,
    requires: 'not IAMFullAccess',
    holds: isNot('policy_arn', `${MANAGED}IAMFullAccess`),
  },
  {
    // AwsSolutions-IAM4 of cdk-nag: these are the ones that the services ask for by name.
    id: 'CDC_MANAGED_POLICY',
    on: ATTACHMENT,
    requires: 'only policies that a service asks for by name',
    holds: is(
      'policy_arn',
      ...[
        'AmazonDMSCloudWatchLogsRole',
        'AmazonDMSVPCManagementRole',
        'AmazonRDSEnhancedMonitoringRole',
        'AmazonAPIGatewayPushToCloudWatchLogs',
      ].map((name) => `${MANAGED}service-role/${name}`),
    ),
  },
  {
    id: 'CDC_ROLE_OWN_ACCOUNT',
    on: ROLE,
    requires: 'only services that act for this account',
    holds: (role) => trust(role).length > 0 && trust(role).every(namesAccount),
  },
  {
    // Amazon Redshift management guide, "Restricting access to IAM roles".
    id: 'CDC_REDSHIFT_TRUST',
    on: ROLE,
    requires: 'Redshift identified by its database users, in a statement of its own',
    holds: (role) => trust(role).every(trustsRedshiftByUser(role)),
  },
  {
    // AWS KMS developer guide, "kms:ViaService".
    id: 'CDC_KEY_BY_SERVICE',
    on: POLICY,
    requires: 'the key only as a service uses it for the role',
    holds: usesKeyByService,
  },
  {
    id: 'CDC_ROLE_READY',
    on: 'aws_lambda_function aws_flow_log aws_scheduler_schedule aws_redshift_cluster_iam_roles aws_redshiftserverless_namespace aws_db_instance aws_dms_endpoint aws_kinesis_firehose_delivery_stream aws_cloudwatch_metric_stream aws_cloudwatch_log_subscription_filter aws_quicksight_vpc_connection',
    requires: 'a wait for the policy of each role that it names',
    holds: waitsForRoles,
  },
];
