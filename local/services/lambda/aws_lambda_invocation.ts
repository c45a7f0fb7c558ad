/** Set-up: invokes a function at every start, as a deploy whose triggers changed. */

import { functionCalled } from '../../runtime/function-called';
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsLambdaInvocation: ResourceTwin = {
  type: 'aws_lambda_invocation',
  honoured: ['function_name', 'input', 'lifecycle_scope', 'terraform_key'],
  ignored: { triggers: 'the laptop runs set-up at every start: its ports change' },
  start: async (resource, registry) => {
    const called = functionCalled(registry, resource, 'function_name');
    const input = JSON.parse(resource.text('input')) as object;
    // With this scope Terraform adds what it is doing (provider documentation, aws_lambda_invocation).
    const key = resource.optionalText('terraform_key') ?? 'tf';
    const isCrud = resource.optionalText('lifecycle_scope') === 'CRUD';
    const event = isCrud ? { ...input, [key]: { action: 'create', prev_input: null } } : input;
    const result = JSON.stringify(await called.invoke(event)) ?? 'null';
    return { attributes: { result, function_name: called.name, input: resource.text('input') } };
  },
};
