/** The port of the secrets: what the twins of other services ask of them. */
import { Single } from '../registry';

export interface Secrets {
  /** Declares a secret and returns its ARN; a second call for the same name keeps what there is. */
  createSecret(declaration: SecretDeclaration): string;
  /** The current value; undefined when there is none. */
  readValue(nameOrArn: string): string | undefined;
  /** Gives a secret that AWS would manage its value, again when it changed; returns its ARN. */
  keepValue(name: string, value: Readonly<Record<string, string | number>>, arn?: string): string;
}

export interface SecretDeclaration {
  readonly name: string;
  /**
   * The secret's ARN. One that ends in the name gets the six random characters that AWS adds; absent, the ARN is
   * made up whole.
   */
  readonly arn?: string;
  /** Put only when the secret has no value yet, so that a value set by the pipeline outlives a restart. */
  readonly value?: string;
}

export const SECRETS = new Single<Secrets>('the secrets');
