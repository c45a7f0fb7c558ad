/** The systems of record and the files between them and the warehouse: RDS for MySQL, DynamoDB, S3. */
import { join } from 'node:path';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { type App, Token } from 'cdktf';
import { SEED_PREFIX } from '../pipeline/s3-layout';
import { dynamodbTables } from '../pipeline/tables';
import { BaseStack } from './base-stack';
import { addBuckets, type Buckets } from './constructs/buckets';
import { addExisting } from './constructs/existing';
import { addExistingMysql, type ServerFacts } from './constructs/existing-mysql';
import { addFileAsset } from './constructs/file-asset';
import { MysqlInstance } from './constructs/mysql-instance';
import { addSecret } from './constructs/secret';
import { addSourceTable } from './constructs/source-table';
import { deployedIngests, mayWriteRows } from './deployed-ingests';
import type { Folders } from './folders';
import type { NetworkStack } from './network-stack';
import {
  INGEST_OUTPUTS,
  MYSQL_AUTHORITY_OUTPUTS,
  NETWORK_OUTPUTS,
  NEW_MYSQL_OUTPUTS,
  STORAGE_OUTPUTS,
  streamOutput,
  streamOutputs,
} from './outputs';
import type { Settings } from './settings';
import { arnOfTable } from './settings/dynamodb';

export interface StorageStackProps {
  readonly network: NetworkStack;
  readonly folders: Folders;
}

export class StorageStack extends BaseStack {
  constructor(app: App, settings: Settings, { network, folders }: StorageStackProps) {
    super(app, 'storage', settings);
    const upstream = this.importOutputs(network, NETWORK_OUTPUTS);
    const keyArn = upstream.key_arn;
    const mysql = this.addMysql(network);
    const secret = (user: 'ingest' | 'reconcile' | 'dms', description: string) =>
      addSecret(this, `mysql-${user}`, { description, keyArn }).arn;
    const buckets = addBuckets(this, keyArn);
    this.addSeedFiles(buckets, folders);
    if (mayWriteRows(settings)) {
      this.exportOutputs(INGEST_OUTPUTS, {
        mysql_ingest_secret_arn: secret('ingest', 'MySQL user of the function that ingests'),
      });
    }
    this.exportOutputs(STORAGE_OUTPUTS, {
      mysql_host: mysql.host,
      mysql_port: mysql.port,
      mysql_admin_secret_arn: mysql.adminSecretArn,
      mysql_reconcile_secret_arn: secret('reconcile', 'MySQL user of the function that reconciles'),
      mysql_dms_secret_arn: secret('dms', 'MySQL user of DMS'),
    });
    this.addSourceTables(keyArn);
    this.publish('data_bucket_name', buckets.data.bucket.bucket, 'Name of the bucket of staged files.');
    this.publish(
      'dms_bucket_name',
      buckets.dms.bucket.bucket,
      'Name of the bucket for the intermediate files of DMS.',
    );
  }

  private addMysql(network: NetworkStack): ServerFacts {
    const { mysql } = this.settings;
    if (mysql.kind === 'existing') {
      const server = addExistingMysql(this, mysql);
      const { certificateAuthority } = server;
      if (certificateAuthority !== undefined)
        this.exportOutputs(MYSQL_AUTHORITY_OUTPUTS, { mysql_certificate_authority: certificateAuthority });
      this.publish('mysql_endpoint', `${server.host}:${server.port}`, 'Host and port of the MySQL server.');
      return server;
    }
    const upstream = this.importOutputs(network, NETWORK_OUTPUTS);
    const { instance } = new MysqlInstance(this, 'mysql', {
      mysql,
      subnetIds: upstream.private_subnet_ids,
      securityGroupId: this.importOutputs(network, NEW_MYSQL_OUTPUTS).mysql_security_group_id,
      keyArn: upstream.key_arn,
      ...this.copyKey(network),
    });
    this.publish('mysql_endpoint', instance.endpoint, 'Host and port of the RDS for MySQL instance.');
    return {
      host: instance.address,
      port: Token.asString(instance.port),
      adminSecretArn: instance.masterUserSecret.get(0).secretArn,
    };
  }

  private addSourceTables(keyArn: string): void {
    const there = this.addExistingTables();
    for (const table of dynamodbTables()) {
      const existing = there[table.name];
      if (existing !== undefined) {
        this.exportOutputs(streamOutputs([table]), { [streamOutput(table)]: existing.stream_arn });
        this.publish(`${table.name}_table_name`, existing.name, `Name of the DynamoDB table ${table.name}.`);
        continue;
      }
      const { streamArn, name } = addSourceTable(this, { table, keyArn });
      this.exportOutputs(streamOutputs([table]), { [streamOutput(table)]: streamArn });
      this.publish(`${table.name}_table_name`, name, `Name of the DynamoDB table ${table.name}.`);
    }
  }

  /** Neither a table that somebody else made nor its stream is ever changed; only items where a setting allows it. */
  private addExistingTables(): Record<string, { readonly name: string; readonly stream_arn: string }> {
    const { existing = {} } = this.settings.dynamodb;
    if (Object.keys(existing).length === 0) return {};
    return addExisting(
      this,
      'existing_dynamodb_table',
      Object.fromEntries(
        Object.entries(existing).map(([table, { name, streamArn, keyArn }]) => [
          table,
          { name, arn: arnOfTable({ streamArn }), stream_arn: streamArn, key_arn: keyArn },
        ]),
      ),
    );
  }

  private addSeedFiles({ data }: Buckets, folders: Folders): void {
    for (const { name, seedFile } of deployedIngests(this.settings)) {
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
