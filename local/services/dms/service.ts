/** AWS DMS: the replication task, and the API that starts it. */
import { GATEWAY_SERVICES } from '../../runtime/ports/host';
import { REPLICATION_TASKS } from '../../runtime/ports/replication-task';
import type { ServiceDescription } from '../../runtime/service-description';
import { awsDmsEndpoint } from './aws_dms_endpoint';
import { awsDmsReplicationInstance } from './aws_dms_replication_instance';
import { awsDmsReplicationTask } from './aws_dms_replication_task';
import { createDmsService } from './dms-service';
import { CONNECTIONS, EndpointConnections } from './endpoint-connections';
import { DMS_ACCESS } from './required-access';

const THROUGH_FILES = 'DMS loads through files in its own bucket; its twin writes to the warehouse directly';

export const DMS_SERVICE: ServiceDescription = {
  twins: [awsDmsEndpoint, awsDmsReplicationInstance, awsDmsReplicationTask],
  withoutATwin: {
    aws_dms_replication_subnet_group: 'no networks on a laptop: everything listens on the loopback address',
    aws_dms_event_subscription: 'no notifications: a person watches, and the logs are files',
    aws_dms_certificate: 'the laptop has an authority of its own, and verifies it',
  },
  access: { dms: DMS_ACCESS },
  unexercised: [
    {
      role: '-dms-warehouse',
      action: /^(s3|kms):/,
      reason: THROUGH_FILES,
    },
    { role: 'dms-access-for-endpoint', action: /^s3:/, reason: THROUGH_FILES },
  ],
  open: async (registry) => {
    const connections = new EndpointConnections();
    registry.provide(CONNECTIONS, connections);
    const tasks = registry.of(REPLICATION_TASKS);
    registry.of(GATEWAY_SERVICES).set('dms', createDmsService({ tasks, connections }));
    return { stop: async () => undefined };
  },
};
