/** A secret without a value; set-up fills it, and its value outlives a restart. */
import { SECRETS } from '../../runtime/ports/secrets';
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsSecretsmanagerSecret: ResourceTwin = {
  type: 'aws_secretsmanager_secret',
  honoured: ['name'],
  ignored: {
    recovery_window_in_days: 'nothing is destroyed here',
    policy: 'the gateway evaluates it at each call',
    force_overwrite_replica_secret: 'the laptop is one region',
  },
  start: async (resource, registry) => {
    const name = resource.text('name');
    const arn = registry.the(SECRETS).createSecret({ name });
    return { attributes: { name, arn, id: arn } };
  },
};
