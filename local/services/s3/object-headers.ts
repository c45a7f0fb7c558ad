/** The headers of a request that become an object's metadata, and an object's metadata as headers of an answer. */
import type { IncomingHttpHeaders } from 'node:http';
import { notImplemented } from './errors';
import type { ObjectMetadata } from './object-file';

const KEPT = new Set([
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'expires',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
]);

/** Would change what the object is or who may touch it; dropping them in silence would be a lie. */
const REFUSED = /^x-amz-(tagging$|object-lock-|grant-|write-offset-bytes$|server-side-encryption-customer-)/;

/** @throws ServiceError NotImplemented for a header that the twin cannot honour */
export function objectHeadersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (REFUSED.test(name)) throw notImplemented(`the header ${name}`);
    if (KEPT.has(name) || name.startsWith('x-amz-meta-')) kept[name] = String(value);
  }
  // `aws-chunked` frames the request alone and is no part of the object.
  const encoding = String(headers['content-encoding'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'aws-chunked');
  if (encoding.length > 0) kept['content-encoding'] = encoding.join(',');
  kept['content-type'] ??= 'application/octet-stream';
  return kept;
}

export function answerHeadersOf(metadata: ObjectMetadata): Record<string, string> {
  return {
    ...metadata.headers,
    etag: `"${metadata.etag}"`,
    'last-modified': new Date(metadata.lastModifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
  };
}

/** What PutObject and its kin answer about encryption. */
export function encryptionHeadersOf(metadata: ObjectMetadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata.headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')),
  );
}
