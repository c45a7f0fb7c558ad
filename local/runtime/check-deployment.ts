/** Everything in the stacks that the laptop cannot honour, found before anything starts, and told at once. */

import { checkArguments } from '../../deployment/resource-arguments';
import { type Block, DeploymentError, type Stack } from '../../deployment/terraform-json';
import { TWIN_BY_TYPE } from './twins';
import { WITHOUT_A_TWIN } from './without-a-twin';

/** @throws DeploymentError naming every unknown type and every argument that no twin knows. */
export function checkDeployment(stacks: readonly Stack[]): void {
  const problems = stacks.flatMap(({ resources }) => resources.flatMap(checkResource));
  if (problems.length === 0) return;
  throw new DeploymentError(
    `the laptop cannot run this deployment:\n  ${problems.join('\n  ')}\nWhat it honours, and what it leaves out with which reason, stands in local/services/.`,
  );
}

function checkResource(block: Block): string[] {
  const twin = TWIN_BY_TYPE.get(block.type);
  if (twin !== undefined) {
    return checkArguments(block, twin).map(
      (property) => `stack ${block.stack}: ${property} is not supported on the laptop`,
    );
  }
  if (WITHOUT_A_TWIN[block.type] !== undefined) return [];
  return [`stack ${block.stack}: ${block.address}: the type ${block.type} is unknown to the laptop`];
}
