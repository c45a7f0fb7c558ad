/** How a function's asynchronous runs are tried again, and where they go when none succeeds. */

import { demandDeadLetters, queueCalled } from '../../runtime/dead-letters';
import { functionCalled } from '../../runtime/function-called';
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsLambdaFunctionEventInvokeConfig: ResourceTwin = {
  type: 'aws_lambda_function_event_invoke_config',
  honoured: [
    'function_name',
    'maximum_event_age_in_seconds',
    'maximum_retry_attempts',
    'destination_config.on_failure.destination',
  ],
  ignored: { qualifier: 'the laptop has one version of a function' },
  start: async (resource, registry) => {
    const called = functionCalled(registry, resource, 'function_name');
    demandDeadLetters(registry, called.role, resource, 'destination_config.on_failure.destination');
    called.asyncPolicy = {
      retries: resource.number('maximum_retry_attempts', 2),
      maxAgeMs: resource.number('maximum_event_age_in_seconds', 21_600) * 1_000,
      deadLetters: queueCalled(registry, resource, 'destination_config.on_failure.destination'),
    };
    return { attributes: { function_name: called.name, id: called.name } };
  },
};
