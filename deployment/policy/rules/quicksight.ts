/** What analysts see in QuickSight, how it gets there, and that nothing but the views does. */
import type { Resource } from '../../deployment';
import { isMap, listOf } from '../../json';
import { DASHBOARD, DATA_SET, permissionsOf } from '../../quicksight-permissions';
import { has, is, lacks, type PolicyRule, type Predicate } from '../rule';

const SOURCE = 'aws_quicksight_data_source';

const tablesOf = (dataSet: Resource) => listOf(dataSet.at('physical_table_map')).filter(isMap);

/** Views of the schema that is made for it, and no SQL of its own. */
const readsViews: Predicate = (dataSet) =>
  tablesOf(dataSet).length > 0 &&
  tablesOf(dataSet).every(({ relational_table: table }) => isMap(table) && table.schema === 'bi');

const PRINCIPAL = /^arn:aws:quicksight:[a-z0-9-]+:(\d{12}):(user|group)\//;
const READS = /^quicksight:(Describe|List|Query|Pass)\w+$/;

/** Users and groups of this account, who change nothing that a deploy would change back. */
const isReadByOwn: Predicate = (resource) =>
  permissionsOf(resource).every(
    ({ principal, actions }) =>
      PRINCIPAL.exec(principal)?.[1] === resource.deployment.home.accountId &&
      actions.every((action) => READS.test(action)),
  );

export const QUICKSIGHT_RULES: readonly PolicyRule[] = [
  {
    id: 'CDC_ANALYSTS_TLS',
    on: SOURCE,
    requires: 'TLS to the warehouse',
    holds: is('ssl_properties.disable_ssl', false),
  },
  {
    id: 'CDC_ANALYSTS_SECRET',
    on: SOURCE,
    requires: 'its login read from Secrets Manager, and none in the JSON',
    holds: (source) => has('credentials.secret_arn')(source) && lacks('credentials.credential_pair')(source),
  },
  {
    id: 'CDC_ANALYSTS_PRIVATE',
    on: SOURCE,
    requires: 'a way through the VPC',
    holds: (source) =>
      source.refersTo('vpc_connection_properties.vpc_connection_arn', 'aws_quicksight_vpc_connection'),
  },
  {
    id: 'CDC_ANALYSTS_VIEWS',
    on: DATA_SET,
    requires: 'only the views for analysts',
    holds: readsViews,
  },
  {
    // A copy in SPICE would be encrypted with a key of QuickSight's own.
    id: 'CDC_ANALYSTS_NO_COPY',
    on: DATA_SET,
    requires: 'no copy of the rows',
    holds: is('import_mode', 'DIRECT_QUERY'),
  },
  {
    id: 'CDC_ANALYSTS_OWN',
    on: DATA_SET,
    requires: 'users and groups of this account, who read',
    holds: isReadByOwn,
  },
  {
    id: 'CDC_DASHBOARD_OWN',
    on: DASHBOARD,
    requires: 'a dashboard of QuickSight, for users and groups of this account, who read',
    holds: (resource) => resource.text('type_name') === 'AWS::QuickSight::Dashboard' && isReadByOwn(resource),
  },
];
