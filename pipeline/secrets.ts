/** Database logins out of Secrets Manager. They live in memory only and never in a message. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { PipelineError } from './errors';

export interface MysqlLogin {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
}

/** A secret that holds a login; read once per container, and again when the login stops working. */
export interface MysqlSecret {
  readonly arn: string;
  /** @throws PipelineError SOURCE_NOT_READY (no usable value) or SOURCE_UNAVAILABLE (the service does not answer). */
  read(options?: { readonly again: boolean }): Promise<MysqlLogin>;
}

const text = z.string().min(1);
const port = z.coerce.number().int().min(1).max(65_535);
const CREDENTIALS = z.object({ username: text, password: text });
const LOGIN = CREDENTIALS.extend({ host: text, port });

/**
 * @param address where the server is, for a secret that holds only credentials: the admin secret that RDS manages has
 * `username` and `password` only. Without it the secret must hold `host` and `port` as well.
 */
export function mysqlSecret(
  client: SecretsManagerClient,
  arn: string,
  address?: { readonly host: string; readonly port: number },
): MysqlSecret {
  let kept: MysqlLogin | undefined;
  return {
    arn,
    async read(options) {
      if (kept === undefined || options?.again === true) {
        const value = await readSecretValue(client, arn);
        if (value === undefined) throw notReady(arn, 'has no value yet');
        kept = parseLogin(arn, value, address);
      }
      return kept;
    },
  };
}

/**
 * The text of a secret; undefined when it was never given a value.
 * @throws PipelineError SOURCE_UNAVAILABLE (retry) when the service cannot be asked or does not allow it.
 */
export async function readSecretValue(
  client: SecretsManagerClient,
  arn: string,
): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString;
  } catch (error) {
    // The service answers "no value for AWSCURRENT" and "no such secret" by the same exception.
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw new PipelineError({
      code: 'SOURCE_UNAVAILABLE',
      disposition: 'retry',
      message: `the secret ${arn} could not be read. Either Secrets Manager is not reachable from this function, or its role lacks secretsmanager:GetSecretValue or kms:Decrypt on it.`,
      context: { secretArn: arn },
      cause: error,
    });
  }
}

/** @returns undefined when `value` is not a complete login. */
export function findLogin(value: string | undefined): MysqlLogin | undefined {
  const parsed = LOGIN.safeParse(parseJson(value));
  return parsed.success ? parsed.data : undefined;
}

function parseLogin(
  arn: string,
  value: string,
  address: { readonly host: string; readonly port: number } | undefined,
): MysqlLogin {
  const content = parseJson(value);
  const parsed =
    address === undefined
      ? LOGIN.safeParse(content)
      : CREDENTIALS.transform((credentials) => ({ ...credentials, ...address })).safeParse(content);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole value'))];
  throw notReady(arn, `is not a login in JSON: missing or wrong: ${fields.join(', ')}`);
}

function parseJson(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '');
  } catch {
    return undefined;
  }
}

const notReady = (arn: string, what: string): PipelineError =>
  new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `the secret ${arn} ${what}; expected {"username","password","host","port"}. prepare-mysql fills it at deploy; invoke it again.`,
    context: { secretArn: arn },
  });
