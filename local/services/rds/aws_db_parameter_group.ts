/** Server parameters; the server refuses to start with one that it does not know. */
import { Kind } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';

/** Server parameters by the name of their group. */
export const PARAMETER_GROUPS = new Kind<Readonly<Record<string, string>>>('parameter groups');

export const awsDbParameterGroup: ResourceTwin = {
  type: 'aws_db_parameter_group',
  honoured: ['name', 'name_prefix', 'parameter.name', 'parameter.value'],
  ignored: {
    family: 'the server is the one that the machine has',
    'parameter.apply_method': 'the server always starts with its parameters',
    skip_destroy: 'nothing is destroyed here',
  },
  start: async (resource, registry) => {
    const name = resource.optionalText('name') ?? `${resource.text('name_prefix')}laptop`;
    const parameters = Object.fromEntries(
      resource.blocks('parameter').map((parameter) => [String(parameter.name), String(parameter.value)]),
    );
    registry.of(PARAMETER_GROUPS).set(name, parameters);
    return { attributes: { name, id: name } };
  },
};
