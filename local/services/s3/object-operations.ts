import { readCheckedBody } from './body-reader';
import { checkReadConditions, writePrecondition } from './conditions';
import { notImplemented, s3Error } from './errors';
import { type BodyDigest, type ObjectMetadata, streamObject } from './object-file';
import { answerHeadersOf, encryptionHeadersOf, objectHeadersOf } from './object-headers';
import type { OperationHandler, S3Call, S3Reply } from './operation';
import { renderXml } from './xml';

export const putObject: OperationHandler = async (call) => {
  const { store, request, message } = call;
  const headers = objectHeadersOf(message.headers);
  const precondition = writePrecondition(message.headers, request.key);
  // Before the body, so that a put that cannot succeed does not take it in first.
  precondition(store.find(request.bucket, request.key));
  const body = readCheckedBody(call);
  const metadata = await store.put(request.bucket, request.key, body, { headers, precondition });
  return { headers: writtenHeadersOf(metadata) };
};

export const writtenHeadersOf = (metadata: ObjectMetadata): Record<string, string> => ({
  etag: `"${metadata.etag}"`,
  ...metadata.checksums,
  ...encryptionHeadersOf(metadata),
});

export const headObject: OperationHandler = (call) => {
  const metadata = call.store.head(call.request.bucket, call.request.key);
  checkReadConditions(call.message.headers, metadata);
  const range = parseRange(call, metadata);
  return { status: range.isPart ? 206 : 200, headers: readHeadersOf(call, metadata, range) };
};

export const getObject: OperationHandler = (call) => {
  const { store, request, message } = call;
  const current = store.head(request.bucket, request.key);
  checkReadConditions(message.headers, current);
  const range = parseRange(call, current);
  const headers = readHeadersOf(call, current, range);
  const status = range.isPart ? 206 : 200;
  if (current.sizeBytes === 0) return { status, headers, body: '' };
  // Opened in the same turn of the event loop as it was looked up: bytes and metadata are of one object.
  const { fd, file } = store.openRead(request.bucket, request.key);
  return { status, headers, body: streamObject(fd, file, range.start, range.end) };
};

interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
  readonly isPart: boolean;
}

function readHeadersOf(call: S3Call, metadata: ObjectMetadata, range: ByteRange): Record<string, string> {
  const headers = answerHeadersOf(metadata);
  headers['content-length'] = String(range.end - range.start + 1);
  if (range.isPart) headers['content-range'] = `bytes ${range.start}-${range.end}/${metadata.sizeBytes}`;
  // A checksum is of the whole object: of a part it would be wrong.
  else if (call.message.headers['x-amz-checksum-mode'] === 'ENABLED')
    Object.assign(headers, metadata.checksums);
  return headers;
}

/** A range that is not understood, and more than one, mean the whole object (RFC 9110 §14.2), as in S3. */
function parseRange(call: S3Call, metadata: ObjectMetadata): ByteRange {
  const { sizeBytes } = metadata;
  const whole = { start: 0, end: sizeBytes - 1, isPart: false };
  const text = call.message.headers.range;
  const match = /^bytes=(\d*)-(\d*)$/.exec(text?.replaceAll(' ', '') ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return whole;
  const [, first, last] = match;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < start) return whole;
  if (start >= sizeBytes || (first === '' && Number(last) === 0)) {
    throw s3Error('InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: text,
      ActualObjectSize: sizeBytes,
    });
  }
  return { start, end, isPart: true };
}

export const deleteObject: OperationHandler = ({ store, request, message }) => {
  const precondition =
    message.headers['if-match'] === undefined ? undefined : writePrecondition(message.headers, request.key);
  store.delete(request.bucket, request.key, precondition);
  return { status: 204 };
};

export const copyObject: OperationHandler = async (call): Promise<S3Reply> => {
  const { store, request, message } = call;
  const source = parseCopySource(String(message.headers['x-amz-copy-source']));
  const directive = message.headers['x-amz-metadata-directive'] ?? 'COPY';
  if (message.headers['x-amz-tagging-directive'] === 'REPLACE')
    throw notImplemented('x-amz-tagging-directive');
  const isSame = source.bucket === request.bucket && source.key === request.key;
  if (isSame && directive !== 'REPLACE') {
    throw s3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const { metadata, fd, file } = store.openRead(source.bucket, source.key);
  const stream = streamObject(fd, file, 0, Math.max(0, metadata.sizeBytes - 1));
  try {
    checkReadConditions(message.headers, metadata, 'x-amz-copy-source-');
    const given = objectHeadersOf(message.headers);
    const copied = await store.put(request.bucket, request.key, copyBody(stream, metadata), {
      headers: directive === 'REPLACE' ? given : { ...metadata.headers, ...encryptionOf(given) },
      precondition: writePrecondition(message.headers, request.key),
    });
    return {
      headers: encryptionHeadersOf(copied),
      body: renderXml('CopyObjectResult', {
        ETag: `"${copied.etag}"`,
        LastModified: new Date(copied.lastModifiedMs).toISOString(),
      }),
    };
  } finally {
    stream.destroy();
  }
};

const encryptionOf = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')),
  );

async function* copyBody(
  stream: AsyncIterable<Uint8Array>,
  metadata: ObjectMetadata,
): AsyncGenerator<Uint8Array, BodyDigest, undefined> {
  if (metadata.sizeBytes > 0) yield* stream;
  return { checksums: metadata.checksums };
}

/** `bucket/key` or `/bucket/key`, percent-encoded. */
function parseCopySource(header: string): { bucket: string; key: string } {
  const [path = '', version] = header.split('?versionId=');
  if (version !== undefined) throw notImplemented('copying a version of an object');
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(path));
  if (match === null) {
    throw s3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      {
        ArgumentName: 'x-amz-copy-source',
      },
    );
  }
  return { bucket: match[1] as string, key: match[2] as string };
}

function decodeSource(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error('InvalidArgument', 'Copy Source is not percent-encoded UTF-8', {
      ArgumentName: 'x-amz-copy-source',
    });
  }
}
