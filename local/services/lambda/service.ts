/** AWS Lambda: functions, what invokes them, and where their failures go. */
import { FUNCTIONS } from '../../runtime/ports/callable-function';
import { GATEWAY_SERVICES } from '../../runtime/ports/host';
import type { ServiceDescription } from '../../runtime/service-description';
import { awsLambdaEventSourceMapping } from './aws_lambda_event_source_mapping';
import { awsLambdaFunction } from './aws_lambda_function';
import { awsLambdaFunctionEventInvokeConfig } from './aws_lambda_function_event_invoke_config';
import { awsLambdaInvocation } from './aws_lambda_invocation';
import { createInvokeApi, LAMBDA_ACCESS } from './invoke-api';

export const LAMBDA_SERVICE: ServiceDescription = {
  twins: [
    awsLambdaEventSourceMapping,
    awsLambdaFunction,
    awsLambdaFunctionEventInvokeConfig,
    awsLambdaInvocation,
  ],
  access: { lambda: LAMBDA_ACCESS },
  open: async (registry) => {
    registry.of(GATEWAY_SERVICES).set('lambda', createInvokeApi(registry.of(FUNCTIONS)));
    return { stop: async () => undefined };
  },
  withoutATwin: {
    aws_lambda_permission: 'it lets AWS services in, which the laptop plays itself',
  },
};
