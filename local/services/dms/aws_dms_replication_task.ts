/** The twin of the task, by the table mappings and settings of the JSON; it is started by the function that starts it. */

import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { DeploymentError } from '../../../deployment/terraform-json';
import { ACCOUNT, TELL } from '../../runtime/ports/host';
import { REPLICATION_TASKS, TaskDefinitionError } from '../../runtime/ports/replication-task';
import { WAREHOUSES } from '../../runtime/ports/warehouse';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { DMS_ENDPOINTS, type DmsEndpoint } from './aws_dms_endpoint';
import { CONNECTIONS, type EndpointConnections } from './endpoint-connections';
import { createReplicationTask } from './task/replication-task';

export const awsDmsReplicationTask: ResourceTwin = {
  type: 'aws_dms_replication_task',
  honoured: [
    'replication_task_id',
    'resource_identifier',
    'migration_type',
    'table_mappings',
    'replication_task_settings',
    'source_endpoint_arn',
    'target_endpoint_arn',
    'replication_instance_arn',
    'start_replication_task',
  ],
  ignored: {},
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const tell = registry.the(TELL);
    const connections = registry.the(CONNECTIONS);
    const identifier = resource.text('replication_task_id');
    const resourceId = resource.optionalText('resource_identifier') ?? identifier;
    const arn = `arn:aws:dms:${region}:${accountId}:task:${resourceId}`;
    if (resource.flag('start_replication_task', false)) {
      throw resource.refusal('start_replication_task', 'true: a function starts the task, after set-up');
    }
    const source = endpointOf(resource, registry, 'source');
    const target = endpointOf(resource, registry, 'target');
    checkInstance(resource, connections);
    const warehouse = registry.of(WAREHOUSES).get(target.databaseName ?? '');
    if (warehouse === undefined)
      throw resource.refusal('target_endpoint_arn', 'an endpoint without a warehouse');
    const task = await refusingByName(resource, () =>
      createReplicationTask({
        arn,
        identifier,
        migrationType: resource.text('migration_type'),
        tableMappings: resource.text('table_mappings'),
        settings: resource.optionalText('replication_task_settings'),
        source: source.readLogin,
        warehouse,
        onEvent: (event) => tell({ type: 'task', identifier, event }),
      }),
    );
    registry.of(REPLICATION_TASKS).set(arn, task);
    connections.addTask(arn, {
      instanceArn: resource.text('replication_instance_arn'),
      sourceArn: resource.text('source_endpoint_arn'),
      targetArn: resource.text('target_endpoint_arn'),
    });
    return {
      attributes: { replication_task_id: identifier, id: identifier, replication_task_arn: arn },
      stop: () => task.close(),
    };
  },
};

function endpointOf(resource: ResourceArguments, registry: Registry, type: DmsEndpoint['type']): DmsEndpoint {
  const path = `${type}_endpoint_arn`;
  const arn = resource.text(path);
  const endpoint = registry.of(DMS_ENDPOINTS).get(arn);
  if (endpoint?.type === type) return endpoint;
  throw resource.refusal(path, `${arn}, which is no ${type} endpoint that a stack declares`);
}

/** The task itself runs in the runtime; its connections are tested from there under the instance's name. */
function checkInstance(resource: ResourceArguments, connections: EndpointConnections): void {
  const arn = resource.text('replication_instance_arn');
  if (connections.instance(arn) !== undefined) return;
  throw resource.refusal('replication_instance_arn', `${arn}, which no stack declares`);
}

async function refusingByName<Result>(
  resource: ResourceArguments,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TaskDefinitionError)) throw error;
    const problems = error.problems.map(
      ({ property, where, message }) => `${resource.address}.${property}: ${where}: ${message}`,
    );
    throw new DeploymentError(`stack ${resource.block.stack}:\n  ${problems.join('\n  ')}`);
  }
}
