/** The warehouse: a provisioned cluster or a serverless workgroup, which this deployment makes or somebody else made. */
import type * as z from 'zod';
import { HOST_NAME, KEY_ARN, SECRET_ARN, SECURITY_GROUP_ID } from './arns';
import { group, kind, kinds, namesOutOf, oneOf, text, whole } from './values';

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

const database = text(
  /^(?!dev$)[a-z][a-z0-9_]{0,63}$/,
  'a database name of lower-case letters and digits, not "dev"',
);

/** Amazon Redshift management guide, "Compute capacity for Amazon Redshift Serverless": 4, or 8 and more in steps of 8. */
const capacity = whole(4, 1024, 'RPUs, 4 or a multiple of 8').refine(
  (rpus) => rpus === 4 || rpus % 8 === 0,
  'a whole number from 4 to 1024 (RPUs, 4 or a multiple of 8)',
);

const BROUGHT = {
  /** Its owner may have called it anything, also dev. */
  database: text(/^[a-z][a-z0-9_]{0,63}$/, 'a database name of lower-case letters and digits'),
  host: HOST_NAME,
  port: whole(1, 65_535, 'a port'),
  /** Holds `username` and `password` of the login with which set-up makes schemas, tables and users. */
  adminSecretArn: SECRET_ARN,
  /** The customer's key that encrypts the secret, if one does. */
  adminSecretKeyArn: KEY_ARN.optional(),
  securityGroupId: SECURITY_GROUP_ID,
  /** Lets this deployment add a rule to its security group, so that DMS reaches it; nothing else is ever changed. */
  mayChange: namesOutOf(['security-group']),
};

const name = text(/^[a-z][a-z0-9-]{0,62}$/, 'a name of lower-case letters, digits and hyphens');

export const REDSHIFT_SETTINGS = kinds(
  kind('provisioned', {
    database,
    nodeType: oneOf(REDSHIFT_NODE_TYPES),
    nodeCount: whole(1, 128, 'nodes'),
    snapshotRetentionDays: whole(1, 35, 'days'),
  }),
  kind('serverless', {
    database,
    /** What answers a query at once; it is paid by the second while anything runs. */
    baseCapacityRpus: capacity,
    /** What it may grow to under load. */
    maxCapacityRpus: capacity,
    /** How much may be used in a period, and what happens then. With `deactivate` the warehouse takes no more work. */
    usageLimit: group({
      rpuHours: whole(1, 1_000_000, 'RPU-hours'),
      period: oneOf(['daily', 'weekly', 'monthly']),
      breachAction: oneOf(['log', 'emit-metric', 'deactivate']),
    }),
    /** Of the snapshot that is taken each day. */
    snapshotRetentionDays: whole(1, 35, 'days'),
  }),
  kind('existing-cluster', { clusterIdentifier: name, ...BROUGHT }),
  kind('existing-workgroup', {
    workgroupName: name,
    /** The last part of its ARN. */
    workgroupId: text(/^[0-9a-f-]{36}$/, "the id at the end of a workgroup's ARN"),
    namespaceName: name,
    ...BROUGHT,
  }),
);

export type RedshiftSettings = z.output<typeof REDSHIFT_SETTINGS>;

/** The settings of a warehouse of one kind. */
export type RedshiftOf<Kind extends RedshiftSettings['kind']> = Extract<
  RedshiftSettings,
  { readonly kind: Kind }
>;

/** One that somebody else made. */
export type ExistingRedshift = RedshiftOf<'existing-cluster'> | RedshiftOf<'existing-workgroup'>;

export const isExistingRedshift = (settings: RedshiftSettings): settings is ExistingRedshift =>
  settings.kind === 'existing-cluster' || settings.kind === 'existing-workgroup';

const isServerless = ({ kind: given }: RedshiftSettings): boolean =>
  given === 'serverless' || given === 'existing-workgroup';

/** The API that manages the warehouse: its endpoint in the VPC has the name of its actions. */
export const redshiftApiOf = (settings: RedshiftSettings): 'redshift' | 'redshift-serverless' =>
  isServerless(settings) ? 'redshift-serverless' : 'redshift';
