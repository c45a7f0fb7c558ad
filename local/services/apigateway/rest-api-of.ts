import type { ResourceArguments } from '../../../deployment/resource-arguments';
import type { Registry } from '../../runtime/registry';
import { REST_APIS, type RestApi } from './rest-api';

/** The API that an argument names by its id. @throws Error when no stack declares it */
export function restApiOf(
  registry: Registry,
  resource: ResourceArguments,
  path: string,
): { readonly id: string; readonly api: RestApi } {
  const id = resource.text(path);
  const api = registry.of(REST_APIS).get(id);
  if (api === undefined) throw resource.refusal(path, `the API ${id}, which no stack declares`);
  return { id, api };
}
