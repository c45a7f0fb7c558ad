/** The two ends of the replication task. Both logins are in secrets that set-up fills. */
import { DmsCertificate } from '@cdktf/provider-aws/lib/dms-certificate';
import { DmsEndpoint } from '@cdktf/provider-aws/lib/dms-endpoint';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { rdsCertificatesOf } from '../rds-certificates';
import { authorityOf } from './existing-mysql';
import { buildTrustPolicy, viaService } from './policy';
import { Role } from './role';
import { stackOf } from './stack-of';

export interface ReplicationEndpointsProps {
  readonly keyArn: string;
  readonly mysqlSecretArn: string;
  readonly warehouseSecretArn: string;
  readonly secretsEndpointDnsName: string;
  /** The role with which DMS writes files for Redshift, and Redshift reads them. */
  readonly filesRole: Role;
  /** The endpoint of a warehouse is usable only once the cluster exists. */
  readonly database: string;
  /**
   * Something that takes minutes to create. DMS refuses an endpoint whose role IAM has not propagated yet, which takes
   * seconds after its policy is created.
   */
  readonly slowly: ITerraformDependable;
}

export interface ReplicationEndpoints {
  readonly source: DmsEndpoint;
  readonly target: DmsEndpoint;
}

export function addReplicationEndpoints(
  scope: Construct,
  props: ReplicationEndpointsProps,
): ReplicationEndpoints {
  const { names, settings } = stackOf(scope);
  const { mysql } = settings;
  const ownAuthority = mysql.kind === 'existing' ? authorityOf(mysql) : undefined;
  const certificate = new DmsCertificate(scope, 'certificate', {
    certificateId: names.of(ownAuthority === undefined ? 'rds-authorities' : 'mysql-authority'),
    certificatePem: ownAuthority ?? rdsCertificatesOf(settings.region),
  });
  const secretsRole = addSecretsRole(scope, props);
  const common = {
    kmsKeyArn: props.keyArn,
    secretsManagerAccessRoleArn: secretsRole.arn,
    // Without it DMS tries to reach Secrets Manager over the internet, and the connection test hangs.
    extraConnectionAttributes: `secretsManagerEndpointOverride=${props.secretsEndpointDnsName}`,
    // The provider then stops the task before it changes an endpoint, and starts it again; DMS refuses otherwise.
    pauseReplicationTasks: true,
  };
  const after = [secretsRole.policy, props.slowly];
  // No database name: with one, DMS would put the tables of all databases into it.
  const source = new DmsEndpoint(scope, 'source', {
    ...common,
    endpointId: names.of('mysql-source'),
    endpointType: 'source',
    engineName: mysql.kind === 'new' ? 'mysql' : mysql.server === 'aurora' ? 'aurora' : mysql.engine,
    sslMode: 'verify-ca',
    certificateArn: certificate.certificateArn,
    secretsManagerArn: props.mysqlSecretArn,
    dependsOn: after,
  });
  const target = new DmsEndpoint(scope, 'target', {
    ...common,
    endpointId: names.of('warehouse-target'),
    endpointType: 'target',
    engineName: 'redshift',
    databaseName: props.database,
    secretsManagerArn: props.warehouseSecretArn,
    redshiftSettings: {
      bucketName: names.dmsBucket,
      bucketFolder: 'mysql',
      encryptionMode: 'SSE_KMS',
      serverSideEncryptionKmsKeyId: props.keyArn,
      serviceAccessRoleArn: props.filesRole.arn,
    },
    dependsOn: [...after, props.filesRole.policy],
  });
  return { source, target };
}

function addSecretsRole(scope: Construct, props: ReplicationEndpointsProps): Role {
  const { names, settings } = stackOf(scope);
  return new Role(scope, 'secrets', {
    name: names.of('dms-secrets'),
    description: 'DMS: read the secrets of its two database users',
    // The regional principal reads the secrets; the global one is not enough.
    trustPolicy: buildTrustPolicy(
      ['dms.amazonaws.com', `dms.${settings.region}.amazonaws.com`],
      settings.accountId,
      [names.arn('dms', '*')],
    ),
    statements: [
      {
        sid: 'ReadOwnSecrets',
        actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        resources: [props.mysqlSecretArn, props.warehouseSecretArn],
      },
      {
        sid: 'DecryptSecrets',
        actions: ['kms:Decrypt'],
        resources: [props.keyArn],
        conditions: viaService(settings.region, 'secretsmanager'),
      },
      // DMS asks KMS itself (AWS DMS user guide, "Using secrets to access Database Migration Service resources").
      { sid: 'DescribeKey', actions: ['kms:DescribeKey'], resources: [props.keyArn] },
    ],
  });
}
