import { listOf } from '../../json';
import { has, hasOwnKey, isNot, isNotTrue, isTrue, lacks, type PolicyRule, type Predicate } from '../rule';

const NAMESPACE = 'aws_redshiftserverless_namespace';
const WORKGROUP = 'aws_redshiftserverless_workgroup';

const hasConfigParameter =
  (parameter_key: string, parameter_value: string): Predicate =>
  (workgroup) =>
    listOf(workgroup.at('config_parameter')).some(
      (given) => JSON.stringify(given) === JSON.stringify({ parameter_key, parameter_value }),
    );

/** What redshift.ts requires of a cluster, as Redshift Serverless has it. */
export const REDSHIFT_SERVERLESS_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_282',
    on: NAMESPACE,
    requires: 'encrypted with our key',
    holds: hasOwnKey('kms_key_id'),
  },
  {
    id: 'CDC_SERVERLESS_ADMIN',
    on: NAMESPACE,
    requires:
      'an admin password that Redshift generates and stores under our key, of a user that is not admin',
    holds: (namespace) =>
      isTrue('manage_admin_password')(namespace) &&
      hasOwnKey('admin_password_secret_kms_key_id')(namespace) &&
      lacks('admin_user_password')(namespace) &&
      isNot('admin_username', 'admin', 'awsuser')(namespace),
  },
  {
    id: 'CDC_SERVERLESS_AUDIT',
    on: NAMESPACE,
    requires: 'the audit logs of connections, users and statements',
    holds: (namespace) =>
      ['connectionlog', 'userlog', 'useractivitylog'].every((log) =>
        JSON.stringify(namespace.at('log_exports') ?? []).includes(`"${log}"`),
      ),
  },
  {
    id: 'CDC_SERVERLESS_DATABASE',
    on: NAMESPACE,
    requires: 'a database that is not dev',
    holds: isNot('db_name', 'dev'),
  },
  {
    // The provider has neither automated snapshots nor a final one for it.
    id: 'CDC_SERVERLESS_SNAPSHOTS',
    on: NAMESPACE,
    requires: 'a schedule that takes snapshots of it',
    holds: ({ deployment, config }) =>
      deployment
        .of('aws_scheduler_schedule')
        .some(
          (schedule) =>
            schedule.text('target.arn').endsWith(':redshiftserverless:createSnapshot') &&
            schedule.text('target.input').includes(`"NamespaceName":"${String(config.namespace_name)}"`),
        ),
  },
  {
    id: 'CDC_SERVERLESS_PRIVATE',
    on: WORKGROUP,
    requires: 'in subnets, with its traffic routed through the VPC, and not public',
    holds: (workgroup) =>
      has('subnet_ids')(workgroup) &&
      has('security_group_ids')(workgroup) &&
      isTrue('enhanced_vpc_routing')(workgroup) &&
      isNotTrue('publicly_accessible')(workgroup),
  },
  {
    id: 'CDC_SERVERLESS_TLS',
    on: WORKGROUP,
    requires: 'TLS for every connection',
    holds: hasConfigParameter('require_ssl', 'true'),
  },
  {
    id: 'CDC_SERVERLESS_STATEMENTS',
    on: WORKGROUP,
    requires: 'statements in the audit log',
    holds: hasConfigParameter('enable_user_activity_logging', 'true'),
  },
  {
    id: 'CDC_SERVERLESS_LIMIT',
    on: WORKGROUP,
    requires: 'a limit of what it may use, and of what it may grow to',
    holds: (workgroup) =>
      has('max_capacity')(workgroup) &&
      workgroup.deployment.usersOf(workgroup, 'aws_redshiftserverless_usage_limit').length > 0,
  },
];
