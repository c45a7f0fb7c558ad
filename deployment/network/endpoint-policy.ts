/** Whether the policy of an endpoint lets through what a caller's own role allows. */

import type { Resource } from '../deployment';
import { matchesAction, matchesWildcards } from '../iam-pattern';
import type { IamStatement } from '../policy-document';
import type { Trace } from './trace';

/** An action on a resource, as a role's statement allows it; the resource may be a pattern itself. */
export interface Call {
  readonly action: string;
  readonly resource: string;
}

/** Notes the parts of the policy that let each call through, or that none does. */
export function tracePolicy(trace: Trace, endpoint: Resource, calls: readonly Call[]): void {
  const statements = endpoint.statements().filter(({ allows }) => allows);
  for (const { action, resource } of calls) {
    const letting = statements.filter((statement) => lets(endpoint, statement, { action, resource }));
    if (letting.length === 0) {
      trace.lack(`the policy of ${endpoint.address} does not let ${action} on ${resource} through`);
    }
    for (const { sid, actions, resources } of letting) {
      const grant = (text: string): string => grantName(endpoint, sid, text);
      for (const given of actions) if (matchesAction(given, action)) trace.grants.add(grant(given));
      for (const given of resources) if (covers(given, resource)) trace.grants.add(grant(given));
    }
  }
}

function lets(endpoint: Resource, statement: IamStatement, { action, resource }: Call): boolean {
  return (
    statement.principals.includes('*') &&
    statement.actions.some((given) => matchesAction(given, action)) &&
    statement.resources.some((given) => covers(given, resource)) &&
    isMetByOwnAccount(endpoint, statement)
  );
}

/** A pattern covers another one when it matches its text: `a/*` matches `a/b/*`. */
const covers = (given: string, wanted: string): boolean => matchesWildcards(given, wanted);

/** The one condition that this model understands; another one lets no call through. */
function isMetByOwnAccount(endpoint: Resource, { conditions }: IamStatement): boolean {
  const { accountId } = endpoint.deployment.home;
  return conditions.every(
    ({ operator, key, values }) =>
      operator === 'StringEquals' && key === 'aws:PrincipalAccount' && values.includes(accountId),
  );
}

const grantName = (endpoint: Resource, sid: string, text: string): string =>
  `${endpoint.address}, statement ${sid}: ${text}`;

/** Every action and resource that the policies of the endpoints let through. */
export function grantsOf(endpoints: readonly Resource[]): string[] {
  return endpoints.flatMap((endpoint) =>
    endpoint
      .statements()
      .filter(({ allows }) => allows)
      .flatMap(({ sid, actions, resources }) =>
        [...actions, ...resources].map((text) => grantName(endpoint, sid, text)),
      ),
  );
}
