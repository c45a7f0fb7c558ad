/** The systems of record and the files between them and the warehouse: RDS for MySQL, DynamoDB, S3. */
import { join } from 'node:path';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { type App, Token } from 'cdktf';
import { ingestedTables } from '../pipeline/ingested-tables';
import { SEED_PREFIX } from '../pipeline/s3-layout';
import { dynamodbTables } from '../pipeline/tables';
import { BaseStack } from './base-stack';
import { addBuckets, type Buckets } from './constructs/buckets';
import { addFileAsset } from './constructs/file-asset';
import { MysqlInstance } from './constructs/mysql-instance';
import { addSecret } from './constructs/secret';
import { addSourceTable } from './constructs/source-table';
import type { Folders } from './folders';
import type { NetworkStack } from './network-stack';
import { NETWORK_OUTPUTS, STORAGE_OUTPUTS, streamOutput, streamOutputs } from './outputs';
import type { Settings } from './settings';

export interface StorageStackProps {
  readonly network: NetworkStack;
  readonly folders: Folders;
}

export class StorageStack extends BaseStack {
  constructor(app: App, settings: Settings, { network, folders }: StorageStackProps) {
    super(app, 'storage', settings);
    const upstream = this.importOutputs(network, NETWORK_OUTPUTS);
    const keyArn = upstream.key_arn;
    const mysql = new MysqlInstance(this, 'mysql', {
      subnetIds: upstream.private_subnet_ids,
      securityGroupId: upstream.mysql_security_group_id,
      keyArn,
      ...this.copyKey(network),
    });
    const secret = (user: 'ingest' | 'reconcile' | 'dms', description: string) =>
      addSecret(this, `mysql-${user}`, { description, keyArn }).arn;
    const buckets = addBuckets(this, keyArn);
    this.addSeedFiles(buckets, folders);
    this.exportOutputs(STORAGE_OUTPUTS, {
      mysql_host: mysql.instance.address,
      mysql_port: Token.asString(mysql.instance.port),
      mysql_admin_secret_arn: mysql.instance.masterUserSecret.get(0).secretArn,
      mysql_ingest_secret_arn: secret('ingest', 'MySQL user of the function that ingests'),
      mysql_reconcile_secret_arn: secret('reconcile', 'MySQL user of the function that reconciles'),
      mysql_dms_secret_arn: secret('dms', 'MySQL user of DMS'),
    });
    this.addSourceTables(keyArn);
    this.publish('mysql_endpoint', mysql.instance.endpoint, 'Host and port of the RDS for MySQL instance.');
    this.publish('data_bucket_name', buckets.data.bucket.bucket, 'Name of the bucket of staged files.');
    this.publish(
      'dms_bucket_name',
      buckets.dms.bucket.bucket,
      'Name of the bucket for the intermediate files of DMS.',
    );
  }

  private addSourceTables(keyArn: string): void {
    for (const table of dynamodbTables()) {
      const { streamArn, name } = addSourceTable(this, { table, keyArn });
      this.exportOutputs(streamOutputs([table]), { [streamOutput(table)]: streamArn });
      this.publish(`${table.name}_table_name`, name, `Name of the DynamoDB table ${table.name}.`);
    }
  }

  private addSeedFiles({ data }: Buckets, folders: Folders): void {
    for (const { name, seedFile } of ingestedTables()) {
      const asset = addFileAsset(
        this,
        `seed-${name}-file`,
        join(folders.seedData, seedFile),
        'restore the seed file',
      );
      new S3Object(this, `seed-${name}`, {
        bucket: data.bucket.bucket,
        key: `${SEED_PREFIX}${seedFile}`,
        source: asset.path,
        sourceHash: asset.sha256Hex,
        // The bucket's encryption must exist before the first object.
        dependsOn: [data.policy],
      });
    }
  }
}
