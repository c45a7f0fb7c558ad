/** The warehouse: a provisioned cluster that this deployment makes. */
import { kind, kinds, oneOf, text, whole } from './values';

/** `dc2` nodes can no longer be created. */
const REDSHIFT_NODE_TYPES = [
  'ra3.large',
  'ra3.xlplus',
  'ra3.4xlarge',
  'ra3.16xlarge',
  'rg.large',
  'rg.xlarge',
  'rg.4xlarge',
  'rg.12xlarge',
] as const;

export const REDSHIFT_SETTINGS = kinds(
  kind('provisioned', {
    database: text(
      /^(?!dev$)[a-z][a-z0-9_]{0,63}$/,
      'a database name of lower-case letters and digits, not "dev"',
    ),
    nodeType: oneOf(REDSHIFT_NODE_TYPES),
    nodeCount: whole(1, 128, 'nodes'),
    snapshotRetentionDays: whole(1, 35, 'days'),
  }),
);
