/** Server parameters; the server refuses to start with one that it does not know. */
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsDbParameterGroup: ResourceTwin = {
  type: 'aws_db_parameter_group',
  honoured: ['name', 'name_prefix', 'parameter.name', 'parameter.value'],
  ignored: {
    family: 'the server is the one that the machine has',
    'parameter.apply_method': 'the server always starts with its parameters',
    skip_destroy: 'nothing is destroyed here',
  },
  start: async (resource, { parameterGroups }) => {
    const name = resource.optionalText('name') ?? `${resource.text('name_prefix')}laptop`;
    const parameters = Object.fromEntries(
      resource.blocks('parameter').map((parameter) => [String(parameter.name), String(parameter.value)]),
    );
    parameterGroups.set(name, parameters);
    return { attributes: { name, id: name } };
  },
};
