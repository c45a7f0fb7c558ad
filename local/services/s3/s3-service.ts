/** The S3 twin as a request handler: of its own server, or of the gateway. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type HttpService, type RequestGate, ServiceError } from '../../protocol/service';
import * as buckets from './bucket-operations';
import { s3Error } from './errors';
import * as multipart from './multipart-operations';
import { MultipartUploads } from './multipart-uploads';
import * as objects from './object-operations';
import { ObjectStore } from './object-store';
import type { OperationHandler, S3Reply } from './operation';
import { parseS3Request, type S3Operation, type S3Request } from './request';
import { renderXml, type XmlContent } from './xml';

const HANDLERS: Readonly<Record<S3Operation, OperationHandler>> = {
  ListBuckets: buckets.listBuckets,
  GetBucketLocation: buckets.getBucketLocation,
  ListObjectsV2: buckets.listObjectsV2,
  ListObjectVersions: buckets.listObjectVersions,
  HeadBucket: buckets.headBucket,
  DeleteObjects: buckets.deleteObjects,
  PutObject: objects.putObject,
  CopyObject: objects.copyObject,
  HeadObject: objects.headObject,
  GetObject: objects.getObject,
  DeleteObject: objects.deleteObject,
  CreateMultipartUpload: multipart.createMultipartUpload,
  UploadPart: multipart.uploadPart,
  CompleteMultipartUpload: multipart.completeMultipartUpload,
  AbortMultipartUpload: multipart.abortMultipartUpload,
};

export class S3Service implements HttpService {
  private constructor(
    readonly store: ObjectStore,
    private readonly uploads: MultipartUploads,
  ) {}

  static async open(folder: string): Promise<S3Service> {
    const store = await ObjectStore.open(folder);
    return new S3Service(store, new MultipartUploads(join(folder, 'uploads'), store));
  }

  /** Answers one request, errors included. */
  async answer(message: IncomingMessage, response: ServerResponse, gate: RequestGate): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('x-amz-request-id', requestId);
    try {
      const request = parseS3Request(message.method ?? '', message.url ?? '', message.headers);
      const chunks = gate.verify();
      const authorize = ({ operation, bucket, key, query }: S3Request): Promise<void> | void =>
        gate.authorize({ operation, input: { ...Object.fromEntries(query), Bucket: bucket, Key: key } });
      // Deleting many is allowed or denied key by key, and the body names the keys.
      if (request.operation !== 'DeleteObjects') await authorize(request);
      const { store, uploads } = this;
      const handler = HANDLERS[request.operation];
      const reply = await handler({ store, uploads, request, message, chunks, authorize });
      await sendReply(response, reply);
    } catch (error) {
      sendS3Error({ message, response, error, requestId });
    }
  }
}

async function sendReply(response: ServerResponse, reply: S3Reply): Promise<void> {
  const { status = 200, headers = {}, body = '' } = reply;
  if (typeof body !== 'string') {
    response.writeHead(status, headers);
    await pipeline(body, response);
    return;
  }
  const type = body === '' ? {} : { 'content-type': 'application/xml' };
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...type, ...length, ...headers });
  response.end(body);
}

export interface FailedRequest {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly error: unknown;
  readonly requestId: string;
}

/** Sends an error as S3 does: XML, or for HEAD the status alone. */
function sendS3Error({ message, response, error, requestId }: FailedRequest): void {
  if (response.headersSent) {
    // Cut off, so that the client does not take a part for the whole.
    response.destroy();
    return;
  }
  const failure =
    error instanceof ServiceError
      ? error
      : s3Error(
          'InternalError',
          `The S3 twin failed: ${error instanceof Error ? error.message : String(error)}`,
        );
  const hasBody = message.method !== 'HEAD' && failure.statusCode !== 304;
  const content = {
    Code: failure.name,
    Message: failure.message,
    ...failure.members,
    Resource: message.url?.split('?')[0] ?? '',
    RequestId: requestId,
  } as XmlContent;
  const body = hasBody ? renderXml('Error', content, { namespace: false }) : '';
  // What is left of the request's body is not read, so the connection cannot carry another request.
  const closing = message.complete ? {} : { connection: 'close' };
  const type =
    body === ''
      ? {}
      : { 'content-type': 'application/xml', 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(failure.statusCode, { ...type, ...closing });
  response.end(body);
}
