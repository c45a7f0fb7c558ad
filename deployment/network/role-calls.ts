/** What the roles of the deployment allow their callers, with the ARNs that their statements name. */
import type { Deployment, Resource } from '../deployment';
import type { Call } from './endpoint-policy';

/** The policies of the role with that name or ARN. */
function policiesOfRole(deployment: Deployment, role: string): Resource[] {
  const name = role.slice(role.lastIndexOf('/') + 1);
  return deployment
    .of('aws_iam_role_policy')
    .filter((policy) => policy.targets('role').some(({ resource }) => resource.at('name') === name));
}

/** Every action on every resource that the role's statements allow. */
export function callsOfRole(deployment: Deployment, role: string): Call[] {
  return policiesOfRole(deployment, role).flatMap((policy) =>
    policy
      .statements()
      .filter(({ allows }) => allows)
      .flatMap(({ actions, resources }) =>
        actions.flatMap((action) =>
          resources.map((resource) => ({ action, resource: arnOf(policy, resource) })),
        ),
      ),
  );
}

/** In the form that AWS gives it: it ends in an id. */
export function workgroupArn({ home: { accountId, region } }: Deployment): string {
  return `arn:aws:redshift-serverless:${region}:${accountId}:workgroup/01234567-89ab-cdef-0123-456789abcdef`;
}

export const serviceOf = ({ action }: Call): string => action.slice(0, action.indexOf(':'));

/** An ARN that is known only after the apply is given in its later form; others stay as they are. */
function arnOf({ deployment, stack }: Resource, text: string): string {
  const target = deployment.targetsOf(stack, text)[0];
  if (target === undefined) return text;
  const { accountId, region } = deployment.home;
  const { resource, attribute } = target;
  const secret = (name: string): string =>
    `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-AbCdEf`;
  if (resource.type === 'aws_secretsmanager_secret') return secret(resource.text('name'));
  if (resource.type === 'aws_redshiftserverless_workgroup') return workgroupArn(deployment);
  if (attribute.includes('master_user_secret')) return secret('rds!db-01234567-89ab-cdef-0123-456789abcdef');
  return text;
}
