/** Serves an API on the loopback address, through the functions that its document names. */
import { FUNCTIONS } from '../../runtime/ports/callable-function';
import { ACCOUNT } from '../../runtime/ports/host';
import { SOURCE_APIS } from '../../runtime/ports/source-api';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { ApiServer } from './api-server';
import { restApiOf } from './rest-api-of';

export const awsApiGatewayStage: ResourceTwin = {
  type: 'aws_api_gateway_stage',
  honoured: ['rest_api_id', 'stage_name'],
  ignored: {
    deployment_id: 'the laptop has one version of a document',
    description: 'for people',
    xray_tracing_enabled: 'no X-Ray',
    access_log_settings: 'no CloudWatch; each answer is in the log of its function',
  },
  start: async (resource, registry) => {
    const { region } = registry.the(ACCOUNT);
    const stage = resource.text('stage_name');
    const { id, api } = restApiOf(registry, resource);
    const functions = registry.of(FUNCTIONS);
    const server = new ApiServer({ api, stage, region, functionOf: (name) => functions.get(name) });
    await server.start();
    registry.of(SOURCE_APIS).set(api.name, server);
    return {
      attributes: {
        id: `${id}-${stage}`,
        stage_name: stage,
        rest_api_id: id,
        invoke_url: server.url,
        arn: `arn:aws:apigateway:${region}::/restapis/${id}/stages/${stage}`,
      },
      stop: () => server.stop(),
    };
  },
};
