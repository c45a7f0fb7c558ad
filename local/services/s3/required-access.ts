/** What each S3 call needs (service authorization reference, "Actions, resources, and condition keys for Amazon S3"). */
import {
  type Access,
  type AccessFacts,
  type AccessRule,
  type AccessRules,
  inputText,
  keyAccess,
  plainAccess,
} from '../../protocol/access';
import type { AdmissionRequest } from '../../protocol/admission';

const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;

function readObject(facts: AccessFacts, bucket: string, key: string): Access[] {
  return [
    plainAccess('s3:GetObject', objectArn(bucket, key)),
    ...keyAccess(facts, 's3', facts.keyOf('bucket', bucket), ['kms:Decrypt']),
  ];
}

function writeObject(facts: AccessFacts, bucket: string, key: string): Access[] {
  return [
    plainAccess('s3:PutObject', objectArn(bucket, key)),
    ...keyAccess(facts, 's3', facts.keyOf('bucket', bucket), ['kms:GenerateDataKey']),
  ];
}

const bucketOf = (request: AdmissionRequest): string => inputText(request, 'Bucket');
const keyOf = (request: AdmissionRequest): string => inputText(request, 'Key');

const reading: AccessRule = (request, facts) => readObject(facts, bucketOf(request), keyOf(request));
const writing: AccessRule = (request, facts) => writeObject(facts, bucketOf(request), keyOf(request));
const onObject =
  (action: string): AccessRule =>
  (request) => [plainAccess(action, objectArn(bucketOf(request), keyOf(request)))];
const onBucket =
  (action: string): AccessRule =>
  (request) => [plainAccess(action, `arn:aws:s3:::${bucketOf(request)}`)];

export const S3_ACCESS: AccessRules = {
  ListBuckets: () => [plainAccess('s3:ListAllMyBuckets', '*')],
  GetBucketLocation: onBucket('s3:GetBucketLocation'),
  HeadBucket: onBucket('s3:ListBucket'),
  ListObjectsV2: (request) => [
    {
      action: 's3:ListBucket',
      resource: `arn:aws:s3:::${bucketOf(request)}`,
      context: { 's3:prefix': inputText(request, 'prefix') },
    },
  ],
  ListObjectVersions: onBucket('s3:ListBucketVersions'),
  GetObject: reading,
  HeadObject: reading,
  PutObject: writing,
  CopyObject: (request, facts) => {
    const source = decodeURIComponent(String(request.headers['x-amz-copy-source'])).replace(/^\//, '');
    const slash = source.indexOf('/');
    return [
      ...readObject(facts, source.slice(0, slash), source.slice(slash + 1)),
      ...writing(request, facts),
    ];
  },
  DeleteObject: onObject('s3:DeleteObject'),
  CreateMultipartUpload: writing,
  UploadPart: writing,
  CompleteMultipartUpload: writing,
  AbortMultipartUpload: onObject('s3:AbortMultipartUpload'),
};
