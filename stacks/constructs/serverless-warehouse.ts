/** Redshift Serverless in private subnets: a namespace, which holds the data, and a workgroup, which computes. */
import { RedshiftserverlessNamespace } from '@cdktf/provider-aws/lib/redshiftserverless-namespace';
import { RedshiftserverlessUsageLimit } from '@cdktf/provider-aws/lib/redshiftserverless-usage-limit';
import { RedshiftserverlessWorkgroup } from '@cdktf/provider-aws/lib/redshiftserverless-workgroup';
import { Construct } from 'constructs';
import type { RedshiftOf } from '../settings/redshift';
import { addLogGroup } from './log-group';
import type { Role } from './role';
import { WAREHOUSE_PORT } from './security-groups';
import { stackOf } from './stack-of';

export interface ServerlessWarehouseProps {
  readonly settings: RedshiftOf<'serverless'>;
  readonly subnetIds: string[];
  readonly securityGroupId: string;
  readonly keyArn: string;
  /** Roles that the warehouse may assume in a COPY. */
  readonly roles: readonly Role[];
}

const AUDIT_LOGS = ['connectionlog', 'userlog', 'useractivitylog'];

const PARAMETERS = {
  enable_user_activity_logging: 'true',
  require_ssl: 'true',
};

export class ServerlessWarehouse extends Construct {
  readonly namespace: RedshiftserverlessNamespace;
  readonly workgroup: RedshiftserverlessWorkgroup;
  readonly usageLimit: RedshiftserverlessUsageLimit;

  constructor(scope: Construct, id: string, props: ServerlessWarehouseProps) {
    super(scope, id);
    this.namespace = this.addNamespace(props);
    this.workgroup = this.addWorkgroup(props);
    const { usageLimit } = props.settings;
    this.usageLimit = new RedshiftserverlessUsageLimit(this, 'redshiftserverless_usage_limit', {
      resourceArn: this.workgroup.arn,
      usageType: 'serverless-compute',
      amount: usageLimit.rpuHours,
      period: usageLimit.period,
      breachAction: usageLimit.breachAction,
    });
  }

  private addNamespace({ settings, keyArn, roles }: ServerlessWarehouseProps): RedshiftserverlessNamespace {
    const { names, settings: all } = stackOf(this);
    const { name } = names.warehouse;
    // Redshift would create them without encryption or an end (management guide, "Audit logging for Amazon Redshift Serverless").
    const logGroups = AUDIT_LOGS.map((log) =>
      addLogGroup(this, log, { name: `/aws/redshift/${name}/${log}`, keyArn }),
    );
    return new RedshiftserverlessNamespace(this, 'redshiftserverless_namespace', {
      namespaceName: name,
      dbName: settings.database,
      adminUsername: 'cdc_admin',
      manageAdminPassword: true,
      adminPasswordSecretKmsKeyId: keyArn,
      kmsKeyId: keyArn,
      iamRoles: roles.map(({ arn }) => arn),
      logExports: AUDIT_LOGS,
      lifecycle: { preventDestroy: all.protectData },
      dependsOn: [...roles.map(({ policy }) => policy), ...logGroups],
    });
  }

  private addWorkgroup(props: ServerlessWarehouseProps): RedshiftserverlessWorkgroup {
    const { baseCapacityRpus, maxCapacityRpus } = props.settings;
    return new RedshiftserverlessWorkgroup(this, 'redshiftserverless_workgroup', {
      workgroupName: stackOf(this).names.warehouse.name,
      namespaceName: this.namespace.namespaceName,
      baseCapacity: baseCapacityRpus,
      maxCapacity: maxCapacityRpus,
      port: WAREHOUSE_PORT,
      subnetIds: props.subnetIds,
      securityGroupIds: [props.securityGroupId],
      publiclyAccessible: false,
      enhancedVpcRouting: true,
      configParameter: Object.entries(PARAMETERS).map(([parameterKey, parameterValue]) => ({
        parameterKey,
        parameterValue,
      })),
      // Redshift answers with all of its parameters, among them new ones that this provider cannot name (terraform-provider-aws,
      // issue 49939): every plan would show them and every apply would fail. So these are given when it is created.
      lifecycle: { ignoreChanges: ['config_parameter'] },
    });
  }
}
