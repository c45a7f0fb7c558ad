/** A log group is a name that policies and functions refer to; the logs themselves are files. */
import { ACCOUNT } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsCloudwatchLogGroup: ResourceTwin = {
  type: 'aws_cloudwatch_log_group',
  honoured: ['name'],
  ignored: {
    retention_in_days: 'nothing expires on a laptop; --fresh forgets everything',
    log_group_class: 'no CloudWatch: a person watches, and the logs are files',
    skip_destroy: 'nothing is destroyed here',
  },
  start: async (resource, registry) => {
    const facts = registry.the(ACCOUNT);
    const name = resource.text('name');
    const arn = `arn:aws:logs:${facts.region}:${facts.accountId}:log-group:${name}`;
    return { attributes: { name, id: name, arn } };
  },
};
