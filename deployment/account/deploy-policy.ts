/** The policy of the role that deploys: what it takes to create, read, change and destroy the stacks' resources. */
import type { Deployment } from '../deployment';
import { DEPLOY_ACTIONS } from './deploy-actions';
import type { DeployStatement } from './deploy-statement';
import { ROLE_OF_QUICKSIGHT } from './examine-quicksight';
import { stateStatements } from './state-access';

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly DeployStatement[];
}

/** IAM's limit of a managed policy, without white space (IAM user guide, "IAM and AWS STS quotas"). */
export const MAX_POLICY_CHARACTERS = 6_144;

/** Services whose ARNs name no region. */
const GLOBAL = ['iam'];
/** The three roles of DMS have fixed names, once in the account. */
const DMS_ROLES = ['dms-vpc-role', 'dms-cloudwatch-logs-role', 'dms-access-for-endpoint'];

/**
 * The documents of one stack by their names, each below IAM's limit: what is too much for `pipeline` goes on in `pipeline-2`.
 * The role gets those of all stacks.
 */
export function buildDeployPolicies(
  deployment: Deployment,
  stack: string,
): Readonly<Record<string, PolicyDocument>> {
  const { Version, Statement } = buildDeployPolicy(deployment, stack);
  const documents: DeployStatement[][] = [[]];
  for (const statement of Statement) {
    const last = documents.at(-1)!;
    const isFull =
      JSON.stringify({ Version, Statement: [...last, statement] }).length >= MAX_POLICY_CHARACTERS;
    if (isFull) documents.push([statement]);
    else last.push(statement);
  }
  return Object.fromEntries(
    documents.map((statements, index) => [
      index === 0 ? stack : `${stack}-${index + 1}`,
      { Version, Statement: statements },
    ]),
  );
}

/**
 * All that the resources of one stack need.
 * @throws Error for a type that deploy-actions.ts does not list: a deploy would find out half-way.
 */
export function buildDeployPolicy(deployment: Deployment, stack: string): PolicyDocument {
  const types = [
    ...new Set(deployment.resources.filter((one) => one.stack === stack).map(({ type }) => type)),
  ];
  const grants = new Map<
    string,
    { readonly service: string; readonly actions: Set<string>; resource: readonly string[] }
  >();
  for (const type of types.sort()) {
    const known = DEPLOY_ACTIONS[type];
    if (known === undefined) {
      throw new Error(
        `what a deploy calls for ${type} is not known: add it to deployment/account/deploy-actions.ts`,
      );
    }
    for (const called of known.behind === undefined ? [known] : [known, known.behind]) {
      if (called.service === '') continue;
      const resource = resourcesOf(deployment, called.service, called.on);
      // One statement for all that takes no resource: its condition is said once, where characters are counted.
      const service =
        resource.join() === '*' && !GLOBAL.includes(called.service) ? 'several' : called.service;
      const key = `${service} ${resource.join()}`;
      const grant = grants.get(key) ?? { service, actions: new Set(), resource };
      for (const action of called.actions.split(' ')) grant.actions.add(`${called.service}:${action}`);
      grants.set(key, grant);
    }
  }
  const inRegion = { StringEquals: { 'aws:RequestedRegion': regionsOf(deployment) } };
  return {
    Version: '2012-10-17',
    Statement: [
      ...stateStatements(deployment, stack),
      ...serviceLinkedRoles(deployment, types),
      ...[...grants.values()].map(
        ({ service, actions, resource }, index): DeployStatement => ({
          // Letters and digits only.
          Sid: `${service[0]?.toUpperCase()}${service.slice(1).replaceAll('-', '')}${index + 1}`,
          Effect: 'Allow',
          Action: [...actions].sort(),
          Resource: resource.length === 1 ? resource[0]! : resource,
          ...(GLOBAL.includes(service) ? {} : { Condition: inRegion }),
        }),
      ),
    ],
  };
}

/** RDS, Redshift and WAF create their service-linked role on behalf of the account's first caller. */
function serviceLinkedRoles(deployment: Deployment, types: readonly string[]): DeployStatement[] {
  const services = [
    ...(types.includes('aws_db_instance') ? ['rds.amazonaws.com'] : []),
    ...(types.includes('aws_redshift_cluster') || types.includes('aws_redshiftserverless_namespace')
      ? ['redshift.amazonaws.com']
      : []),
    ...(types.includes('aws_wafv2_web_acl_logging_configuration') ? ['wafv2.amazonaws.com'] : []),
  ];
  if (services.length === 0) return [];
  return [
    {
      Sid: 'ServiceLinkedRoles',
      Effect: 'Allow',
      Action: ['iam:CreateServiceLinkedRole'],
      Resource: `arn:aws:iam::${deployment.home.accountId}:role/aws-service-role/*`,
      Condition: { StringEquals: { 'iam:AWSServiceName': services } },
    },
  ];
}

function resourcesOf(deployment: Deployment, service: string, on: string | undefined): readonly string[] {
  const { accountId, region } = deployment.home;
  if (service === 's3') {
    const buckets = deployment.of('aws_s3_bucket').map((bucket) => `arn:aws:s3:::${bucket.text('bucket')}`);
    return buckets.flatMap((bucket) => [bucket, `${bucket}/*`]);
  }
  if (on === undefined) return ['*'];
  const resource = on.replace('PREFIX', prefixOf(deployment));
  const arn = `arn:aws:${service}:${GLOBAL.includes(service) ? '' : region}:${accountId}:`;
  const ofServices = service === 'iam' ? rolesOfServices(deployment).map((role) => `${arn}role/${role}`) : [];
  return [arn + resource, ...ofServices];
}

/** QuickSight's own takes a policy of this deployment; only its console says which path it has. */
const rolesOfServices = (deployment: Deployment): readonly string[] => [
  ...DMS_ROLES,
  ...(deployment.of('aws_quicksight_data_source').length === 0
    ? []
    : [ROLE_OF_QUICKSIGHT, `service-role/${ROLE_OF_QUICKSIGHT}`]),
];

/** `<project>-<environment>`, the first part of every name. */
const prefixOf = (deployment: Deployment): string =>
  deployment.of('aws_scheduler_schedule_group')[0]?.text('name') ?? '';

function regionsOf(deployment: Deployment): readonly string[] {
  const regions = deployment.resources
    .map((resource) => resource.text('region'))
    .filter((region) => region !== '');
  return [...new Set([deployment.home.region, ...regions])];
}
