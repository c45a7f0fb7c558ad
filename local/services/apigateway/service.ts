/** Amazon API Gateway and AWS WAF: one REST API on the loopback address, without what only the internet needs. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsApiGatewayMethodSettings } from './aws_api_gateway_method_settings';
import { awsApiGatewayRestApi } from './aws_api_gateway_rest_api';
import { awsApiGatewayStage } from './aws_api_gateway_stage';
import { awsApiGatewayUsagePlan } from './aws_api_gateway_usage_plan';
import { awsApiGatewayUsagePlanKey } from './aws_api_gateway_usage_plan_key';

const LOOPBACK = 'nobody but this machine reaches it';

export const API_GATEWAY_SERVICE: ServiceDescription = {
  twins: [
    awsApiGatewayMethodSettings,
    awsApiGatewayRestApi,
    awsApiGatewayStage,
    awsApiGatewayUsagePlan,
    awsApiGatewayUsagePlanKey,
  ],
  withoutATwin: {
    aws_api_gateway_account: 'no CloudWatch: a person watches, and the logs are files',
    aws_api_gateway_deployment: 'the laptop has one version of a document',
    aws_wafv2_web_acl: LOOPBACK,
    aws_wafv2_web_acl_association: LOOPBACK,
    aws_wafv2_web_acl_logging_configuration: LOOPBACK,
  },
};
