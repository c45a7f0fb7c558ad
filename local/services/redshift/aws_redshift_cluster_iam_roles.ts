/** The roles by which COPY may read. */
import type { ResourceTwin } from '../../runtime/resource-twin';
import { ATTACHED_ROLES, rolesOf } from './copy/attached-roles';

export const awsRedshiftClusterIamRoles: ResourceTwin = {
  type: 'aws_redshift_cluster_iam_roles',
  honoured: ['cluster_identifier', 'iam_role_arns', 'default_iam_role_arn'],
  ignored: {},
  start: async (resource, registry) => {
    const clusterIdentifier = resource.text('cluster_identifier');
    const attached = rolesOf(registry.of(ATTACHED_ROLES), clusterIdentifier);
    for (const arn of resource.list('iam_role_arns')) attached.arns.add(String(arn));
    const defaultArn = resource.optionalText('default_iam_role_arn');
    if (defaultArn !== undefined) attached.defaultArn = defaultArn;
    return { attributes: { cluster_identifier: clusterIdentifier, id: clusterIdentifier } };
  },
};
