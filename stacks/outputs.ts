/**
 * The contract between the stacks: what each one publishes to those that come after it, by name, type and meaning.
 * Only what is not known before an apply is in it; all other names are in `names.ts`.
 */

import type { DynamodbTable } from '../pipeline/tables';

export interface OutputSpec<Kind extends 'text' | 'list' = 'text' | 'list'> {
  readonly kind: Kind;
  readonly description: string;
}

export type Contract = Readonly<Record<string, OutputSpec>>;

/** The values of a contract as the declaring stack gives them and the consuming stacks see them. */
export type OutputValues<Outputs extends Contract> = {
  readonly [Name in keyof Outputs]: Outputs[Name] extends OutputSpec<'list'> ? string[] : string;
};

const text = (description: string): OutputSpec<'text'> => ({ kind: 'text', description });
const list = (description: string): OutputSpec<'list'> => ({ kind: 'list', description });

export const NETWORK_OUTPUTS = {
  key_arn: text('ARN of the KMS key that encrypts all data at rest of this environment.'),
  private_subnet_ids: list('Ids of the private subnets, one in each availability zone.'),
  replication_security_group_id: text('Id of the security group of the DMS replication instance.'),
  functions_security_group_id: text('Id of the security group of the functions that talk to MySQL.'),
  secrets_endpoint_dns_name: text('DNS name of the interface endpoint of Secrets Manager, for DMS.'),
};

/** Only where this deployment makes the warehouse. */
export const NEW_WAREHOUSE_OUTPUTS = {
  warehouse_security_group_id: text('Id of the security group of the warehouse.'),
};

/** Only where QuickSight reads the views for analysts. */
export const QUICK_SIGHT_NETWORK_OUTPUTS = {
  quick_sight_security_group_id: text(
    "Id of the security group of QuickSight's connection to the warehouse.",
  ),
};

/** Only where this deployment makes the MySQL server. */
export const NEW_MYSQL_OUTPUTS = {
  mysql_security_group_id: text('Id of the security group of the MySQL instance.'),
};

/** Only where `copyToRegion` is set. */
export const COPY_OUTPUTS = {
  copy_key_arn: text('ARN of the KMS key that encrypts copies of backups in another region.'),
};

export const STORAGE_OUTPUTS = {
  mysql_host: text('Host name of the RDS for MySQL instance.'),
  mysql_port: text('Port of the RDS for MySQL instance.'),
  mysql_admin_secret_arn: text('ARN of the secret that RDS manages for the MySQL admin user.'),
  mysql_reconcile_secret_arn: text('ARN of the secret of the MySQL user that reconciles.'),
  mysql_dms_secret_arn: text('ARN of the secret of the MySQL user of DMS.'),
};

/** Only where this deployment writes rows into MySQL. */
export const INGEST_OUTPUTS = {
  mysql_ingest_secret_arn: text('ARN of the secret of the MySQL user that ingests.'),
};

/** Only where MySQL's certificate is not signed by RDS. */
export const MYSQL_AUTHORITY_OUTPUTS = {
  mysql_certificate_authority: text('PEM of the authority that signed the certificate of MySQL.'),
};

export const WAREHOUSE_OUTPUTS = {
  warehouse_host: text('Host name of the warehouse.'),
  warehouse_admin_secret_arn: text('ARN of the secret that Redshift manages for its admin user.'),
  warehouse_dms_secret_arn: text('ARN of the secret of the Redshift user of DMS.'),
  replication_instance_arn: text('ARN of the DMS replication instance.'),
  replication_source_arn: text('ARN of the DMS endpoint of MySQL.'),
  replication_target_arn: text('ARN of the DMS endpoint of Redshift.'),
};

/** Only where QuickSight reads the views for analysts. */
export const QUICK_SIGHT_WAREHOUSE_OUTPUTS = {
  warehouse_bi_secret_arn: text('ARN of the secret of the Redshift user of QuickSight.'),
};

/** Only of a serverless warehouse: AWS ends these in an id of its own. */
export const SERVERLESS_OUTPUTS = {
  warehouse_workgroup_arn: text('ARN of the workgroup of Redshift Serverless.'),
  warehouse_namespace_arn: text('ARN of the namespace of Redshift Serverless.'),
  warehouse_usage_limit_id: text('Id of the usage limit of the workgroup.'),
};

type StreamOutput = `${string}_stream_arn`;

/** The storage stack also publishes the stream of each DynamoDB table of the catalogue. */
export const streamOutput = ({ name }: DynamodbTable): StreamOutput => `${name}_stream_arn`;

export function streamOutputs(tables: readonly DynamodbTable[]): Record<StreamOutput, OutputSpec<'text'>> {
  return Object.fromEntries(
    tables.map((table) => [
      streamOutput(table),
      text(`ARN of the stream of the DynamoDB table ${table.name}.`),
    ]),
  );
}
