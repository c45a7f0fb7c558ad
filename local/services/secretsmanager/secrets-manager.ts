/** The part of Secrets Manager that the pipeline calls, with its secrets in one file that only its owner can read. */
import { randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { type JsonObject, type JsonService, ServiceError } from '../../protocol/service';
import type { SecretDeclaration, Secrets } from '../../runtime/ports/secrets';
import { type SecretRecord, SecretsFile, type SecretVersion } from './secrets-file';

/** The secrets, and their API. */
export interface SecretsManager extends Secrets, JsonService {}

export interface SecretsManagerOptions {
  /** Holds `secrets.json`. */
  readonly folder: string;
  readonly region?: string;
  readonly accountId?: string;
}

export function openSecretsManager(options: SecretsManagerOptions): SecretsManager {
  return new SecretsTwin(options);
}

const NO_SUCH_SECRET = "Secrets Manager can't find the specified secret.";
const noSuch = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

class SecretsTwin implements SecretsManager {
  private readonly file: SecretsFile;

  constructor(private readonly options: SecretsManagerOptions) {
    this.file = new SecretsFile(resolve(options.folder));
  }

  createSecret(declaration: SecretDeclaration): string {
    const known = this.file.find((secret) => secret.name === declaration.name);
    const secret = known ?? this.declare(declaration);
    if (declaration.value !== undefined && currentOf(secret) === undefined) {
      this.addVersion(secret, { id: randomUUID(), value: declaration.value, stages: ['AWSCURRENT'] });
    }
    return secret.arn;
  }

  readValue(nameOrArn: string): string | undefined {
    const secret = this.file.find(isCalled(nameOrArn));
    return secret === undefined ? undefined : currentOf(secret)?.value;
  }

  keepValue(name: string, value: Readonly<Record<string, string | number>>, given?: string): string {
    const text = JSON.stringify(value);
    const arn = this.createSecret({ name, value: text, ...(given === undefined ? {} : { arn: given }) });
    if (this.readValue(arn) !== text) this.putSecretValue({ SecretId: arn, SecretString: text });
    return arn;
  }

  async handle(operation: string, input: JsonObject): Promise<JsonObject> {
    switch (operation) {
      case 'GetSecretValue':
        return this.getSecretValue(input);
      case 'PutSecretValue':
        return this.putSecretValue(input);
      case 'DescribeSecret':
        return describe(this.need(input));
      default:
        throw new ServiceError(
          'UnknownOperationException',
          `the laptop's Secrets Manager does not know the operation ${operation}`,
          501,
        );
    }
  }

  private getSecretValue(input: JsonObject): JsonObject {
    const secret = this.need(input);
    const { VersionId: id, VersionStage: stage } = input;
    const wantedStage = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
    const version = secret.versions.find(
      (candidate) =>
        (id === undefined || candidate.id === id) &&
        (wantedStage === undefined || candidate.stages.includes(String(wantedStage))),
    );
    if (version === undefined) {
      // A secret that Terraform created without a value answers just so.
      const wanted =
        wantedStage === undefined ? `version ID: ${String(id)}` : `staging label: ${String(wantedStage)}`;
      throw noSuch(`Secrets Manager can't find the specified secret value for ${wanted}`);
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: version.stages,
      CreatedDate: version.createdAtSeconds,
    };
  }

  private putSecretValue(input: JsonObject): JsonObject {
    const secret = this.need(input);
    const { SecretString: value, ClientRequestToken: token, VersionStages: given } = input;
    const stages = Array.isArray(given) ? given.map(String) : ['AWSCURRENT'];
    const id = token === undefined ? randomUUID() : String(token);
    if (typeof value !== 'string' || value === '') {
      throw new ServiceError(
        'InvalidParameterException',
        'You must provide SecretString; the twin takes no SecretBinary.',
      );
    }
    const known = secret.versions.find((version) => version.id === id);
    if (known !== undefined && known.value !== value) {
      throw new ServiceError(
        'ResourceExistsException',
        "You can't use ClientRequestToken for an existing version with a different value.",
      );
    }
    if (known === undefined) this.addVersion(secret, { id, value, stages });
    return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: known?.stages ?? stages };
  }

  private declare({ name, arn }: SecretDeclaration): SecretRecord {
    const { region = 'us-east-1', accountId = '000000000000' } = this.options;
    const base = arn ?? `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`;
    const secret: SecretRecord = {
      name,
      arn: base.endsWith(`:secret:${name}`) ? `${base}-${randomSuffix()}` : base,
      createdAtSeconds: Date.now() / 1_000,
      versions: [],
    };
    this.file.add(secret);
    return secret;
  }

  /** A stage is on one version at a time; the version that loses AWSCURRENT becomes AWSPREVIOUS. */
  private addVersion(secret: SecretRecord, added: Omit<SecretVersion, 'createdAtSeconds'>): void {
    const versions = secret.versions.map((version) => {
      const kept = version.stages.filter((stage) => !added.stages.includes(stage));
      if (!added.stages.includes('AWSCURRENT')) return { ...version, stages: kept };
      const isPrevious = version.stages.includes('AWSCURRENT');
      const others = kept.filter((stage) => stage !== 'AWSPREVIOUS');
      return { ...version, stages: isPrevious ? [...others, 'AWSPREVIOUS'] : others };
    });
    // AWS drops versions without a stage in its own time.
    const staged = versions.filter((version) => version.stages.length > 0);
    secret.versions = [...staged, { ...added, createdAtSeconds: Date.now() / 1_000 }];
    this.file.write();
  }

  private need(input: JsonObject): SecretRecord {
    const secret = this.file.find(isCalled(String(input.SecretId)));
    if (secret === undefined) throw noSuch(NO_SUCH_SECRET);
    return secret;
  }
}

/** By name, by ARN, or by the ARN without its random suffix. */
const isCalled =
  (id: string) =>
  (secret: SecretRecord): boolean =>
    secret.name === id || secret.arn === id || secret.arn.replace(/-[A-Za-z0-9]{6}$/, '') === id;

const currentOf = (secret: SecretRecord): SecretVersion | undefined =>
  secret.versions.find((version) => version.stages.includes('AWSCURRENT'));

const describe = (secret: SecretRecord): JsonObject => ({
  ARN: secret.arn,
  Name: secret.name,
  CreatedDate: secret.createdAtSeconds,
  VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id, stages }) => [id, stages])),
});

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomSuffix = (): string =>
  [...randomBytes(6)].map((byte) => LETTERS[byte % LETTERS.length] ?? 'A').join('');
