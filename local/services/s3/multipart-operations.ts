import { readCheckedBody, readWholeBody } from './body-reader';
import { writePrecondition } from './conditions';
import { notImplemented, s3Error } from './errors';
import type { PartReference } from './multipart-uploads';
import { objectHeadersOf } from './object-headers';
import { writtenHeadersOf } from './object-operations';
import type { OperationHandler, S3Call } from './operation';
import { childText, parseXml, renderXml } from './xml';

const whereOf = ({ request }: S3Call): { uploadId: string; bucket: string; key: string } => ({
  uploadId: request.query.get('uploadId') ?? '',
  bucket: request.bucket,
  key: request.key,
});

const MOST_PARTS = 10_000;

export const createMultipartUpload: OperationHandler = ({ store, uploads, request, message }) => {
  const { bucket, key } = request;
  store.keys(bucket); // the bucket must exist
  const uploadId = uploads.create({ bucket, key, headers: objectHeadersOf(message.headers) });
  return {
    body: renderXml('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: uploadId }),
  };
};

export const uploadPart: OperationHandler = async (call) => {
  const { message, request, uploads } = call;
  if (message.headers['x-amz-copy-source'] !== undefined) throw notImplemented('UploadPartCopy');
  const partNumber = Number(request.query.get('partNumber'));
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MOST_PARTS) {
    throw s3Error('InvalidArgument', `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`);
  }
  const part = await uploads.putPart({ ...whereOf(call), partNumber }, readCheckedBody(call));
  return { headers: writtenHeadersOf(part) };
};

export const completeMultipartUpload: OperationHandler = async (call) => {
  const { message, request, uploads } = call;
  const root = parseXml((await readWholeBody(call)).toString('utf8'));
  const references: PartReference[] = root.children
    .filter((child) => child.name === 'Part')
    .map((part) => ({
      partNumber: Number(childText(part, 'PartNumber')),
      etag: (childText(part, 'ETag') ?? '').replace(/^"(.*)"$/, '$1'),
    }));
  if (references.length === 0)
    throw s3Error('MalformedXML', 'CompleteMultipartUpload must name at least one part');
  const precondition = writePrecondition(message.headers, request.key);
  const metadata = await uploads.complete(whereOf(call), references, precondition);
  return {
    body: renderXml('CompleteMultipartUploadResult', {
      Location: `/${request.bucket}/${request.key}`,
      Bucket: request.bucket,
      Key: request.key,
      ETag: `"${metadata.etag}"`,
    }),
  };
};

export const abortMultipartUpload: OperationHandler = (call) => {
  call.uploads.abort(whereOf(call));
  return { status: 204 };
};
