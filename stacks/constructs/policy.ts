/** IAM policies as JSON strings, and the rules that each of them follows. */

export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What a role may do. */
export interface PolicyStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
}

/** What a resource allows others to do, or denies them. */
export interface ResourceStatement extends PolicyStatement {
  readonly effect?: 'Allow' | 'Deny';
  /** By kind: `Service`, `AWS`; `*` is everyone, which only a denial or a statement with a condition may name. */
  readonly principals: Readonly<Record<string, string | readonly string[]>> | '*';
}

/** A key only as a service uses it on somebody's behalf. */
export const viaService = (region: string, service: string): Conditions => ({
  StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
});

/** Actions that AWS does not authorize on a particular resource, each with the reason why only `*` is possible. */
export const ACTIONS_WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  'xray:PutTraceSegments': 'trace segments belong to no resource',
  'xray:PutTelemetryRecords': 'telemetry records belong to no resource',
  'ec2:DescribeNetworkInterfaces': 'EC2 authorizes descriptions on no resource',
  'ec2:DescribeSecurityGroups': 'EC2 authorizes descriptions on no resource',
  'ec2:DescribeSubnets': 'EC2 authorizes descriptions on no resource',
  'dms:DescribeReplicationTasks': 'DMS authorizes descriptions on no resource',
  'dms:DescribeConnections': 'DMS authorizes descriptions on no resource',
  'redshift-data:DescribeStatement': 'a statement has no ARN; its owner is the condition',
  'redshift-data:GetStatementResult': 'a statement has no ARN; its owner is the condition',
  'redshift-data:ListStatements': 'a statement has no ARN; its owner is the condition',
  'dynamodb:ListStreams': 'streams are listed on no resource',
};

/**
 * Statements over nothing, such as those over the tables of an empty catalogue, are left out: IAM refuses them.
 * @throws Error when a statement is wider than {@link ACTIONS_WITHOUT_RESOURCE} allows, or has no condition there.
 */
export function buildRolePolicy(statements: readonly PolicyStatement[]): string {
  for (const statement of statements) checkWidth(statement);
  const useful = statements.filter(({ resources }) => resources.length > 0);
  return toJson(useful.map((statement) => ({ Effect: 'Allow', ...body(statement) })));
}

export function buildResourcePolicy(statements: readonly ResourceStatement[]): string {
  return toJson(
    statements.map((statement) => ({
      Effect: statement.effect ?? 'Allow',
      Principal: statement.principals === '*' ? '*' : statement.principals,
      ...body(statement),
    })),
  );
}

/** Who may assume a role, and under which conditions. */
export interface Trust {
  readonly services: readonly string[];
  readonly conditions: Conditions;
}

/** AWS services, when they act for this account and (if given) for one of `sourceArns`. Redshift sends neither. */
export function servicesOf(
  accountId: string,
  services: readonly string[],
  sourceArns?: readonly string[],
): Trust {
  return {
    services,
    conditions: {
      StringEquals: { 'aws:SourceAccount': accountId },
      ...(sourceArns === undefined ? {} : { ArnLike: { 'aws:SourceArn': one(sourceArns) } }),
    },
  };
}

/**
 * Redshift, for the database users of some warehouses. Redshift is not documented to send `aws:SourceAccount`, under
 * which each COPY would fail with "Not authorized to get credentials"; it sends the user, as `sts:ExternalId`
 * (Amazon Redshift management guide, "Restricting access to IAM roles"). The user's name is left open: how Redshift
 * spells the name of a role that signs in with IAM is not documented.
 */
export const redshiftUsersOf = (users: string, isServerless = false): Trust => ({
  // Both for a serverless one (Redshift management guide, "Granting permissions to Amazon Redshift Serverless").
  services: ['redshift.amazonaws.com', ...(isServerless ? ['redshift-serverless.amazonaws.com'] : [])],
  conditions: { StringLike: { 'sts:ExternalId': users } },
});

/**
 * Firehose, which sends the account as `sts:ExternalId` (Amazon Data Firehose developer guide, "Allow Firehose to assume
 * an IAM role").
 */
export const firehoseOf = (accountId: string): Trust => ({
  services: ['firehose.amazonaws.com'],
  conditions: { StringEquals: { 'sts:ExternalId': accountId } },
});

/** Each kind of principal has its own statement, because each is identified by a different condition key. */
export function buildTrustPolicyOf(trusts: readonly Trust[]): string {
  return toJson(
    trusts.map(({ services, conditions }) => ({
      Effect: 'Allow',
      Principal: { Service: one(services) },
      Action: 'sts:AssumeRole',
      Condition: conditions,
    })),
  );
}

/** Lets AWS services assume a role when they act for this account and (if given) for one of `sourceArns`. */
export const buildTrustPolicy = (
  services: readonly string[],
  accountId: string,
  sourceArns?: readonly string[],
): string => buildTrustPolicyOf([servicesOf(accountId, services, sourceArns)]);

/**
 * Lambda passes neither account nor function when it assumes a function's role, and CloudWatch is not documented to when
 * it assumes that of a metric stream (CloudWatch user guide, "Trust between CloudWatch and Firehose"), nor QuickSight when it
 * assumes that of a VPC connection. Only who may pass the role can have it used.
 */
export function buildPassedRoleTrustPolicy(
  service: 'lambda.amazonaws.com' | 'quicksight.amazonaws.com' | 'streams.metrics.cloudwatch.amazonaws.com',
): string {
  return toJson([{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }]);
}

export const buildLambdaTrustPolicy = (): string => buildPassedRoleTrustPolicy('lambda.amazonaws.com');

function checkWidth({ sid, actions, resources, conditions }: PolicyStatement): void {
  const wild = actions.filter((action) => action.includes('*'));
  if (wild.length > 0) throw new Error(`statement ${sid}: name each action, got: ${wild.join(', ')}`);
  if (!resources.includes('*')) return;
  const restrictable = actions.filter((action) => !(action in ACTIONS_WITHOUT_RESOURCE));
  if (restrictable.length > 0 || conditions === undefined) {
    throw new Error(
      `statement ${sid}: the resource "*" needs a condition and actions that have no resource, got: ${restrictable.join(', ') || 'no condition'}`,
    );
  }
}

function body({ sid, actions, resources, conditions }: PolicyStatement) {
  return {
    Sid: sid,
    Action: one(actions),
    Resource: one(resources),
    ...(conditions === undefined ? {} : { Condition: conditions }),
  };
}

/** IAM returns a list of one as a string; written that way, a plan shows no difference. */
const one = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? values[0]! : values;

const toJson = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
