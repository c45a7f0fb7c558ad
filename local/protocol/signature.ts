/**
 * Signature Version 4, computed as AWS does it (AWS IAM user guide, "Create a signed AWS API request"), so that a
 * caller is who its access key says. What else must be right about a signed request: `signed-request.ts`.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the Authorization header says about a request. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  /** The service's signing name: `s3`, `dynamodb`, `secretsmanager`, … */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** Hex. */
  readonly signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** Undefined when the request is not signed, or not in this way. */
export function parseAuthorization(headers: IncomingHttpHeaders): Authorization | undefined {
  const match = AUTHORIZATION.exec(headers.authorization?.trim() ?? '');
  if (match === null) return undefined;
  const [, accessKeyId, date, region, service, signedHeaders, signature] = match as unknown as string[];
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders?.split(';'),
    signature,
  } as Authorization;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** SHA-256 of the body in hex, or what S3 takes in its place: `UNSIGNED-PAYLOAD`, `STREAMING-…`. */
  readonly payloadHash: string;
}

/** The Authorization header of a request to a service: what `isSignatureRight` takes as right. */
export function buildAuthorization(
  request: SignedRequest,
  authorization: Omit<Authorization, 'signature'>,
  secret: string,
): string {
  const key = signingKey(secret, scopeOf(authorization));
  const signature = createHmac('sha256', key).update(textToSign(request, authorization)).digest('hex');
  const credential = [authorization.accessKeyId, ...scopeOf(authorization)].join('/');
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${authorization.signedHeaders.join(';')}, Signature=${signature}`;
}

export function isSignatureRight(
  request: SignedRequest,
  authorization: Authorization,
  secret: string,
): boolean {
  const key = signingKey(secret, scopeOf(authorization));
  return isSignedBy(key, textToSign(request, authorization), authorization.signature);
}

const textToSign = (request: SignedRequest, authorization: Omit<Authorization, 'signature'>): string =>
  [
    'AWS4-HMAC-SHA256',
    String(request.headers['x-amz-date'] ?? ''),
    scopeOf(authorization).join('/'),
    sha256(buildCanonicalRequest(request, authorization)),
  ].join('\n');

/**
 * The signatures of the chunks of one body: each covers the one before it, the first one that of the request
 * (Amazon S3 API reference, "Signature calculations for the authorization header: transferring payload in chunks").
 */
export class ChunkSignatures {
  private readonly key: Buffer;
  private readonly prefix: string;
  private previous: string;

  constructor(authorization: Authorization, secret: string, date: string) {
    this.key = signingKey(secret, scopeOf(authorization));
    this.prefix = `${date}\n${scopeOf(authorization).join('/')}`;
    this.previous = authorization.signature;
  }

  isChunkRight(chunkHash: string, signature: string): boolean {
    return this.isNext('AWS4-HMAC-SHA256-PAYLOAD', [sha256(''), chunkHash], signature);
  }

  /** `trailers`: each as `name:value` and a line feed. */
  isTrailerRight(trailers: string, signature: string): boolean {
    return this.isNext('AWS4-HMAC-SHA256-TRAILER', [sha256(trailers)], signature);
  }

  private isNext(algorithm: string, hashes: readonly string[], signature: string): boolean {
    const toSign = [algorithm, this.prefix, this.previous, ...hashes].join('\n');
    this.previous = signature;
    return /^[0-9a-f]{64}$/.test(signature) && isSignedBy(this.key, toSign, signature);
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const scopeOf = ({ date, region, service }: Omit<Authorization, 'signature'>): string[] => [
  date,
  region,
  service,
  'aws4_request',
];

const isSignedBy = (key: Buffer, toSign: string, signature: string): boolean =>
  timingSafeEqual(createHmac('sha256', key).update(toSign).digest(), Buffer.from(signature, 'hex'));

const keys = new Map<string, Buffer>();
/** A key is good for a day, a region and a service; a handful of callers make a few dozen. */
const MOST_KEYS = 500;

function signingKey(secret: string, scope: readonly string[]): Buffer {
  const name = `${secret}/${scope.join('/')}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

function buildCanonicalRequest(
  request: SignedRequest,
  authorization: Omit<Authorization, 'signature'>,
): string {
  const at = request.url.indexOf('?');
  const path = at < 0 ? request.url : request.url.slice(0, at);
  const query = at < 0 ? '' : request.url.slice(at + 1);
  const { signedHeaders, service } = authorization;
  return [
    request.method,
    // Every service but S3 signs the path encoded once more.
    service === 's3' ? path : path.split('/').map(encode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${canonicalHeader(request.headers[name])}`),
    '',
    signedHeaders.join(';'),
    request.payloadHash,
  ].join('\n');
}

const canonicalHeader = (value: string | string[] | undefined): string =>
  String(value ?? '')
    .trim()
    .replace(/\s+/g, ' ');

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** As RFC 3986 has it: JavaScript leaves five more characters as they are. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
