/** How many requests an API takes. */
import type { ResourceTwin } from '../../runtime/resource-twin';
import { restApiOf } from './rest-api-of';

export const awsApiGatewayMethodSettings: ResourceTwin = {
  type: 'aws_api_gateway_method_settings',
  honoured: [
    'rest_api_id',
    'method_path',
    'settings.throttling_rate_limit',
    'settings.throttling_burst_limit',
  ],
  ignored: {
    stage_name: 'an API has one stage here',
    'settings.metrics_enabled': 'no CloudWatch: the live page shows the requests',
    'settings.logging_level': 'no CloudWatch: a person watches, and the logs are files',
    'settings.data_trace_enabled': 'no CloudWatch: a person watches, and the logs are files',
  },
  start: async (resource, registry) => {
    const { id, api } = restApiOf(registry, resource);
    const path = resource.text('method_path');
    if (path !== '*/*')
      throw resource.refusal('method_path', `${path}, where the laptop has one limit for all`);
    api.limits = {
      rate: resource.number('settings.throttling_rate_limit'),
      burst: resource.number('settings.throttling_burst_limit'),
    };
    return { attributes: { id: `${id}-${path}` } };
  },
};
