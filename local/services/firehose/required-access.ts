/** What Firehose does by the role of a stream (developer guide, "Grant Firehose access to an HTTP endpoint destination"). */
import type { AccountFacts } from '../../../deployment/lookup';
import { type Access, keyAccess, plainAccess } from '../../protocol/access';

export interface DeliveryParts {
  readonly secretArn: string;
  readonly secretKeyArn: string | undefined;
  readonly bucketArn: string;
  readonly bucketKeyArn: string | undefined;
  readonly prefix: string;
  readonly logGroup: string;
}

export function deliveryAccess(parts: DeliveryParts, facts: AccountFacts): Access[] {
  const { secretArn, secretKeyArn, bucketArn, bucketKeyArn, prefix, logGroup } = parts;
  const logStreams = `arn:aws:logs:${facts.region}:${facts.accountId}:log-group:${logGroup}:*`;
  const object = `${bucketArn}/${prefix}object`;
  return [
    plainAccess('secretsmanager:GetSecretValue', secretArn),
    ...keyAccess(facts, 'secretsmanager', secretKeyArn, ['kms:Decrypt']),
    ...['GetBucketLocation', 'ListBucket', 'ListBucketMultipartUploads'].map((action) =>
      plainAccess(`s3:${action}`, bucketArn),
    ),
    ...['AbortMultipartUpload', 'GetObject', 'PutObject'].map((action) =>
      plainAccess(`s3:${action}`, object),
    ),
    ...keyAccess(facts, 's3', bucketKeyArn, ['kms:Decrypt', 'kms:GenerateDataKey']),
    plainAccess('logs:PutLogEvents', logStreams),
  ];
}
