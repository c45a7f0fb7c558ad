/**
 * Checks the synthesized stacks of every environment against the policy, and proves who reaches what in the VPC.
 * Fails with exit code 1 when a rule is broken without a reason, a reason is out of date, or a network path is missing or
 * not needed.
 *
 *     npm run policy
 */
import { buildReport, checkEnvironment, problemsOf } from '../deployment/policy/report';
import { synthesizeEnvironments } from './synthesize-environments';

const checked = synthesizeEnvironments().map(({ name, deployment }) => checkEnvironment(name, deployment));
console.log(buildReport(checked));
if (checked.flatMap(problemsOf).length > 0) process.exitCode = 1;
