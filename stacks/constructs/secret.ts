/**
 * A secret without a value: set-up generates a password, creates the database user and stores the value, so that no
 * secret is ever in code, plan or state (decision D9).
 */
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import type { Construct } from 'constructs';
import type { SecretName } from '../names';
import { skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface SecretProps {
  readonly description: string;
  readonly keyArn: string;
}

export function addSecret(
  scope: Construct,
  name: SecretName,
  { description, keyArn }: SecretProps,
): SecretsmanagerSecret {
  const { names, settings } = stackOf(scope);
  const secret = new SecretsmanagerSecret(scope, name, {
    name: names.secret(name),
    description,
    kmsKeyId: keyArn,
    // Without protection it is deleted immediately, so that its name is free for the next apply.
    recoveryWindowInDays: settings.protectData ? 30 : 0,
  });
  skipChecks(secret, {
    CKV2_AWS_57:
      'rotated on request by set-up (decision D34): a task of DMS is not documented to read a changed value',
  });
  return secret;
}
