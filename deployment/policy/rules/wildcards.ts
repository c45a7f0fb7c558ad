/** Every `*` in a statement that allows something, with the reason why it is there. One that nothing explains fails. */

import type { Deployment, Resource } from '../../deployment';
import type { IamStatement } from '../../policy-document';
import type { PolicyRule } from '../rule';

type Place = 'action' | 'resource' | 'principal';

export interface ExplainedWildcard {
  readonly on: string;
  readonly place: Place;
  readonly text: RegExp;
  readonly actions: RegExp;
  /** A `*` that is the whole text needs a condition as well. */
  readonly needsCondition: boolean;
  readonly reason: string;
}

export interface Wildcard {
  readonly resource: Resource;
  readonly statement: IamStatement;
  readonly place: Place;
  readonly text: string;
}

const ROLE = 'aws_iam_role_policy';
const KEY = 'aws_kms_key';
const ENDPOINT = 'aws_vpc_endpoint';
const ALL = /^\*$/;
const OBJECTS = /^arn:aws:s3:::[a-z0-9-]+\/([\w/-]+\/)?\*$/;

const explained = (
  on: string,
  place: Place,
  text: RegExp,
  actions: RegExp,
  reason: string,
  needsCondition = text === ALL,
): ExplainedWildcard => ({ on, place, text, actions, reason, needsCondition });

const EXPLAINED_WILDCARDS: readonly ExplainedWildcard[] = [
  explained(ROLE, 'resource', ALL, /^xray:Put/, 'trace segments belong to no resource'),
  explained(ROLE, 'resource', ALL, /^ec2:Describe/, 'EC2 authorizes descriptions on no resource'),
  explained(ROLE, 'resource', ALL, /^dms:Describe/, 'DMS authorizes descriptions on no resource'),
  explained(ROLE, 'resource', ALL, /^dynamodb:ListStreams$/, 'streams are listed on no resource'),
  explained(
    ROLE,
    'resource',
    ALL,
    /^redshift-data:(DescribeStatement|GetStatementResult|ListStatements)$/,
    'a statement has no ARN; its owner is the condition',
  ),
  explained(ROLE, 'resource', /:log-group:[\w/-]+:\*$/, /^logs:/, 'the streams of one log group'),
  explained(
    ROLE,
    'resource',
    /:table\/[\w-]+-\*(\/stream\/\*)?$/,
    /^dynamodb:(BatchGetItem|DescribeStream|DescribeTable|GetItem|GetRecords|GetShardIterator|Scan)$/,
    "the tables of a large catalogue: a list of them is longer than a role's policies may be",
  ),
  explained(
    ROLE,
    'resource',
    OBJECTS,
    /^s3:(\w+Object|(Get|Delete)ObjectVersion|AbortMultipartUpload)$/,
    'the objects under one prefix',
  ),
  explained(
    ROLE,
    'resource',
    /^arn:aws:s3:::dms-[a-z0-9-]+-\*-\d{12}(\/\*)?$/,
    /^s3:\w+$/,
    'the staging buckets of the environments that share the role of DMS',
  ),
  explained(
    ROLE,
    'resource',
    /^arn:aws:ec2:[^*]+:(network-interface|security-group|subnet)\/\*$/,
    /^ec2:CreateNetworkInterface$/,
    'an interface of Lambda or of QuickSight has no id before it is created',
  ),
  explained(
    ROLE,
    'resource',
    /^arn:aws:ec2:[^*]+:\*\/\*$/,
    /^ec2:(AssignPrivateIpAddresses|DeleteNetworkInterface|UnassignPrivateIpAddresses)$/,
    'Lambda asks for it on that pattern, not on an interface',
  ),
  explained(
    ROLE,
    'resource',
    /^arn:aws:ec2:[^*]+:network-interface\/\*$/,
    /^ec2:(DeleteNetworkInterface|ModifyNetworkInterfaceAttribute)$/,
    'an interface of QuickSight has no id before it is created',
  ),
  explained(
    KEY,
    'action',
    /^kms:\*$/,
    /^kms:\*$/,
    'the account administers its key; a key that no identity may change is lost',
  ),
  explained(KEY, 'resource', ALL, /^kms:/, 'in the policy of a key it is the key itself', false),
  explained(ENDPOINT, 'principal', ALL, /./, 'any identity of this account: roles say what each may do'),
  explained(
    ENDPOINT,
    'resource',
    ALL,
    /^redshift-data:(DescribeStatement|GetStatementResult)$/,
    'a statement has no ARN',
  ),
  explained(
    ENDPOINT,
    'action',
    /^redshift:\*$/,
    /^redshift:\*$/,
    'AWS does not say what DMS calls; the cluster is the limit',
  ),
  explained(
    ENDPOINT,
    'action',
    /^redshift-serverless:\*$/,
    /^redshift-serverless:\*$/,
    'AWS does not say what DMS calls; the workgroups of this account are the limit',
  ),
  explained(
    ENDPOINT,
    'resource',
    /^arn:aws:redshift-serverless:[^*]+:workgroup\/\*$/,
    /^redshift-(data|serverless):/,
    'a workgroup has no ARN before it is created; roles name it',
  ),
  explained(
    ROLE,
    'resource',
    /^arn:aws:redshift-serverless:[^*]+:snapshot\/\*$/,
    /^redshift-serverless:CreateSnapshot$/,
    'a snapshot has no ARN before it is taken',
  ),
  explained(
    ENDPOINT,
    'resource',
    /:table\/[\w-]+-\*$/,
    /^dynamodb:/,
    'the tables of this deployment; roles name them',
  ),
  explained(ENDPOINT, 'resource', OBJECTS, /^s3:/, 'the objects of one bucket'),
  explained(
    ENDPOINT,
    'resource',
    /:secret:([\w-]+-|rds!db-)\*$/,
    /^secretsmanager:/,
    'the ARN of a secret ends in characters that AWS generates',
  ),
  explained('aws_s3_bucket_policy', 'resource', OBJECTS, /^s3:PutObject$/, 'the objects of the log bucket'),
];

function wildcardsOf(resource: Resource): Wildcard[] {
  const allowed = ['policy', 'assume_role_policy'].flatMap((path) =>
    resource.statements(path).filter(({ allows }) => allows),
  );
  return allowed.flatMap((statement) => {
    const { notActions, notResources, principals } = statement;
    // Everything but what is named is as open as "*".
    const actions = notActions.length > 0 ? ['*'] : statement.actions;
    const resources = notResources.length > 0 ? ['*'] : statement.resources;
    const at = (place: Place, texts: readonly string[]): Wildcard[] =>
      texts.filter((text) => text.includes('*')).map((text) => ({ resource, statement, place, text }));
    return [...at('action', actions), ...at('resource', resources), ...at('principal', principals)];
  });
}

function explanationOf({ resource, statement, place, text }: Wildcard): ExplainedWildcard | undefined {
  return EXPLAINED_WILDCARDS.find(
    (entry) =>
      entry.on === resource.type &&
      entry.place === place &&
      entry.text.test(text) &&
      statement.actions.every((action) => entry.actions.test(action)) &&
      (!entry.needsCondition || statement.conditions.length > 0),
  );
}

/** How often each reason is given; one that is given nowhere is out of date. */
export function countExplanations(deployment: Deployment): Map<ExplainedWildcard, number> {
  const counts = new Map<ExplainedWildcard, number>(EXPLAINED_WILDCARDS.map((entry) => [entry, 0]));
  for (const wildcard of deployment.resources.flatMap(wildcardsOf)) {
    const entry = explanationOf(wildcard);
    if (entry !== undefined) counts.set(entry, counts.get(entry)! + 1);
  }
  return counts;
}

export const WILDCARD_RULES: readonly PolicyRule[] = [
  {
    id: 'CDC_WILDCARD',
    on: `aws_iam_role ${ROLE} ${KEY} ${ENDPOINT} aws_s3_bucket_policy aws_sqs_queue_policy aws_sns_topic_policy`,
    requires: 'a reason for each "*" that it allows, and a condition with each bare one',
    holds: (resource) => wildcardsOf(resource).every((wildcard) => explanationOf(wildcard) !== undefined),
  },
];
