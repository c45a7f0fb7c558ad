/** Amazon Redshift, provisioned and serverless: the warehouse and its Data API, which cluster or workgroup adds to the gateway. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsRedshiftCluster } from './aws_redshift_cluster';
import { awsRedshiftClusterIamRoles } from './aws_redshift_cluster_iam_roles';
import { awsRedshiftserverlessNamespace } from './aws_redshiftserverless_namespace';
import { awsRedshiftserverlessUsageLimit } from './aws_redshiftserverless_usage_limit';
import { awsRedshiftserverlessWorkgroup } from './aws_redshiftserverless_workgroup';
import { existingRedshift } from './existing_redshift';
import { REDSHIFT_DATA_ACCESS } from './required-access';

const COPIES = 'no snapshots, and nowhere to copy them to';
const WATCHED = 'no CloudWatch: a person watches, and the logs are files';

export const REDSHIFT_SERVICE: ServiceDescription = {
  twins: [
    awsRedshiftCluster,
    awsRedshiftClusterIamRoles,
    awsRedshiftserverlessNamespace,
    awsRedshiftserverlessUsageLimit,
    awsRedshiftserverlessWorkgroup,
    existingRedshift,
  ],
  withoutATwin: {
    aws_redshift_subnet_group: 'no networks on a laptop: everything listens on the loopback address',
    aws_redshift_parameter_group: 'TLS and audit logs are the service’s own',
    aws_redshift_snapshot_copy: COPIES,
    aws_redshift_snapshot_copy_grant: COPIES,
    aws_redshift_event_subscription: WATCHED,
    aws_redshift_logging: WATCHED,
  },
  access: { 'redshift-data': REDSHIFT_DATA_ACCESS },
};
