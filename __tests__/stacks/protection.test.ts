import { type Arguments, type Synthesis, synthesize } from './synthesized';

const dev = synthesize();
const prod = synthesize({ environment: 'prod' });

const HOLD_DATA = [
  'aws_db_instance.mysql',
  'aws_dynamodb_table.table_trades',
  'aws_kms_key.copies',
  'aws_kms_key.data',
  'aws_redshift_cluster.warehouse',
  'aws_s3_bucket.access_logs',
  'aws_s3_bucket.data',
  'aws_s3_bucket.dms',
];
const prevented = ({ resources }: Synthesis): string[] =>
  resources.filter(({ config }) => config.lifecycle?.prevent_destroy === true).map(({ address }) => address);
const pick = (deployment: Synthesis, type: string, name: string, keys: readonly string[]): Arguments =>
  Object.fromEntries(keys.map((key) => [key, deployment.one(type, name)[key]]));

describe('prod', () => {
  it('never lets Terraform destroy what holds data', () => {
    expect(prevented(prod).sort()).toEqual(HOLD_DATA);
  });

  it('keeps a MySQL instance in two zones, protected, with backups for five weeks and a last snapshot', () => {
    expect(prod.one('aws_db_instance', 'mysql')).toMatchObject({
      multi_az: true,
      deletion_protection: true,
      backup_retention_period: 35,
      skip_final_snapshot: false,
      final_snapshot_identifier: `cdc-prod-mysql-final-\${terraform_data.mysql_final_snapshot.id}`,
      delete_automated_backups: false,
      apply_immediately: false,
      instance_class: 'db.r8g.large',
    });
  });

  it('keeps a warehouse of several nodes with snapshots for five weeks and a last one', () => {
    expect(prod.one('aws_redshift_cluster', 'warehouse')).toMatchObject({
      cluster_type: 'multi-node',
      number_of_nodes: 2,
      automated_snapshot_retention_period: 35,
      skip_final_snapshot: false,
      final_snapshot_identifier: `cdc-prod-warehouse-final-\${terraform_data.warehouse_final_snapshot.id}`,
    });
  });

  it('keeps copies of backups and snapshots in another region, under a key there', () => {
    const key = `\${data.terraform_remote_state.network.outputs.copy_key_arn}`;
    expect(prod.one('aws_db_instance_automated_backups_replication', 'mysql_backup_copy')).toMatchObject({
      region: 'us-west-2',
      kms_key_id: key,
      retention_period: 35,
    });
    expect(prod.one('aws_redshift_snapshot_copy_grant', 'warehouse')).toMatchObject({
      region: 'us-west-2',
      kms_key_id: key,
    });
    expect(prod.one('aws_redshift_snapshot_copy', 'warehouse')).toMatchObject({
      destination_region: 'us-west-2',
      retention_period: 35,
    });
    expect(prod.one('aws_kms_key', 'copies').region).toBe('us-west-2');
  });

  it('still takes a last snapshot and keeps backups when its protection is lifted', () => {
    const lifted = synthesize({
      environment: 'prod',
      change: (context) => {
        context.environments.prod.protectData = false;
      },
    });
    expect(prevented(lifted)).toEqual([]);
    expect(lifted.one('aws_db_instance', 'mysql')).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: false,
      delete_automated_backups: false,
    });
    expect(lifted.one('aws_redshift_cluster', 'warehouse').skip_final_snapshot).toBe(false);
  });

  it('protects the table, and can restore it to any second of five weeks', () => {
    expect(prod.one('aws_dynamodb_table', 'table_trades')).toMatchObject({
      deletion_protection_enabled: true,
      point_in_time_recovery: { enabled: true, recovery_period_in_days: 35 },
    });
  });

  it('replicates from two zones', () => {
    expect(prod.one('aws_dms_replication_instance', 'replication').multi_az).toBe(true);
  });

  it('keeps secrets and the key for a month after a deletion, and never empties a bucket', () => {
    for (const { config } of prod.of('aws_secretsmanager_secret'))
      expect(config.recovery_window_in_days).toBe(30);
    expect(prod.one('aws_kms_key', 'data').deletion_window_in_days).toBe(30);
    for (const { config } of prod.of('aws_s3_bucket')) expect(config.force_destroy).toBe(false);
  });
});

describe('dev', () => {
  it('can be destroyed and applied again at any time', () => {
    expect(prevented(dev)).toEqual([]);
    expect(
      pick(dev, 'aws_db_instance', 'mysql', ['deletion_protection', 'skip_final_snapshot', 'multi_az']),
    ).toEqual({
      deletion_protection: false,
      skip_final_snapshot: true,
      multi_az: false,
    });
    expect(dev.one('aws_redshift_cluster', 'warehouse')).toMatchObject({
      skip_final_snapshot: true,
      cluster_type: 'single-node',
    });
    for (const { config } of dev.of('aws_secretsmanager_secret'))
      expect(config.recovery_window_in_days).toBe(0);
    for (const { config } of dev.of('aws_s3_bucket')) expect(config.force_destroy).toBe(true);
  });
});

describe('both', () => {
  it('share no name', () => {
    const names = ({ resources }: Synthesis) =>
      new Set(
        resources.flatMap(({ config }) =>
          [
            config.name,
            config.bucket,
            config.function_name,
            config.identifier,
            config.cluster_identifier,
          ].filter(
            (name) =>
              typeof name === 'string' && !name.startsWith('$') && !/^dms-(vpc|cloudwatch|access)/.test(name),
          ),
        ),
      );
    const shared = [...names(dev)].filter((name) => names(prod).has(name));
    // A parameter group of RDS is named by prefix; nothing else may be in two environments.
    expect(shared).toEqual([]);
  });

  it.each([
    ['dev', dev],
    ['prod', prod],
  ])('run current versions: %s', (_, deployment) => {
    expect(deployment.one('aws_db_instance', 'mysql')).toMatchObject({
      engine_version: expect.stringMatching(/^8\.4/),
      engine_lifecycle_support: 'open-source-rds-extended-support-disabled',
    });
    expect(deployment.one('aws_db_parameter_group', 'mysql').family).toBe('mysql8.4');
    expect(deployment.one('aws_redshift_cluster', 'warehouse').node_type).toMatch(/^(ra3|rg)\./);
    expect(deployment.one('aws_dms_replication_instance', 'replication').engine_version).toMatch(/^3\.6/);
  });

  it('write a binlog that DMS can read: row by row, whole rows, with backups on', () => {
    for (const deployment of [dev, prod]) {
      const parameters = deployment.one('aws_db_parameter_group', 'mysql').parameter as Arguments[];
      expect(Object.fromEntries(parameters.map(({ name, value }) => [name, value]))).toMatchObject({
        binlog_format: 'ROW',
        binlog_row_image: 'FULL',
        require_secure_transport: '1',
      });
      expect(deployment.one('aws_db_instance', 'mysql').backup_retention_period).toBeGreaterThan(0);
    }
  });
});
