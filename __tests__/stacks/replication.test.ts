import { X509Certificate } from 'node:crypto';
import { type MysqlTable, mysqlTables } from '../../pipeline/tables';
import { rdsCertificatesOf } from '../../stacks/rds-certificates';
import { buildTableMappings } from '../../stacks/replication-mappings';
import { TXNS } from '../support/tables';
import { type Arguments, synthesize } from './synthesized';

const { one } = synthesize();
const task = one('aws_dms_replication_task', 'replication');
const source = one('aws_dms_endpoint', 'replication_source');
const target = one('aws_dms_endpoint', 'replication_target');

describe('table mappings', () => {
  const rulesOf = (tables: readonly MysqlTable[]) => buildTableMappings(tables).rules;

  it('select just the MySQL tables of the catalogue, and the heartbeat', () => {
    const selected = JSON.parse(task.table_mappings)
      .rules.filter((rule: Arguments) => rule['rule-type'] === 'selection')
      .map((rule: Arguments) => [rule['rule-action'], Object.values(rule['object-locator']).join('.')]);
    expect(selected).toEqual([
      ...mysqlTables().map(({ database, name }) => ['include', `${database}.${name}`]),
      ['include', 'cdc[_]heartbeat.heartbeats'],
    ]);
  });

  it('rename only where the target is called otherwise', () => {
    const renamed = rulesOf([{ ...TXNS, target: { schema: 'core', table: 'transactions' } }]).filter(
      (rule) => rule['rule-action'] === 'rename',
    );
    expect(renamed.map((rule) => [rule['rule-target'], rule.value])).toEqual([
      ['table', 'transactions'],
      ['schema', 'core'],
    ]);
    expect(rulesOf([TXNS]).filter((rule) => rule['rule-action'] === 'rename')).toEqual([]);
  });

  it('rename a database once, however many of its tables are copied', () => {
    const other = { schema: 'core', table: 'x' };
    const tables = [
      { ...TXNS, name: 'one', target: { ...other, table: 'one' } },
      { ...TXNS, name: 'two', target: { ...other, table: 'two' } },
    ];
    const schemas = rulesOf(tables).filter((rule) => rule['rule-target'] === 'schema');
    expect(schemas).toHaveLength(1);
  });

  it('refuse one database in two schemas, which a task cannot do', () => {
    const tables = [
      { ...TXNS, name: 'one', target: { schema: 'core', table: 'one' } },
      { ...TXNS, name: 'two', target: { schema: 'bank', table: 'two' } },
    ];
    expect(() => buildTableMappings(tables)).toThrow(/tables of the database bank .* core, bank\./);
  });

  it('make booleans of MySQL booleans', () => {
    const typed = rulesOf([TXNS]).filter((rule) => rule['rule-action'] === 'change-data-type');
    expect(typed.map((rule) => [rule['object-locator']['column-name'], rule['data-type']])).toEqual([
      ['chip_used', { type: 'boolean' }],
    ]);
  });

  it('number and name their rules uniquely', () => {
    const rules = rulesOf([TXNS, { ...TXNS, name: 'other', target: { schema: 'bank', table: 'other' } }]);
    for (const key of ['rule-id', 'rule-name'] as const) {
      expect(new Set(rules.map((rule) => rule[key])).size).toBe(rules.length);
    }
  });
});

describe('task settings', () => {
  const settings = JSON.parse(task.replication_task_settings) as Record<string, Arguments>;

  /** Keys that DMS gives back, with the JSON type that it gives (AWS DMS user guide, task settings example). */
  const TYPES: Record<string, Record<string, 'boolean' | 'number' | 'string'>> = {
    TargetMetadata: {
      SupportLobs: 'boolean',
      FullLobMode: 'boolean',
      LimitedSizeLobMode: 'boolean',
      LobMaxSize: 'number',
      BatchApplyEnabled: 'boolean',
    },
    FullLoadSettings: {
      TargetTablePrepMode: 'string',
      MaxFullLoadSubTasks: 'number',
      CommitRate: 'number',
      StopTaskCachedChangesApplied: 'boolean',
      StopTaskCachedChangesNotApplied: 'boolean',
    },
    ChangeProcessingTuning: {
      BatchApplyPreserveTransaction: 'boolean',
      BatchApplyTimeoutMin: 'number',
      BatchApplyTimeoutMax: 'number',
      BatchApplyMemoryLimit: 'number',
    },
    ChangeProcessingDdlHandlingPolicy: {
      HandleSourceTableDropped: 'boolean',
      HandleSourceTableTruncated: 'boolean',
      HandleSourceTableAltered: 'boolean',
    },
    ErrorBehavior: {
      DataErrorPolicy: 'string',
      DataTruncationErrorPolicy: 'string',
      TableErrorPolicy: 'string',
      RecoverableErrorCount: 'number',
      RecoverableErrorThrottling: 'boolean',
      ApplyErrorDeletePolicy: 'string',
      ApplyErrorInsertPolicy: 'string',
      ApplyErrorUpdatePolicy: 'string',
      FullLoadIgnoreConflicts: 'boolean',
    },
    ControlTablesSettings: {
      ControlSchema: 'string',
      HistoryTableEnabled: 'boolean',
      SuspendedTablesTableEnabled: 'boolean',
      StatusTableEnabled: 'boolean',
    },
    ValidationSettings: { EnableValidation: 'boolean' },
    Logging: { EnableLogging: 'boolean' },
  };

  it('are just the keys that DMS gives back, in its types: no plan shows a change indefinitely', () => {
    const types = Object.fromEntries(
      Object.entries(settings).map(([group, members]) => [
        group,
        Object.fromEntries(Object.entries(members).map(([name, value]) => [name, typeof value])),
      ]),
    );
    expect(types).toEqual(TYPES);
  });

  it('empty the tables that set-up made and never drop or alter them, and write a row again rather than twice', () => {
    expect(settings.FullLoadSettings!.TargetTablePrepMode).toBe('TRUNCATE_BEFORE_LOAD');
    expect(settings.ChangeProcessingDdlHandlingPolicy).toEqual({
      HandleSourceTableDropped: false,
      HandleSourceTableTruncated: true,
      HandleSourceTableAltered: false,
    });
    expect(settings.ErrorBehavior!.ApplyErrorInsertPolicy).toBe('INSERT_RECORD');
  });

  it('keep large objects below what a VARCHAR of Redshift holds', () => {
    expect(settings.TargetMetadata).toMatchObject({ FullLobMode: false, LimitedSizeLobMode: true });
    expect(settings.TargetMetadata!.LobMaxSize).toBeLessThan(64);
  });
});

describe('the replication task', () => {
  it('has an ARN that is known at synthesis and is started by its function, not by Terraform', () => {
    expect(task).toMatchObject({
      migration_type: 'full-load-and-cdc',
      resource_identifier: 'cdc-dev-mysql',
      start_replication_task: false,
    });
    expect(
      one('aws_lambda_function', 'start_replication_task').environment.variables.REPLICATION_TASK_ARN,
    ).toBe('arn:aws:dms:us-east-1:123456789012:task:cdc-dev-mysql');
  });

  it('keeps its identifier within the 31 characters of DMS for the longest names', () => {
    const { one: longest } = synthesize({
      change: (context) => {
        context.project = 'a23456789012';
        context.environments = { e23456789012: context.environments.dev };
      },
      environment: 'e23456789012',
    });
    const { resource_identifier: identifier } = longest('aws_dms_replication_task', 'replication');
    expect(identifier.length).toBeLessThanOrEqual(31);
  });

  it('logs into a group that is there before it, under the one name that DMS writes to', () => {
    expect(one('aws_cloudwatch_log_group', 'replication').name).toBe('dms-tasks-cdc-dev-replication');
    expect(task.depends_on).toEqual(['aws_cloudwatch_log_group.replication']);
  });
});

describe('the endpoints', () => {
  it('read their users from secrets, over the endpoint in the VPC', () => {
    for (const endpoint of [source, target]) {
      expect(endpoint.secrets_manager_access_role_arn).toBe(
        'arn:aws:iam::123456789012:role/cdc-dev-dms-secrets',
      );
      expect(endpoint.extra_connection_attributes).toBe(
        `secretsManagerEndpointOverride=\${data.terraform_remote_state.network.outputs.secrets_endpoint_dns_name}`,
      );
      for (const name of ['username', 'password', 'server_name']) expect(endpoint[name]).toBeUndefined();
    }
  });

  it('verify MySQL by the authorities of RDS, and put no database in its way', () => {
    expect(source).toMatchObject({ engine_name: 'mysql', ssl_mode: 'verify-ca' });
    expect(source.certificate_arn).toBe(`\${aws_dms_certificate.replication.certificate_arn}`);
    expect(source.database_name).toBeUndefined();
  });

  it('bring files to Redshift through a bucket that DMS may use, encrypted with our key', () => {
    expect(target.redshift_settings).toMatchObject({
      bucket_name: 'dms-cdc-dev-123456789012',
      encryption_mode: 'SSE_KMS',
      service_access_role_arn: 'arn:aws:iam::123456789012:role/cdc-dev-dms-warehouse',
    });
    expect(one('aws_s3_bucket_versioning', 'dms').versioning_configuration.status).toBe('Disabled');
  });
});

describe('the certificates of RDS', () => {
  it.each(['us-east-1', 'eu-central-1', 'ap-southeast-2'])('are the three authorities of %s', (region) => {
    const pems = rdsCertificatesOf(region).split(/(?<=-----END CERTIFICATE-----\n)/);
    const subjects = pems.map((pem) => /CN=(.*)/.exec(new X509Certificate(pem).subject)![1]);
    expect(subjects.sort()).toEqual([
      `Amazon RDS ${region} Root CA ECC384 G1`,
      `Amazon RDS ${region} Root CA RSA2048 G1`,
      `Amazon RDS ${region} Root CA RSA4096 G1`,
    ]);
    for (const pem of pems)
      expect(new Date(new X509Certificate(pem).validTo).getFullYear()).toBeGreaterThan(2055);
  });

  it('are missed by name where nobody knows them', () => {
    expect(() => rdsCertificatesOf('us-moon-1')).toThrow(/us-moon-1/);
  });
});
