/** Amazon DynamoDB: DynamoDB Local, or the endpoint of one's own tables, which answers the calls that the gateway admits. */
import { EngineProxy } from '../../protocol/engine-proxy';
import { DYNAMODB_LOCAL } from '../../runtime/ports/dynamodb-local';
import { GATEWAY_SERVICES, STATE, TELL } from '../../runtime/ports/host';
import type { Registry } from '../../runtime/registry';
import type { OpenService, ServiceDescription } from '../../runtime/service-description';
import { findOwnSource, type OwnDynamodb } from '../../state/own-source';
import { awsDynamodbTable } from './aws_dynamodb_table';
import { startDynamodbLocal } from './dynamodb-local';
import { existingDynamodbTable } from './existing_dynamodb_table';
import { ReadingProxy, reachOwnDatabase } from './own-database';
import { DYNAMODB_ACCESS } from './required-access';

export const DYNAMODB_SERVICE: ServiceDescription = {
  twins: [awsDynamodbTable, existingDynamodbTable],
  withoutATwin: {
    aws_dynamodb_resource_policy: 'it is not started: the gateway evaluates it at each call',
  },
  access: { dynamodb: DYNAMODB_ACCESS },
  opensOnDemand: true,
  open: async (registry) => {
    const own = findOwnSource(registry.the(STATE).folder)?.dynamodb;
    if (own !== undefined) return openOwn(registry, own);
    const tell = registry.the(TELL);
    const server = await startDynamodbLocal({
      folder: registry.the(STATE).path('dynamodb'),
      onUnexpectedEnd: (message) => tell({ type: 'engine-ended', engine: 'DynamoDB Local', message }),
    });
    const proxy = new EngineProxy('DynamoDB Local', server);
    registry.provide(DYNAMODB_LOCAL, server);
    registry.of(GATEWAY_SERVICES).set('dynamodb', proxy);
    const stop = async (): Promise<void> => {
      proxy.stop();
      await server.stop();
    };
    return { stop };
  },
};

async function openOwn(registry: Registry, own: OwnDynamodb): Promise<OpenService> {
  const database = await reachOwnDatabase(own);
  const proxy = new EngineProxy('DynamoDB', database);
  registry.provide(DYNAMODB_LOCAL, database);
  registry.of(GATEWAY_SERVICES).set('dynamodb', new ReadingProxy(proxy, own.endpoint));
  return { stop: async () => proxy.stop() };
}
