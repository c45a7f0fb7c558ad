/** AWS Secrets Manager: values in one file that only its owner can read. */
import { ACCOUNT, GATEWAY_SERVICES, STATE } from '../../runtime/ports/host';
import { SECRETS } from '../../runtime/ports/secrets';
import type { ServiceDescription } from '../../runtime/service-description';
import { awsSecretsmanagerSecret } from './aws_secretsmanager_secret';
import { existingSecret } from './existing_secret';
import { SECRETS_ACCESS } from './required-access';
import { openSecretsManager } from './secrets-manager';

export const SECRETSMANAGER_SERVICE: ServiceDescription = {
  twins: [awsSecretsmanagerSecret, existingSecret],
  withoutATwin: {
    aws_secretsmanager_secret_policy: 'it is not started: the gateway evaluates it at each call',
    aws_secretsmanager_secret_rotation: 'secrets live as long as the state folder',
  },
  access: { secretsmanager: SECRETS_ACCESS },
  open: async (registry) => {
    const folder = registry.the(STATE).path('secrets');
    const secrets = openSecretsManager({ folder, ...registry.the(ACCOUNT) });
    registry.provide(SECRETS, secrets);
    registry.of(GATEWAY_SERVICES).set('secretsmanager', secrets);
    return { stop: async () => undefined };
  },
};
