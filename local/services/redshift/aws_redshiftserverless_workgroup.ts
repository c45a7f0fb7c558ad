/** What computes on a namespace: the Data API under the workgroup's name, behind the gateway. */
import { ACCOUNT, GATEWAY_SERVICES } from '../../runtime/ports/host';
import { WORKGROUP_ARNS } from '../../runtime/ports/warehouse';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { NAMESPACES } from './aws_redshiftserverless_namespace';
import { idOf } from './serverless-id';

export const awsRedshiftserverlessWorkgroup: ResourceTwin = {
  type: 'aws_redshiftserverless_workgroup',
  honoured: ['workgroup_name', 'namespace_name', 'port'],
  ignored: {
    base_capacity: 'the laptop is as large as it is',
    max_capacity: 'the laptop is as large as it is',
    config_parameter: 'TLS and audit logs are the service’s own',
    enhanced_vpc_routing: 'no networks on a laptop',
    publicly_accessible: 'it has no port; the gateway listens on the loopback address alone',
    security_group_ids: 'no networks on a laptop',
    subnet_ids: 'no networks on a laptop',
  },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const workgroupName = resource.text('workgroup_name');
    const namespace = registry.of(NAMESPACES).get(resource.text('namespace_name'));
    if (namespace === undefined) {
      throw resource.refusal(
        'namespace_name',
        `${resource.text('namespace_name')}, which no stack declares as a namespace`,
      );
    }
    const workgroupId = idOf('workgroup', workgroupName);
    const arn = `arn:aws:redshift-serverless:${region}:${accountId}:workgroup/${workgroupId}`;
    registry.of(WORKGROUP_ARNS).set(workgroupName, arn);
    registry.of(GATEWAY_SERVICES).set('redshift-data', namespace.dataApi({ workgroupName }));
    const address = `${workgroupName}.laptop.internal`;
    const port = resource.number('port', 5439);
    return {
      attributes: {
        workgroup_name: workgroupName,
        id: workgroupName,
        workgroup_id: workgroupId,
        arn,
        port,
        endpoint: [{ address, port }],
      },
    };
  },
};
