/** What the pipeline's functions get from the earlier stacks. */
import type {
  NETWORK_OUTPUTS,
  OutputValues,
  SERVERLESS_OUTPUTS,
  STORAGE_OUTPUTS,
  WAREHOUSE_OUTPUTS,
} from '../outputs';

export interface PipelineInputs {
  readonly network: OutputValues<typeof NETWORK_OUTPUTS>;
  readonly storage: OutputValues<typeof STORAGE_OUTPUTS>;
  /** Where this deployment writes rows into MySQL. */
  readonly mysqlIngestSecretArn?: string;
  /** Where MySQL's certificate is not signed by RDS: PEM. */
  readonly mysqlAuthority?: string;
  readonly warehouse: OutputValues<typeof WAREHOUSE_OUTPUTS>;
  /** Where QuickSight reads the views for analysts. */
  readonly quickSight?: QuickSightInputs;
  /** Of a serverless warehouse. */
  readonly serverless?: OutputValues<typeof SERVERLESS_OUTPUTS>;
  /** ARN of the stream of each DynamoDB table, by the catalogue's name. */
  readonly streamArns: Readonly<Record<string, string>>;
}

export interface QuickSightInputs {
  readonly securityGroupId: string;
  /** Of its user in the warehouse. */
  readonly secretArn: string;
}

/** What a function that talks to MySQL trusts, beside what Lambda does. */
export const mysqlAuthority = ({ mysqlAuthority: pem }: PipelineInputs): { readonly MYSQL_CA?: string } =>
  pem === undefined ? {} : { MYSQL_CA: pem };
