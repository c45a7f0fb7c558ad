/** Everything in the stacks that the laptop cannot honour, found before anything starts, and reported at once. */

import { checkArguments } from '../../deployment/resource-arguments';
import { runnable } from '../../deployment/resource-graph';
import { type Block, DeploymentError, type Stack } from '../../deployment/terraform-json';
import { SERVICES, TWIN_BY_TYPE, WITHOUT_A_TWIN } from './services';

/** @throws DeploymentError naming every unknown type, every argument that no twin knows, and every policy that cannot be evaluated. */
export function checkDeployment(stacks: readonly Stack[]): void {
  const problems = [
    ...stacks.flatMap((stack) => runnable(stack).flatMap(checkResource)),
    ...SERVICES.flatMap(({ check }) => check?.(stacks) ?? []),
  ];
  if (problems.length === 0) return;
  throw new DeploymentError(
    `the laptop cannot run this deployment:\n  ${problems.join('\n  ')}\nlocal/services/ says what it honours, and what it leaves out for which reason.`,
  );
}

function checkResource(block: Block): string[] {
  const twin = TWIN_BY_TYPE.get(block.type);
  if (twin !== undefined) {
    return checkArguments(block, twin).map(
      (property) => `stack ${block.stack}: ${property} is not supported on the laptop`,
    );
  }
  if (WITHOUT_A_TWIN.has(block.type)) return [];
  return [`stack ${block.stack}: ${block.address}: the type ${block.type} is unknown to the laptop`];
}
