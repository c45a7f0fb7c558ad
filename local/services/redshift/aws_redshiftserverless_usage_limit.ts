/** How much a workgroup may compute. Nothing is metered here; the id is what an alarm in AWS asks for. */
import type { ResourceTwin } from '../../runtime/resource-twin';
import { idOf } from './serverless-id';

const NOT_METERED = 'nothing is metered on a laptop';

export const awsRedshiftserverlessUsageLimit: ResourceTwin = {
  type: 'aws_redshiftserverless_usage_limit',
  honoured: ['resource_arn'],
  ignored: {
    usage_type: NOT_METERED,
    amount: NOT_METERED,
    period: NOT_METERED,
    breach_action: NOT_METERED,
  },
  start: async (resource) => {
    const id = idOf('usage-limit', resource.text('resource_arn'));
    return { attributes: { id, resource_arn: resource.text('resource_arn') } };
  },
};
