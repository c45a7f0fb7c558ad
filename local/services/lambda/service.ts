/** AWS Lambda: functions, what invokes them, and where their failures go. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsLambdaEventSourceMapping } from './aws_lambda_event_source_mapping';
import { awsLambdaFunction } from './aws_lambda_function';
import { awsLambdaFunctionEventInvokeConfig } from './aws_lambda_function_event_invoke_config';
import { awsLambdaInvocation } from './aws_lambda_invocation';

export const LAMBDA_SERVICE: ServiceDescription = {
  twins: [
    awsLambdaEventSourceMapping,
    awsLambdaFunction,
    awsLambdaFunctionEventInvokeConfig,
    awsLambdaInvocation,
  ],
  withoutATwin: {
    aws_lambda_permission: 'it lets AWS services in, which the laptop plays itself',
  },
};
