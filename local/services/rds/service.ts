/** Amazon RDS: one MySQL-protocol server. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsDbInstance } from './aws_db_instance';
import { awsDbParameterGroup } from './aws_db_parameter_group';

export const RDS_SERVICE: ServiceDescription = {
  twins: [awsDbInstance, awsDbParameterGroup],
  withoutATwin: {
    aws_db_subnet_group: 'no networks on a laptop: everything listens on the loopback address',
    aws_db_event_subscription: 'no notifications: a person watches, and the logs are files',
  },
};
