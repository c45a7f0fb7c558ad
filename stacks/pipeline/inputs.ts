/** What the pipeline's functions get from the earlier stacks. */
import type { NETWORK_OUTPUTS, OutputValues, STORAGE_OUTPUTS, WAREHOUSE_OUTPUTS } from '../outputs';

export interface PipelineInputs {
  readonly network: OutputValues<typeof NETWORK_OUTPUTS>;
  readonly storage: OutputValues<typeof STORAGE_OUTPUTS>;
  readonly warehouse: OutputValues<typeof WAREHOUSE_OUTPUTS>;
  /** ARN of the stream of each DynamoDB table, by the catalogue's name. */
  readonly streamArns: Readonly<Record<string, string>>;
}
