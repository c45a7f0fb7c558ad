/** A VPC without a route to or from the internet: private subnets, one route table, empty defaults. */
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import { subnetCidr } from '../cidr';
import type { NewNetwork } from '../settings/network';
import { stackOf } from './stack-of';

/** Where everything of this deployment is that has an address. */
export interface Network {
  readonly vpcId: string;
  readonly subnetIds: string[];
  readonly routeTableIds: string[];
}

export class PrivateNetwork extends Construct implements Network {
  readonly vpcId: string;
  readonly subnetIds: string[];
  readonly routeTableIds: string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly network: NewNetwork,
  ) {
    super(scope, id);
    const { names } = stackOf(this);
    const tags = { Name: names.of('private') };
    this.vpcId = new Vpc(this, 'vpc', {
      cidrBlock: network.vpcCidr,
      // Interface endpoints resolve under the services' own names only with both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags,
    }).id;
    // Declared without rules: whatever ends up in the default group by mistake can connect to nothing.
    new DefaultSecurityGroup(this, 'default_security_group', { vpcId: this.vpcId, tags });
    const routeTableId = new RouteTable(this, 'route_table', { vpcId: this.vpcId, tags }).id;
    this.routeTableIds = [routeTableId];
    this.subnetIds = network.availabilityZones.map((zone, index) =>
      this.addSubnet(zone, index, routeTableId),
    );
  }

  private addSubnet(zone: string, index: number, routeTableId: string): string {
    const { names, settings } = stackOf(this);
    const subnet = new Subnet(this, zone, {
      vpcId: this.vpcId,
      availabilityZone: `${settings.region}${zone}`,
      cidrBlock: subnetCidr(this.network.vpcCidr, index),
      mapPublicIpOnLaunch: false,
      tags: { Name: names.of(`private-${zone}`) },
    });
    new RouteTableAssociation(this, `${zone}_routes`, { subnetId: subnet.id, routeTableId });
    return subnet.id;
  }
}
