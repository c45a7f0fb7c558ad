import { type JsonObject, ServiceError } from '../../protocol/service';

/** HTTP status of each error code that the twin answers with (Amazon S3 API reference, "Error responses"). */
const STATUS_OF_CODE = {
  AccessDenied: 403,
  BadDigest: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof STATUS_OF_CODE;

/** An S3 error; `members` become elements beside Code and Message. */
export function s3Error(code: S3ErrorCode, message: string, members: JsonObject = {}): ServiceError {
  return new ServiceError(code, message, STATUS_OF_CODE[code], members);
}

export const noSuchKey = (key: string): ServiceError =>
  s3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });

export const noSuchBucket = (bucket: string): ServiceError =>
  s3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });

export const notImplemented = (what: string): ServiceError =>
  s3Error('NotImplemented', `The S3 twin does not implement ${what}.`);
