/** The stack around a construct, with the deployment's settings and names. */
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { BaseStack } from '../base-stack';

export function stackOf(scope: Construct): BaseStack {
  const stack = TerraformStack.of(scope);
  if (!(stack instanceof BaseStack))
    throw new Error(`${scope.node.path} is not inside one of the four stacks`);
  return stack;
}
