/** A role is an identity: its name signs the calls of what assumes it. */
import { ACCOUNT } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsIamRole: ResourceTwin = {
  type: 'aws_iam_role',
  honoured: ['name'],
  ignored: {
    assume_role_policy: 'nothing is assumed on a laptop: each function gets keys of its own',
    path: 'a part of the ARN that nothing here reads',
    max_session_duration: 'keys live as long as the run',
    force_detach_policies: 'nothing is destroyed here',
  },
  start: async (resource, registry) => {
    const name = resource.text('name');
    return {
      attributes: { name, id: name, arn: `arn:aws:iam::${registry.the(ACCOUNT).accountId}:role/${name}` },
    };
  },
};
