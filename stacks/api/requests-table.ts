/** Which requests have put their items. It has no stream, so it is not replicated, and a record lives for a day. */
import { DynamodbTable as AwsTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import type { Construct } from 'constructs';
import { stackOf } from '../constructs/stack-of';

export function addRequestsTable(scope: Construct, keyArn: string): AwsTable {
  const { names, settings } = stackOf(scope);
  const { dynamodb, protectData } = settings;
  return new AwsTable(scope, 'requests', {
    name: names.apiRequests,
    billingMode: 'PAY_PER_REQUEST',
    hashKey: 'request_key',
    attribute: [{ name: 'request_key', type: 'S' }],
    onDemandThroughput: {
      maxReadRequestUnits: dynamodb.maxReadUnitsPerSecond,
      maxWriteRequestUnits: dynamodb.maxWriteUnitsPerSecond,
    },
    ttl: { attributeName: 'expires_at', enabled: true },
    serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
    pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: dynamodb.recoveryDays },
    deletionProtectionEnabled: protectData,
    lifecycle: { preventDestroy: protectData },
  });
}
