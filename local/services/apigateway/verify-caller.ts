/** Who may call an API: by an API key, or by a signature. */
import type { IncomingMessage } from 'node:http';
import { identifyCaller, verifySignature } from '../../protocol/admission';
import type { Callers, Credentials } from '../../protocol/callers';
import { sha256Hex } from '../../protocol/json-protocol';
import { ServiceError } from '../../protocol/service';
import { buildAuthorization, parseAuthorization } from '../../protocol/signature';
import { GatewayRefusal } from './gateway-refusal';

/** The signing name of a REST API. */
const SERVICE = 'execute-api';

/** @throws GatewayRefusal */
export function verifyApiKey(message: IncomingMessage, keys: ReadonlySet<string>): void {
  const key = message.headers['x-api-key'];
  if (typeof key !== 'string' || !keys.has(key)) throw new GatewayRefusal('INVALID_API_KEY', 'Forbidden');
}

export interface SigningPlace {
  readonly callers: Callers;
  readonly region: string;
}

/** The signature covers the body. @throws GatewayRefusal */
export function verifyCaller(
  message: IncomingMessage,
  body: Buffer,
  { callers, region }: SigningPlace,
): void {
  const authorization = parseAuthorization(message.headers);
  if (authorization === undefined)
    throw new GatewayRefusal('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token');
  if (authorization.service !== SERVICE)
    throw new GatewayRefusal(
      'INVALID_SIGNATURE',
      `Credential should be scoped to correct service: '${SERVICE}'.`,
    );
  try {
    verifySignature(identifyCaller(callers, message, { region }), message, sha256Hex(body));
  } catch (error) {
    if (error instanceof ServiceError) throw new GatewayRefusal('INVALID_SIGNATURE', error.message);
    throw error;
  }
}

export interface UnsignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: Buffer;
}

/** The headers that sign a request now. */
export function signAsCaller(
  { method, url, body }: UnsignedRequest,
  { accessKeyId, secretAccessKey }: Credentials,
  region: string,
): Readonly<Record<string, string>> {
  const { host, pathname, search } = new URL(url);
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const headers = { host, 'x-amz-date': date };
  const authorization = buildAuthorization(
    { method, url: `${pathname}${search}`, headers, payloadHash: sha256Hex(body) },
    {
      accessKeyId,
      region,
      service: SERVICE,
      date: date.slice(0, 8),
      signedHeaders: Object.keys(headers),
    },
    secretAccessKey,
  );
  return { 'x-amz-date': date, authorization };
}
