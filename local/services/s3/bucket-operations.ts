import { ServiceError } from '../../protocol/service';
import { readWholeBody } from './body-reader';
import { noSuchBucket, notImplemented, s3Error } from './errors';
import { type Listing, listKeys } from './listing';
import type { OperationHandler, S3Call } from './operation';
import { childText, parseXml, renderXml, type XmlContent } from './xml';

export const listBuckets: OperationHandler = ({ store }) => ({
  body: renderXml('ListAllMyBucketsResult', {
    Owner: { ID: 'laptop' },
    Buckets: {
      Bucket: store.listBuckets().map(({ name, createdAtMs }) => ({
        Name: name,
        CreationDate: new Date(createdAtMs).toISOString(),
      })),
    },
  }),
});

export const headBucket: OperationHandler = (call) => {
  needBucket(call);
  return {};
};

/** The region is whatever the caller signs for; an empty constraint says us-east-1. */
export const getBucketLocation: OperationHandler = (call) => {
  needBucket(call);
  return { body: renderXml('LocationConstraint', '') };
};

function needBucket({ store, request }: S3Call): void {
  if (!store.hasBucket(request.bucket)) throw noSuchBucket(request.bucket);
}

const MOST_KEYS = 1_000;

/** How a listing writes keys: as they are, or as `encoding-type=url` asks. */
const keyWriter = (encoding: string | undefined): ((key: string) => string) =>
  encoding === 'url' ? encodeKey : (key) => key;

export const listObjectsV2: OperationHandler = ({ store, request }) => {
  const { bucket, query } = request;
  if (query.get('list-type') !== '2') throw s3Error('InvalidArgument', 'list-type must be 2');
  const maxKeys = parseMaxKeys(query.get('max-keys'));
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token') ?? undefined;
  const startAfter = query.get('start-after') ?? undefined;
  const after = token === undefined ? startAfter : Buffer.from(token, 'base64url').toString('utf8');
  const listing = listKeys(store.keys(bucket), {
    prefix,
    delimiter,
    maxKeys,
    ...(after === undefined ? {} : { after }),
  });
  const encoding = query.get('encoding-type') ?? undefined;
  const encode = keyWriter(encoding);
  return {
    body: renderXml('ListBucketResult', {
      Name: bucket,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: maxKeys,
      EncodingType: encoding,
      KeyCount: listing.keys.length + listing.commonPrefixes.length,
      IsTruncated: listing.nextAfter !== undefined,
      ContinuationToken: token,
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      NextContinuationToken:
        listing.nextAfter === undefined ? undefined : Buffer.from(listing.nextAfter).toString('base64url'),
      Contents: describeObjects(listing, { store, bucket, encode }),
      CommonPrefixes: listing.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    }),
  };
};

/** Of each object its only version, called `null`, as in a bucket that never had versions. */
export const listObjectVersions: OperationHandler = ({ store, request }) => {
  const { bucket, query } = request;
  const maxKeys = parseMaxKeys(query.get('max-keys'));
  const prefix = query.get('prefix') ?? '';
  const after = query.get('key-marker') ?? '';
  const listing = listKeys(store.keys(bucket), {
    prefix,
    delimiter: '',
    maxKeys,
    ...(after === '' ? {} : { after }),
  });
  const encoding = query.get('encoding-type') ?? undefined;
  const encode = keyWriter(encoding);
  return {
    body: renderXml('ListVersionsResult', {
      Name: bucket,
      Prefix: encode(prefix),
      MaxKeys: maxKeys,
      EncodingType: encoding,
      IsTruncated: listing.nextAfter !== undefined,
      KeyMarker: encode(after),
      NextKeyMarker: listing.nextAfter === undefined ? undefined : encode(listing.nextAfter),
      NextVersionIdMarker: listing.nextAfter === undefined ? undefined : 'null',
      Version: describeObjects(listing, { store, bucket, encode }).map((object) => ({
        ...(object as Readonly<Record<string, XmlContent>>),
        VersionId: 'null',
        IsLatest: true,
      })),
    }),
  };
};

function describeObjects(
  listing: Listing,
  from: { store: S3Call['store']; bucket: string; encode: (text: string) => string },
): XmlContent[] {
  return listing.keys.map((key) => {
    const metadata = from.store.head(from.bucket, key);
    return {
      Key: from.encode(key),
      LastModified: new Date(metadata.lastModifiedMs).toISOString(),
      ETag: `"${metadata.etag}"`,
      Size: metadata.sizeBytes,
      StorageClass: 'STANDARD',
    };
  });
}

/** As S3 encodes: a slash stays. */
const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/');

function parseMaxKeys(text: string | null): number {
  if (text === null || text === '') return MOST_KEYS;
  if (!/^\d{1,10}$/.test(text)) {
    throw s3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range', {
      ArgumentName: 'max-keys',
    });
  }
  return Math.min(Number(text), MOST_KEYS);
}

export const deleteObjects: OperationHandler = async (call) => {
  const { request } = call;
  const root = parseXml((await readWholeBody(call)).toString('utf8'));
  const objects = root.children.filter((child) => child.name === 'Object');
  const isQuiet = childText(root, 'Quiet') === 'true';
  if (root.name !== 'Delete' || objects.length === 0 || objects.length > MOST_KEYS) {
    throw s3Error('MalformedXML', `Delete must name 1 to ${MOST_KEYS} objects, got: ${objects.length}`);
  }
  const deleted: XmlContent[] = [];
  const errors: XmlContent[] = [];
  for (const object of objects) {
    const key = childText(object, 'Key') ?? '';
    try {
      const refused = object.children.find((child) => child.name !== 'Key');
      if (refused !== undefined) throw notImplemented(refused.name);
      await call.authorize({ ...request, operation: 'DeleteObject', key });
      call.store.delete(request.bucket, key);
      deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof ServiceError) || error.name === 'NoSuchBucket') throw error;
      errors.push({ Key: key, Code: error.name, Message: error.message });
    }
  }
  return { body: renderXml('DeleteResult', { Deleted: isQuiet ? [] : deleted, Error: errors }) };
};
