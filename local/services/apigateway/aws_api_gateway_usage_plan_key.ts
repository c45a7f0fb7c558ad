/** Lets a key in. Its value is a secret that only the account has; on the laptop it is the key's id. */
import type { ResourceTwin } from '../../runtime/resource-twin';
import { REST_APIS, USAGE_PLANS } from './rest-api';

export const awsApiGatewayUsagePlanKey: ResourceTwin = {
  type: 'aws_api_gateway_usage_plan_key',
  honoured: ['key_id', 'usage_plan_id', 'key_type'],
  ignored: {},
  start: async (resource, registry) => {
    const key = resource.text('key_id');
    for (const id of registry.of(USAGE_PLANS).get(resource.text('usage_plan_id')) ?? [])
      registry.of(REST_APIS).get(id)?.keys.add(key);
    return { attributes: { id: key, key_id: key, value: key } };
  },
};
