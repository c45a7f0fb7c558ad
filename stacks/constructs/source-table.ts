/** A DynamoDB table of the catalogue, with the stream that capture reads. */
import { DynamodbTable as AwsTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import type { Construct } from 'constructs';
import type { DynamodbTable } from '../../pipeline/tables';
import { stackOf } from './stack-of';

export interface SourceTableProps {
  readonly table: DynamodbTable;
  readonly keyArn: string;
}

export function addSourceTable(scope: Construct, { table, keyArn }: SourceTableProps): AwsTable {
  const { names, settings } = stackOf(scope);
  const { dynamodb, protectData } = settings;
  const [partitionKey, sortKey] = table.key;
  return new AwsTable(scope, `table-${table.name}`, {
    name: names.table(table),
    billingMode: 'PAY_PER_REQUEST',
    hashKey: partitionKey,
    ...(sortKey === undefined ? {} : { rangeKey: sortKey }),
    attribute: table.key.map((name) => ({ name, type: table.keyTypes[name]! })),
    onDemandThroughput: {
      maxReadRequestUnits: dynamodb.maxReadUnitsPerSecond,
      maxWriteRequestUnits: dynamodb.maxWriteUnitsPerSecond,
    },
    streamEnabled: true,
    // A delete has its key only in the old image.
    streamViewType: 'NEW_AND_OLD_IMAGES',
    serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
    pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: dynamodb.recoveryDays },
    deletionProtectionEnabled: protectData,
    lifecycle: { preventDestroy: protectData },
  });
}
