/** What a policy says, in a line for each statement. */
import type { Resource } from '../deployment';
import type { IamStatement } from '../policy-document';
import { DeploymentError } from '../terraform-json';

const DOCUMENTS = ['policy', 'assume_role_policy'];
const SHOWN = 4;

/** Of a resource that comes or goes; none where it has no policy. */
export function describeGrants(resource: Resource): string[] {
  return DOCUMENTS.flatMap((argument) => {
    try {
      return resource.statements(argument).map(describe);
    } catch (error) {
      // The policy's own check reports it; here it is shown as what it is.
      if (error instanceof DeploymentError) return [`${argument} cannot be read as a policy`];
      throw error;
    }
  });
}

function describe(statement: IamStatement): string {
  const { allows, actions, notActions, resources, notResources, principals, notPrincipals } = statement;
  return [
    allows ? 'allows' : 'denies',
    shorten(actions, notActions),
    ...(resources.length + notResources.length > 0 ? ['on', shorten(resources, notResources)] : []),
    ...(principals.length + notPrincipals.length > 0 ? ['to', shorten(principals, notPrincipals)] : []),
    ...(statement.conditions.length > 0
      ? [`if ${statement.conditions.map(({ operator, key }) => `${operator} ${key}`).join(' and ')}`]
      : []),
  ].join(' ');
}

function shorten(names: readonly string[], others: readonly string[]): string {
  const list = names.length > 0 ? names : others;
  const rest = list.length - SHOWN;
  const text = `${list.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return names.length > 0 ? text : `all but ${text}`;
}
