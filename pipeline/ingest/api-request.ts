/** A request as API Gateway gives it to a function (`AWS_PROXY` of a REST API), checked as far as every operation needs it. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { IDEMPOTENCY_HEADER, IDEMPOTENCY_PATTERN, MAX_BODY_BYTES } from '../values/api-limits';
import { ApiProblem } from './api-answer';

const texts = z.record(z.string(), z.string().nullish()).nullish();

const EVENT = z.object({
  httpMethod: z.string(),
  resource: z.string(),
  headers: texts,
  pathParameters: texts,
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

export interface ApiRequest {
  /** `POST /ingest/{name}`, as the document has it. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Without parameters, in lower case; empty when there is none. */
  readonly contentType: string;
  readonly key: string | undefined;
  readonly body: Buffer;
}

/** @throws ApiProblem BAD_REQUEST, BODY_UNREADABLE or TOO_LARGE. */
export function parseApiRequest(event: unknown): ApiRequest {
  const parsed = EVENT.safeParse(event);
  if (!parsed.success)
    throw new ApiProblem('BAD_REQUEST', 'the event is not one of a REST API with a proxy integration');
  const { httpMethod, resource, body: text, isBase64Encoded } = parsed.data;
  const headers = new Map(
    Object.entries(parsed.data.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value ?? '']),
  );
  // Without binary media types, API Gateway gives text, and this character in the place of each byte that is not UTF-8.
  if (isBase64Encoded !== true && text?.includes('\ufffd') === true)
    throw new ApiProblem(
      'BODY_UNREADABLE',
      'the body is not UTF-8, or has the character U+FFFD, which stands for what is not. Nothing was added. In JSON, write that character as \\ufffd.',
    );
  const body = Buffer.from(text ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  if (body.length > MAX_BODY_BYTES)
    throw new ApiProblem(
      'TOO_LARGE',
      `the body has ${body.length} bytes, a request takes at most ${MAX_BODY_BYTES}. Send it in parts, each with its own key.`,
    );
  return {
    operation: `${httpMethod.toUpperCase()} ${resource}`,
    parameters: Object.fromEntries(
      Object.entries(parsed.data.pathParameters ?? {}).map(([name, value]) => [name, value ?? '']),
    ),
    contentType: (headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase(),
    key: headers.get(IDEMPOTENCY_HEADER.toLowerCase()),
    body,
  };
}

export interface Idempotency {
  /** Hash of the operation and its key: what is stored, so that the keys of clients are nowhere. */
  readonly keyHash: string;
  /** Hash of what the request says. */
  readonly bodyHash: string;
}

/** @throws ApiProblem KEY_MISSING, also for a key of another form. */
export function idempotencyOf(request: ApiRequest): Idempotency {
  const { operation, parameters, key, body, contentType } = request;
  if (key === undefined || !new RegExp(IDEMPOTENCY_PATTERN).test(key))
    throw new ApiProblem(
      'KEY_MISSING',
      `the header ${IDEMPOTENCY_HEADER} is ${key === undefined ? 'missing' : 'not of its form'}; expected 1 to 128 printable characters without blanks, such as a UUID. A retry sends the same one, so that it adds nothing twice.`,
    );
  const hash = (...parts: readonly (string | Buffer)[]): string => {
    const sum = createHash('sha256');
    for (const part of parts) sum.update(part).update('\0');
    return sum.digest('hex');
  };
  const place = JSON.stringify([operation, parameters]);
  return { keyHash: hash(place, key), bodyHash: hash(place, contentType, body) };
}

export const keyReused = (): ApiProblem =>
  new ApiProblem(
    'KEY_REUSED',
    `this ${IDEMPOTENCY_HEADER} was used for a request with another body, which was added. A retry has the same body; another request has a key of its own.`,
  );
