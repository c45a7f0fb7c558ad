import type { AccountFacts } from '../../../../deployment/lookup';
import { type Access, keyAccess, plainAccess } from '../../../protocol/access';

/** Redshift reads one object by the role that a COPY names (Amazon Redshift management guide, "Authorizing COPY"). */
export function copyAccess(
  bucket: string,
  key: string,
  keyArn: string | undefined,
  facts: AccountFacts,
): Access[] {
  return [
    plainAccess('s3:GetObject', `arn:aws:s3:::${bucket}/${key}`),
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context: { 's3:prefix': key } },
    plainAccess('s3:GetBucketLocation', `arn:aws:s3:::${bucket}`),
    ...keyAccess(facts, 's3', keyArn, ['kms:Decrypt']),
  ];
}
