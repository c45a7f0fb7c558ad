/** Where the task would run; here it runs in the runtime itself. */
import { ACCOUNT } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { CONNECTIONS } from './endpoint-connections';

export const awsDmsReplicationInstance: ResourceTwin = {
  type: 'aws_dms_replication_instance',
  honoured: ['replication_instance_id'],
  ignored: {
    replication_instance_class: 'the laptop is as large as it is',
    allocated_storage: 'the laptop is as large as it is',
    engine_version: 'the twin has no versions',
    allow_major_version_upgrade: 'the twin has no versions',
    auto_minor_version_upgrade: 'the twin has no versions',
    apply_immediately: 'changes apply at the next start',
    preferred_maintenance_window: 'nobody maintains a laptop',
    multi_az: 'the laptop is one place',
    availability_zone: 'the laptop is one place',
    publicly_accessible: 'no networks on a laptop',
    replication_subnet_group_id: 'no networks on a laptop',
    vpc_security_group_ids: 'no networks on a laptop',
    network_type: 'no networks on a laptop',
  },
  start: async (resource, registry) => {
    const facts = registry.the(ACCOUNT);
    const id = resource.text('replication_instance_id');
    const arn = `arn:aws:dms:${facts.region}:${facts.accountId}:rep:${id}`;
    registry.the(CONNECTIONS).addInstance({ arn, identifier: id });
    return { attributes: { replication_instance_id: id, id, replication_instance_arn: arn } };
  },
};
