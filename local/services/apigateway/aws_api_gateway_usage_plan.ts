/** Which APIs a key opens. */
import type { ResourceTwin } from '../../runtime/resource-twin';
import { USAGE_PLANS } from './rest-api';

export const awsApiGatewayUsagePlan: ResourceTwin = {
  type: 'aws_api_gateway_usage_plan',
  honoured: ['name', 'api_stages.api_id'],
  ignored: {
    'api_stages.stage': 'an API has one stage here',
    description: 'for people',
    throttle_settings: 'the limit of the stage is the same one',
    quota_settings: 'a laptop runs for hours, and a quota is for days',
  },
  start: async (resource, registry) => {
    const id = resource.text('name');
    const apiIds = resource.blocks('api_stages').map(({ api_id }) => String(api_id));
    registry.of(USAGE_PLANS).set(id, apiIds);
    return { attributes: { id, name: id } };
  },
};
