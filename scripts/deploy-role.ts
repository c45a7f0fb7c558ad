/**
 * Prints the policies of the role that deploys one environment, made from its synthesized stacks: one document per stack,
 * all four for the role, since one would be beyond IAM's limit.
 *
 *     npm run deploy-role -- prod             all four, as a JSON object by stack
 *     npm run deploy-role -- prod pipeline    one, ready for `aws iam create-policy --policy-document`
 */
import { buildDeployPolicy } from '../deployment/account/deploy-policy';
import { environmentNames, synthesizeEnvironments } from './synthesize-environments';

const [environment = '', only] = process.argv.slice(2);
const found = environmentNames().includes(environment)
  ? synthesizeEnvironments().find(({ name }) => name === environment)
  : undefined;
const stacks = (found?.deployment.stacks ?? []).map(({ name }) => name);
if (found === undefined || (only !== undefined && !stacks.includes(only))) {
  console.error(
    `use: npm run deploy-role -- ${environmentNames().join('|')} [network|storage|warehouse|pipeline]`,
  );
  process.exitCode = 2;
} else {
  const policies = Object.fromEntries(
    stacks.map((stack) => [stack, buildDeployPolicy(found.deployment, stack)]),
  );
  console.log(JSON.stringify(only === undefined ? policies : policies[only], null, 2));
}
