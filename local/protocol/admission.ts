/** Who sends a request and whether it may: the signature first, then the authorization hook. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Callers, RegisteredCaller } from './callers';
import { type JsonObject, ServiceError } from './service';
import { type Authorization, isSignatureRight, parseAuthorization } from './signature';
import { findSigningProblem, type SigningRules } from './signed-request';

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

/** The same refusals, as S3 and as the JSON services name them, and the status of both. */
const REFUSALS = {
  s3: {
    unsigned: 'AccessDenied',
    unknown: 'InvalidAccessKeyId',
    wrong: 'SignatureDoesNotMatch',
    'too-old': 'RequestTimeTooSkewed',
    'no-body-hash': 'InvalidRequest',
  },
  json: {
    unsigned: 'MissingAuthenticationTokenException',
    unknown: 'UnrecognizedClientException',
    wrong: 'InvalidSignatureException',
    'too-old': 'InvalidSignatureException',
    'no-body-hash': 'InvalidSignatureException',
  },
} as const;

type Refusal = keyof typeof REFUSALS.s3;

function refusal(message: IncomingMessage, kind: Refusal, text: string): ServiceError {
  const names = isForS3(message) ? REFUSALS.s3 : REFUSALS.json;
  return new ServiceError(names[kind], text, kind === 'no-body-hash' ? 400 : 403);
}

/**
 * Who says to be calling, by what the headers say; nothing of the body is read yet.
 * @throws ServiceError when the request is unsigned, of an unknown key, or signed for another time, place or host
 */
export function identifyCaller(
  callers: Callers,
  message: IncomingMessage,
  rules: SigningRules,
): SignedCaller {
  const authorization = parseAuthorization(message.headers);
  if (authorization === undefined) {
    throw refusal(
      message,
      'unsigned',
      'The request carries no Signature Version 4 in its Authorization header. Each caller signs with the credentials that the laptop gave it.',
    );
  }
  const caller = callers.find(authorization.accessKeyId);
  if (caller === undefined) {
    throw refusal(
      message,
      'unknown',
      'The security token included in the request is invalid: the laptop does not know its access key. Each start makes new keys.',
    );
  }
  const problem = findSigningProblem(message.headers, authorization, rules);
  if (problem !== undefined) throw refusal(message, problem.kind, problem.message);
  return { caller, authorization };
}

/** @throws ServiceError when the signature is not the caller's over this request */
export function verifySignature(
  { caller, authorization }: SignedCaller,
  message: IncomingMessage,
  payloadHash: string,
): void {
  const request = {
    method: message.method ?? '',
    url: message.url ?? '',
    headers: message.headers,
    payloadHash,
  };
  if (isSignatureRight(request, authorization, caller.secretAccessKey)) return;
  throw refusal(
    message,
    'wrong',
    'The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.',
  );
}

/** An unsigned request is S3's unless it names a JSON target. */
export function isForS3(message: IncomingMessage): boolean {
  const service = parseAuthorization(message.headers)?.service;
  return service === undefined ? message.headers['x-amz-target'] === undefined : service === 's3';
}
