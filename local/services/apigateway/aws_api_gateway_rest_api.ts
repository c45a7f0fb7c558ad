/** An API by its document; its stage serves it. */
import { ACCOUNT } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { parseRestApi, REST_APIS } from './rest-api';

export const awsApiGatewayRestApi: ResourceTwin = {
  type: 'aws_api_gateway_rest_api',
  honoured: ['name', 'body'],
  ignored: {
    description: 'for people',
    endpoint_configuration: 'everything listens on the loopback address',
    put_rest_api_mode: 'the laptop has one version of a document',
  },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const name = resource.text('name');
    const id = `laptop${String(registry.of(REST_APIS).size).padStart(4, '0')}`;
    try {
      registry.of(REST_APIS).set(id, parseRestApi(name, resource.text('body')));
    } catch (error) {
      throw resource.refusal('body', error instanceof Error ? error.message : String(error));
    }
    const executionArn = `arn:aws:execute-api:${region}:${accountId}:${id}`;
    return { attributes: { id, name, execution_arn: executionArn, root_resource_id: 'root' } };
  },
};
