/** A secret that somebody else made and a role of this deployment reads, perhaps under a key of its own. */
import type { Construct } from 'constructs';
import { addExisting } from './existing';
import { type PolicyStatement, viaService } from './policy';
import { stackOf } from './stack-of';

export interface ExistingSecretOptions {
  readonly arn: string;
  /** The customer's key that encrypts it, if one does. */
  readonly keyArn: string | undefined;
  /** What is in it, for the statements' ids: `AccessKey`. */
  readonly holds: string;
}

export interface ExistingSecret {
  /** A reference, which the laptop gives another value. */
  readonly arn: string;
  /** What a role needs to read it. */
  readonly statements: readonly PolicyStatement[];
}

export function addExistingSecret(
  scope: Construct,
  name: string,
  { arn, keyArn, holds }: ExistingSecretOptions,
): ExistingSecret {
  const { settings } = stackOf(scope);
  const known = addExisting(scope, 'existing_secret', { [name]: { arn, key_arn: keyArn } });
  return {
    arn: known[name]!.arn,
    statements: [
      { sid: `Read${holds}`, actions: ['secretsmanager:GetSecretValue'], resources: [arn] },
      ...(keyArn === undefined
        ? []
        : [
            {
              sid: `Decrypt${holds}`,
              actions: ['kms:Decrypt'],
              resources: [keyArn],
              conditions: viaService(settings.region, 'secretsmanager'),
            },
          ]),
    ],
  };
}
