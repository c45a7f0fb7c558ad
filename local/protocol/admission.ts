/** Who sends a request and whether it may: the signature first, then the authorization hook. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Callers, RegisteredCaller } from './callers';
import { type JsonObject, ServiceError } from './service';
import { type Authorization, isSignatureRight, parseAuthorization } from './signature';

/** What is known of a call before anything is done: enough to evaluate a policy. */
export interface AdmissionRequest {
  readonly identity: string;
  /** The signing name, which is the prefix of IAM actions for all services here. */
  readonly service: string;
  /** The API operation: `PutObject`, `GetSecretValue`, … */
  readonly operation: string;
  readonly region: string;
  /** The parsed input; for S3 `Bucket`, `Key` and the query parameters. */
  readonly input: JsonObject;
  readonly headers: IncomingHttpHeaders;
}

/** Called before each dispatch. @throws ServiceError AccessDeniedException, for S3 AccessDenied, to refuse */
export type Authorize = (request: AdmissionRequest) => Promise<void> | void;

export interface SignedCaller {
  readonly caller: RegisteredCaller;
  readonly authorization: Authorization;
}

/** The same three refusals, as S3 and as the JSON services name them. */
const REFUSALS = {
  s3: { unsigned: 'AccessDenied', unknown: 'InvalidAccessKeyId', wrong: 'SignatureDoesNotMatch' },
  json: {
    unsigned: 'MissingAuthenticationTokenException',
    unknown: 'UnrecognizedClientException',
    wrong: 'InvalidSignatureException',
  },
} as const;

/** @throws ServiceError when the request is unsigned, signed by an unknown key, or signed wrongly */
export function verifyCaller(callers: Callers, message: IncomingMessage, payloadHash: string): SignedCaller {
  const authorization = parseAuthorization(message.headers);
  const names = isForS3(message) ? REFUSALS.s3 : REFUSALS.json;
  if (authorization === undefined) {
    throw new ServiceError(
      names.unsigned,
      'The request carries no Signature Version 4 in its Authorization header. Each caller signs with the credentials that the laptop gave it.',
      403,
    );
  }
  const caller = callers.find(authorization.accessKeyId);
  if (caller === undefined) {
    throw new ServiceError(
      names.unknown,
      'The security token included in the request is invalid: the laptop does not know its access key. Keys are made anew at each start.',
      403,
    );
  }
  const request = {
    method: message.method ?? '',
    url: message.url ?? '',
    headers: message.headers,
    payloadHash,
  };
  if (!isSignatureRight(request, authorization, caller.secretAccessKey)) {
    throw new ServiceError(
      names.wrong,
      'The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.',
      403,
    );
  }
  return { caller, authorization };
}

/** An unsigned request is S3's unless it names a JSON target. */
export function isForS3(message: IncomingMessage): boolean {
  const service = parseAuthorization(message.headers)?.service;
  return service === undefined ? message.headers['x-amz-target'] === undefined : service === 's3';
}
