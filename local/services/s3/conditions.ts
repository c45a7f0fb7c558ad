/** Conditional requests (RFC 9110 §13; Amazon S3 user guide, "Conditional requests"). */
import type { IncomingHttpHeaders } from 'node:http';
import { noSuchKey, s3Error } from './errors';
import type { ObjectMetadata } from './object-file';
import type { Precondition } from './object-store';

const failed = (condition: string): Error =>
  s3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

/** Whether `list`, of quoted or bare ETags, names this one; `*` names any. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const bare = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return bare === '*' || bare === etag;
  });
}

/** Conditions of a write: checked when the object is about to be replaced. */
export function writePrecondition(headers: IncomingHttpHeaders, key: string): Precondition {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  return (current) => {
    if (ifMatch !== undefined) {
      if (current === undefined) throw noSuchKey(key);
      if (!names(ifMatch, current.etag)) throw failed('If-Match');
    }
    if (ifNoneMatch !== undefined && current !== undefined && names(ifNoneMatch, current.etag)) {
      throw failed('If-None-Match');
    }
  };
}

/** Conditions of a read; `prefix` is `x-amz-copy-source-` for the source of a copy. */
export function checkReadConditions(
  headers: IncomingHttpHeaders,
  metadata: ObjectMetadata,
  prefix = '',
): void {
  const header = (name: string): string | undefined => headers[prefix + name] as string | undefined;
  const modifiedSeconds = Math.floor(metadata.lastModifiedMs / 1_000);
  const seconds = (text: string): number => Math.floor(Date.parse(text) / 1_000);

  const ifMatch = header('if-match');
  const ifUnmodifiedSince = header('if-unmodified-since');
  if (ifMatch !== undefined) {
    if (!names(ifMatch, metadata.etag)) throw failed('If-Match');
  } else if (ifUnmodifiedSince !== undefined && modifiedSeconds > seconds(ifUnmodifiedSince)) {
    throw failed('If-Unmodified-Since');
  }

  const ifNoneMatch = header('if-none-match');
  const ifModifiedSince = header('if-modified-since');
  const notModified =
    ifNoneMatch !== undefined
      ? names(ifNoneMatch, metadata.etag)
      : ifModifiedSince !== undefined && modifiedSeconds <= seconds(ifModifiedSince);
  if (!notModified) return;
  throw prefix === '' ? s3Error('NotModified', 'Not Modified') : failed(`${prefix}if-none-match`);
}
