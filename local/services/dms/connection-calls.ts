/** The calls of the DMS API that test connections and tell how the tests went. */
import { ownValue } from '../../../pipeline/values/own-value';
import { type JsonObject, ServiceError } from '../../protocol/service';
import { parseFilters } from './dms-filters';
import type { EndpointConnections, TestedConnection } from './endpoint-connections';

/** What each filter of DescribeConnections compares (AWS DMS API, DescribeConnections). */
const FILTERED: Readonly<Record<string, (connection: TestedConnection) => string>> = {
  'endpoint-arn': ({ endpoint }) => endpoint.arn,
  'replication-instance-arn': ({ instance }) => instance.arn,
};

export function describeConnections(connections: EndpointConnections, input: JsonObject): JsonObject {
  let selected = connections.describe();
  for (const { name, values } of parseFilters(input)) {
    const filtered = ownValue(FILTERED, name);
    if (filtered === undefined) {
      throw new ServiceError(
        'InvalidParameterValueException',
        `the laptop's DMS cannot filter connections by ${name}`,
      );
    }
    selected = selected.filter((connection) => values.includes(filtered(connection)));
  }
  if (selected.length === 0)
    throw new ServiceError('ResourceNotFoundFault', 'no connection of these was ever tested');
  return { Connections: selected.map(describeConnection) };
}

export function testConnection(connections: EndpointConnections, input: JsonObject): JsonObject {
  const instance = connections.instance(String(input.ReplicationInstanceArn));
  const endpoint = connections.endpoint(String(input.EndpointArn));
  if (instance === undefined || endpoint === undefined) {
    throw new ServiceError(
      'ResourceNotFoundFault',
      instance === undefined
        ? `no replication instance has this ARN: ${String(input.ReplicationInstanceArn)}`
        : `no endpoint has this ARN: ${String(input.EndpointArn)}`,
    );
  }
  if (connections.isUnderTest(instance, endpoint)) {
    throw new ServiceError(
      'InvalidResourceStateFault',
      `the connection to ${endpoint.identifier} is being tested`,
    );
  }
  return { Connection: describeConnection(connections.beginTest(instance, endpoint)) };
}

function describeConnection({ instance, endpoint, status, failure }: TestedConnection): JsonObject {
  return {
    ReplicationInstanceArn: instance.arn,
    ReplicationInstanceIdentifier: instance.identifier,
    EndpointArn: endpoint.arn,
    EndpointIdentifier: endpoint.identifier,
    Status: status,
    ...(failure === undefined ? {} : { LastFailureMessage: failure }),
  };
}
