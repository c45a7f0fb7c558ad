/** RDS for MySQL with its binlog on, as a source of DMS. */
import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbInstanceAutomatedBackupsReplication } from '@cdktf/provider-aws/lib/db-instance-automated-backups-replication';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import type { NewMysql } from '../settings/mysql';
import { finalSnapshotOf } from './final-snapshot';
import { addLogGroup } from './log-group';
import { buildTrustPolicy } from './policy';
import { MYSQL_PORT } from './security-groups';
import { skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface MysqlInstanceProps {
  readonly mysql: NewMysql;
  readonly subnetIds: string[];
  readonly securityGroupId: string;
  readonly keyArn: string;
  /** Key in the region that backups are copied to. */
  readonly copyKeyArn?: string;
}

/** The certificate authority that signs the instance; `rds-certificates.ts` gives DMS the same one. */
const CERTIFICATE_AUTHORITY = 'rds-ca-rsa2048-g1';

const EXPORTED_LOGS = ['error', 'slowquery'];

/** Row images with all columns, for DMS and for updates of rows without a key; TLS for every connection. */
const PARAMETERS = [
  { name: 'binlog_format', value: 'ROW' },
  { name: 'binlog_row_image', value: 'FULL' },
  { name: 'binlog_row_metadata', value: 'FULL' },
  { name: 'require_secure_transport', value: '1' },
  { name: 'slow_query_log', value: '1' },
  { name: 'long_query_time', value: '2' },
  { name: 'log_output', value: 'FILE' },
  // The heartbeat is an event of the server (decision D16).
  { name: 'event_scheduler', value: 'ON' },
];

export class MysqlInstance extends Construct {
  readonly instance: DbInstance;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MysqlInstanceProps,
  ) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const { protectData, finalSnapshots } = settings;
    const { mysql } = props;
    const name = names.mysqlInstance;
    const subnetGroup = new DbSubnetGroup(this, 'db_subnet_group', {
      name,
      description: 'Private subnets of the MySQL instance',
      subnetIds: props.subnetIds,
    });
    const logGroups = EXPORTED_LOGS.map((log) =>
      addLogGroup(this, log, { name: `/aws/rds/instance/${name}/${log}`, keyArn: props.keyArn }),
    );
    const monitoring = this.addMonitoringRole();
    this.instance = new DbInstance(this, 'db_instance', {
      identifier: name,
      engine: 'mysql',
      engineVersion: mysql.engineVersion,
      // Past its standard support a version is refused instead of billed as extended support.
      engineLifecycleSupport: 'open-source-rds-extended-support-disabled',
      instanceClass: mysql.instanceClass,
      storageType: 'gp3',
      allocatedStorage: mysql.storageGb,
      maxAllocatedStorage: mysql.maxStorageGb,
      storageEncrypted: true,
      kmsKeyId: props.keyArn,
      port: MYSQL_PORT,
      username: 'cdc_admin',
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: props.keyArn,
      caCertIdentifier: CERTIFICATE_AUTHORITY,
      parameterGroupName: this.addParameterGroup(name).name,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [props.securityGroupId],
      publiclyAccessible: false,
      multiAz: mysql.multiAz,
      backupRetentionPeriod: mysql.backupRetentionDays,
      backupWindow: '03:00-04:00',
      maintenanceWindow: 'sun:04:30-sun:05:30',
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !finalSnapshots,
      deletionProtection: protectData,
      ...finalSnapshotOf(this, name, { key: props.keyArn, subnets: name }),
      autoMinorVersionUpgrade: true,
      applyImmediately: !protectData,
      enabledCloudwatchLogsExports: EXPORTED_LOGS,
      monitoringInterval: 60,
      monitoringRoleArn: names.roleArn(names.of('mysql-monitoring')),
      databaseInsightsMode: 'standard',
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: props.keyArn,
      performanceInsightsRetentionPeriod: 7,
      dependsOn: [...logGroups, monitoring],
      lifecycle: { preventDestroy: protectData },
    });
    this.skipRulesOfProtection();
    this.addBackupCopy(props.copyKeyArn);
  }

  /** Backups and transaction logs in another region (RDS user guide, "Replicating automated backups"). */
  private addBackupCopy(keyArn: string | undefined): void {
    const { copyToRegion } = stackOf(this).settings;
    if (copyToRegion === undefined || keyArn === undefined) return;
    new DbInstanceAutomatedBackupsReplication(this, 'backup-copy', {
      region: copyToRegion,
      sourceDbInstanceArn: this.instance.arn,
      kmsKeyId: keyArn,
      retentionPeriod: this.props.mysql.backupRetentionDays,
    });
  }

  private skipRulesOfProtection(): void {
    const { protectData } = stackOf(this).settings;
    const { mysql } = this.props;
    skipChecks(this.instance, {
      CKV_AWS_161:
        'no user signs in by IAM: an IAM token needs a server plugin that exists on RDS only (decision D18)',
      ...(mysql.multiAz ? {} : { CKV_AWS_157: 'this environment tolerates a restart in another zone' }),
      ...(protectData ? {} : { CKV_AWS_293: 'this environment may be destroyed at any time' }),
    });
  }

  /** Named by prefix, because a group in use cannot be replaced under its own name. */
  private addParameterGroup(name: string): DbParameterGroup {
    return new DbParameterGroup(this, 'db_parameter_group', {
      namePrefix: `${name}-`,
      family: 'mysql8.4',
      description: 'Row-based binlog with full images, TLS for everybody',
      parameter: PARAMETERS,
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private addMonitoringRole(): IamRolePolicyAttachment {
    const { names, settings } = stackOf(this);
    const role = new IamRole(this, 'monitoring', {
      name: names.of('mysql-monitoring'),
      description: 'RDS enhanced monitoring: operating system metrics to CloudWatch Logs',
      assumeRolePolicy: buildTrustPolicy(['monitoring.rds.amazonaws.com'], settings.accountId, [
        names.arn('rds', `db:${names.mysqlInstance}`),
      ]),
    });
    return new IamRolePolicyAttachment(this, 'monitoring_policy', {
      role: role.name,
      policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole',
    });
  }
}
