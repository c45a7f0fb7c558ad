/** Amazon RDS: one MySQL-protocol server, this deployment's or a stand-in for somebody else's. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsDbInstance } from './aws_db_instance';
import { awsDbParameterGroup } from './aws_db_parameter_group';
import { existingMysql } from './existing_mysql';

export const RDS_SERVICE: ServiceDescription = {
  twins: [awsDbInstance, awsDbParameterGroup, existingMysql],
  withoutATwin: {
    aws_db_subnet_group: 'no networks on a laptop: everything listens on the loopback address',
    aws_db_instance_automated_backups_replication: 'no backups, and nowhere to copy them to',
    // Of Terraform itself; the warehouse has one as well.
    terraform_data: 'it names the last snapshot, and nothing is destroyed here',
    aws_db_event_subscription: 'no notifications: a person watches, and the logs are files',
  },
};
