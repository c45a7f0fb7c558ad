/** Schemas of the pipeline itself, which people who read their tables do not look for. */
import { HEARTBEATS } from '../../../../pipeline/heartbeats';
import { CONTROL_SCHEMA } from '../../../../pipeline/tables';
import { REPLICATION_CONTROL_SCHEMA } from '../../../../pipeline/warehouse/table-definitions';

export const OWN_SCHEMAS: readonly string[] = [
  CONTROL_SCHEMA,
  HEARTBEATS.target.schema,
  REPLICATION_CONTROL_SCHEMA,
];
