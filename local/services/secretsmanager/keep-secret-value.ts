import type { SecretsManager } from './secrets-manager';

/** Gives a secret that AWS would manage its value, anew when it changed; returns its ARN. */
export async function keepSecretValue(
  secrets: SecretsManager,
  name: string,
  value: Readonly<Record<string, string>>,
): Promise<string> {
  const text = JSON.stringify(value);
  const arn = secrets.createSecret({ name, value: text });
  if (secrets.readValue(arn) !== text) {
    await secrets.handle('PutSecretValue', { SecretId: arn, SecretString: text }, { identity: 'laptop' });
  }
  return arn;
}
