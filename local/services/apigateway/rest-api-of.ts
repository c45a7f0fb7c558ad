import type { ResourceArguments } from '../../../deployment/resource-arguments';
import type { Registry } from '../../runtime/registry';
import { REST_APIS, type RestApi } from './rest-api';

/** The API that a resource belongs to. @throws DeploymentError when no stack declares it */
export function restApiOf(
  registry: Registry,
  resource: ResourceArguments,
): { readonly id: string; readonly api: RestApi } {
  const id = resource.text('rest_api_id');
  const api = registry.of(REST_APIS).get(id);
  if (api === undefined) throw resource.refusal('rest_api_id', `the API ${id}, which no stack declares`);
  return { id, api };
}
