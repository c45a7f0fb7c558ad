/** A security group lets nothing through or out here; policies name it by its id. */
import { createHash } from 'node:crypto';
import { ACCOUNT } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';

/** Why a network has no twin. */
export const NETWORK = 'no networks on a laptop: everything listens on the loopback address';

export const awsSecurityGroup: ResourceTwin = {
  type: 'aws_security_group',
  honoured: ['name'],
  ignored: { description: 'for people', vpc_id: NETWORK, ingress: NETWORK, egress: NETWORK },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const hash = createHash('sha256').update(resource.text('name')).digest('hex').slice(0, 17);
    const id = `sg-${hash}`;
    return { attributes: { id, arn: `arn:aws:ec2:${region}:${accountId}:security-group/${id}` } };
  },
};
