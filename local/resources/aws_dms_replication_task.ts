/** The twin of the task, by the table mappings and settings of the JSON; it is started by the function that starts it. */
import { createReplicationTask } from '../engines/replication-task/replication-task';
import { type SourceLogin, TaskDefinitionError } from '../engines/replication-task/task';
import type { DmsEndpoint, Laptop } from '../laptop';
import type { ResourceTwin } from '../resource-twin';
import type { ResourceArguments } from '../terraform/resource-arguments';
import { DeploymentError } from '../terraform/terraform-json';

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
    'start_replication_task',
  ],
  ignored: { replication_instance_arn: 'the task runs in the runtime itself' },
  start: async (resource, laptop) => {
    const identifier = resource.text('replication_task_id');
    const resourceId = resource.optionalText('resource_identifier') ?? identifier;
    const arn = `arn:aws:dms:${laptop.facts.region}:${laptop.facts.accountId}:task:${resourceId}`;
    if (resource.flag('start_replication_task', false)) {
      throw resource.refusal('start_replication_task', 'true: a function starts the task, after set-up');
    }
    const source = endpointOf(resource, laptop, 'source');
    const target = endpointOf(resource, laptop, 'target');
    const warehouse = laptop.warehouses.get(target.databaseName ?? '');
    if (warehouse === undefined)
      throw resource.refusal('target_endpoint_arn', 'an endpoint without a warehouse');
    const task = await refusingByName(resource, () =>
      createReplicationTask({
        arn,
        identifier,
        migrationType: resource.text('migration_type'),
        tableMappings: resource.text('table_mappings'),
        settings: resource.optionalText('replication_task_settings'),
        source: () => readLogin(laptop, source),
        warehouse,
        onEvent: (event) => laptop.tell({ type: 'task', identifier, event }),
      }),
    );
    laptop.tasks.push(task);
    return {
      attributes: { replication_task_id: identifier, id: identifier, replication_task_arn: arn },
      stop: () => task.close(),
    };
  },
};

function endpointOf(resource: ResourceArguments, laptop: Laptop, type: DmsEndpoint['type']): DmsEndpoint {
  const path = `${type}_endpoint_arn`;
  const arn = resource.text(path);
  const endpoint = laptop.endpoints.get(arn);
  if (endpoint?.type === type) return endpoint;
  throw resource.refusal(path, `${arn}, which is no ${type} endpoint that a stack declares`);
}

/** Read anew at each connection: set-up fills the secret after the task was made, and the port changes. */
async function readLogin(laptop: Laptop, endpoint: DmsEndpoint): Promise<SourceLogin> {
  const value = laptop.secrets.readValue(endpoint.secretArn);
  if (value === undefined) {
    throw new Error(`the secret of ${endpoint.address} has no value yet; prepare-mysql fills it`);
  }
  const { username, password, host, port } = JSON.parse(value) as Record<string, string | number>;
  const [server] = laptop.mysqlServers.values();
  return {
    username: String(username),
    password: String(password),
    host: String(host),
    port: Number(port),
    ...(server === undefined ? {} : { caFile: server.caFile }),
  };
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
