/**
 * `npm run policy`: checks the synthesized stacks of every environment against the policy, and proves who reaches what in
 * the VPC. Fails with exit code 1 when a rule is broken without a reason, a reason is out of date, or a network path is
 * missing or not needed.
 */
import { buildReport, checkEnvironment, problemsOf } from '../deployment/policy/report';
import { synthesizeEnvironments } from './synthesize-environments';

export async function command(): Promise<number> {
  const checked = synthesizeEnvironments().map(({ name, deployment }) => checkEnvironment(name, deployment));
  console.log(buildReport(checked));
  return checked.flatMap(problemsOf).length > 0 ? 1 : 0;
}
