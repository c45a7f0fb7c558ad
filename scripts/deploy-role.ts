/**
 * Prints the policies of the role that deploys one environment, made from its synthesized stacks: one document per stack,
 * and a second where one would be beyond IAM's limit, all of them for the role.
 *
 *     npm run deploy-role -- prod             all of them, as a JSON object by stack
 *     npm run deploy-role -- prod pipeline    one, ready for `aws iam create-policy --policy-document`
 */
import { buildDeployPolicies } from '../deployment/account/deploy-policy';
import type { Given } from '../local/commands/given';
import { UsageError } from '../local/commands/usage-error';
import { environmentNames, synthesizeEnvironments } from './synthesize-environments';

export async function command({ words: [environment = '', only] }: Given<object>): Promise<number> {
  const found = synthesizeEnvironments().find(({ name }) => name === environment);
  if (found === undefined)
    throw new UsageError(`the environments are ${environmentNames().join(', ')}, got: ${environment}`);
  const policies = Object.assign(
    {},
    ...found.deployment.stacks.map(({ name }) => buildDeployPolicies(found.deployment, name)),
  ) as ReturnType<typeof buildDeployPolicies>;
  if (only !== undefined && policies[only] === undefined)
    throw new UsageError(
      `${environment} has the documents ${Object.keys(policies).join(', ')}, got: ${only}`,
    );
  console.log(JSON.stringify(only === undefined ? policies : policies[only], null, 2));
  return 0;
}
