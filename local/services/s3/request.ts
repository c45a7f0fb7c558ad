/** Which S3 operation a request means: by its method, by what its path names, and by its subresource. */
import type { IncomingHttpHeaders } from 'node:http';
import { notImplemented, s3Error } from './errors';

export interface S3Request {
  readonly operation: S3Operation;
  /** Empty for ListBuckets. */
  readonly bucket: string;
  /** Empty for an operation on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

type Level = 'service' | 'bucket' | 'object';

interface Route {
  readonly method: string;
  readonly level: Level;
  /** The query parameter that makes it this operation. */
  readonly subresource?: string;
  /** The header that makes it this operation. */
  readonly header?: string;
  /** Further query parameters that are honoured. */
  readonly parameters?: readonly string[];
}

const LISTING = [
  'prefix',
  'delimiter',
  'max-keys',
  'continuation-token',
  'start-after',
  'encoding-type',
  'fetch-owner',
];

const VERSION_LISTING = ['prefix', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type'];

/** In order: the first that fits. */
const ROUTES = {
  ListBuckets: { method: 'GET', level: 'service' },
  GetBucketLocation: { method: 'GET', level: 'bucket', subresource: 'location' },
  ListObjectVersions: {
    method: 'GET',
    level: 'bucket',
    subresource: 'versions',
    parameters: VERSION_LISTING,
  },
  ListObjectsV2: { method: 'GET', level: 'bucket', subresource: 'list-type', parameters: LISTING },
  HeadBucket: { method: 'HEAD', level: 'bucket' },
  DeleteObjects: { method: 'POST', level: 'bucket', subresource: 'delete' },
  CreateMultipartUpload: { method: 'POST', level: 'object', subresource: 'uploads' },
  CompleteMultipartUpload: { method: 'POST', level: 'object', subresource: 'uploadId' },
  AbortMultipartUpload: { method: 'DELETE', level: 'object', subresource: 'uploadId' },
  UploadPart: { method: 'PUT', level: 'object', subresource: 'uploadId', parameters: ['partNumber'] },
  CopyObject: { method: 'PUT', level: 'object', header: 'x-amz-copy-source' },
  PutObject: { method: 'PUT', level: 'object' },
  HeadObject: { method: 'HEAD', level: 'object' },
  GetObject: { method: 'GET', level: 'object' },
  DeleteObject: { method: 'DELETE', level: 'object' },
} as const satisfies Readonly<Record<string, Route>>;

export type S3Operation = keyof typeof ROUTES;

const LONGEST_KEY_BYTES = 1_024;

/** @throws ServiceError NotImplemented that names what was asked for, InvalidURI, KeyTooLongError */
export function parseS3Request(method: string, url: string, headers: IncomingHttpHeaders): S3Request {
  const [path = '', search = ''] = splitOnce(url, '?');
  const query = new URLSearchParams(search);
  const [bucket, key] = splitOnce(path.replace(/^\//, ''), '/').map(decode) as [string, string];
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    throw s3Error('KeyTooLongError', 'Your key is too long', { MaxSizeAllowed: LONGEST_KEY_BYTES });
  }
  const level: Level = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object';
  for (const [operation, route] of Object.entries<Route>(ROUTES)) {
    if (fits(route, { method, level, query, headers })) {
      return { operation: operation as S3Operation, bucket, key, query };
    }
  }
  throw notImplemented(describe(method, level, query));
}

function fits(
  route: Route,
  request: { method: string; level: Level; query: URLSearchParams; headers: IncomingHttpHeaders },
): boolean {
  const { method, level, subresource, header, parameters = [] } = route;
  if (method !== request.method || level !== request.level) return false;
  if (subresource !== undefined && !request.query.has(subresource)) return false;
  if (header !== undefined && request.headers[header] === undefined) return false;
  // A parameter that is not honoured must not be dropped in silence. `x-id` only repeats the operation's name.
  const honoured = ['x-id', subresource, ...parameters];
  return [...request.query.keys()].every((name) => honoured.includes(name));
}

function describe(method: string, level: Level, query: URLSearchParams): string {
  const name = query.get('x-id');
  const parameters = [...query.keys()].filter((parameter) => parameter !== 'x-id').join('&');
  const request = `${method} on ${level === 'service' ? 'the service' : `a ${level}`}`;
  return `${name ?? request}${parameters === '' ? '' : ` with ?${parameters}`}`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}
