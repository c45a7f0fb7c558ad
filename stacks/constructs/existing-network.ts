/** A VPC and subnets that somebody else made: nothing of them is changed. */
import type { Construct } from 'constructs';
import type { ExistingNetwork } from '../settings/network';
import { addExisting } from './existing';
import type { Network } from './private-network';

export function addExistingNetwork(scope: Construct, { vpcId, subnets }: ExistingNetwork): Network {
  const { private: vpc } = addExisting(scope, 'existing_vpc', { private: { id: vpcId } });
  const byZone = addExisting(
    scope,
    'existing_subnet',
    Object.fromEntries(
      subnets.map(({ id, zone, routeTableId }) => [
        zone,
        { id, zone, route_table_id: routeTableId, vpc_id: vpc.id },
      ]),
    ),
  );
  return {
    vpcId: vpc.id,
    subnetIds: Object.values(byZone).map(({ id }) => id),
    routeTableIds: [...new Set(subnets.map(({ routeTableId }) => routeTableId))],
  };
}
