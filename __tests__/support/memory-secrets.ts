/** A secrets service that keeps values in memory; a secret exists as soon as it is named. */
import { type JsonObject, type JsonService, ServiceError } from '../../local/protocol/service';

export class MemorySecrets implements JsonService {
  readonly values = new Map<string, string>();
  writes = 0;

  async handle(operation: string, input: JsonObject): Promise<JsonObject> {
    const id = String(input.SecretId);
    if (operation === 'PutSecretValue') {
      this.values.set(id, String(input.SecretString));
      this.writes++;
      return { ARN: id };
    }
    const value = this.values.get(id);
    if (operation !== 'GetSecretValue' || value === undefined) {
      throw new ServiceError(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      );
    }
    return { ARN: id, SecretString: value };
  }
}
