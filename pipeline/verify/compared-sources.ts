/** The sources of the pipeline as reconciliation compares them. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { MysqlConnectionOptions } from '../mysql/mysql-connection';
import type { MysqlSecret } from '../secrets';
import { dynamodbTableName, type ReplicatedTable, type TableNames } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { bucketParts } from './bucket-parts';
import { dynamodbSide } from './dynamodb-side';
import type { Clock } from './follow-differences';
import { mysqlBounds, mysqlSide } from './mysql-side';
import { ReadPace } from './read-pace';
import type { ReconciledSource } from './reconcile-tables';
import { scanParts } from './scan-parts';

export interface ComparedSourcesOptions {
  readonly mysql: { readonly secret: MysqlSecret; readonly options?: MysqlConnectionOptions };
  readonly dynamodb: { readonly client: DynamoDBClient; readonly tablePrefix: string | TableNames };
  readonly warehouse: DataApi;
  /** What reconciliation may read of each DynamoDB table; undefined for no limit. */
  readonly readUnitsPerSecond?: number;
  /** Whole tables of DynamoDB are read consistently; parts never are. */
  readonly consistentScan: boolean;
  readonly clock: Clock;
  /** For tests: smaller parts than usual. */
  readonly rowsAPart?: number;
}

export function comparedSource(table: ReplicatedTable, options: ComparedSourcesOptions): ReconciledSource {
  const { rowsAPart } = options;
  const size = rowsAPart === undefined ? {} : { rowsAPart };
  if (table.source === 'mysql') {
    const { secret, options: connection } = options.mysql;
    const source = mysqlSide(secret, table, connection);
    const readBound = mysqlBounds(secret, table, connection);
    return { side: source, parts: (target) => bucketParts(table, { source, target, readBound, ...size }) };
  }
  const { warehouse, clock, consistentScan, dynamodb } = options;
  const reads = {
    client: dynamodb.client,
    tableName: dynamodbTableName(table, dynamodb.tablePrefix),
    pace: new ReadPace(options.readUnitsPerSecond, clock),
  };
  const source = dynamodbSide(table, { ...reads, consistentScan });
  return {
    side: source,
    parts: (target) =>
      scanParts(table, { warehouse, reads, source, target, nowMs: () => clock.nowMs(), ...size }),
  };
}
