/**
 * What DMS does with the bucket through which it fills a Redshift target. The list is the documented one (AWS DMS
 * API reference, S3Settings, EncryptionMode, and the user guide, "Using an Amazon Redshift database as a target"):
 * DMS refuses a bucket that it may not manage. It is granted on this bucket only.
 */
import type { PolicyStatement } from './policy';

const ON_BUCKET = [
  's3:CreateBucket',
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:GetBucketLocation',
  's3:GetBucketPolicy',
  's3:ListBucket',
  's3:PutBucketPolicy',
];

const ON_OBJECTS = ['s3:DeleteObject', 's3:GetObject', 's3:GetObjectVersion', 's3:PutObject'];

export const STAGING_ACTIONS = [...ON_BUCKET, ...ON_OBJECTS].sort();

export function stagingStatements(bucketArn: string): PolicyStatement[] {
  return [
    { sid: 'FilesOnTheirWay', actions: ON_OBJECTS, resources: [`${bucketArn}/*`] },
    { sid: 'LookAfterBucket', actions: ON_BUCKET, resources: [bucketArn] },
  ];
}
