import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { ChunkSignatures } from '../../protocol/signature';
import type { MultipartUploads } from './multipart-uploads';
import type { ObjectStore } from './object-store';
import type { S3Request } from './request';

/** One request on its way through the twin. */
export interface S3Call {
  readonly store: ObjectStore;
  readonly uploads: MultipartUploads;
  readonly request: S3Request;
  readonly message: IncomingMessage;
  /** What the chunks of the body must be signed with; absent behind an open gate. */
  readonly chunks: ChunkSignatures | undefined;
  /** Asks for something that only the body names. @throws ServiceError when the caller may not do it */
  readonly authorize: (request: S3Request) => Promise<void> | void;
}

export interface S3Reply {
  /** 200 when absent. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** XML text, or the bytes of an object. */
  readonly body?: string | Readable;
}

export type OperationHandler = (call: S3Call) => Promise<S3Reply> | S3Reply;
