/** A VPC without a route to or from the internet: private subnets, one route table, empty defaults. */
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import { subnetCidr } from '../cidr';
import { stackOf } from './stack-of';

export class PrivateNetwork extends Construct {
  readonly vpcId: string;
  readonly subnetIds: string[];
  readonly routeTableId: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const tags = { Name: names.of('private') };
    this.vpcId = new Vpc(this, 'vpc', {
      cidrBlock: settings.network.vpcCidr,
      // Interface endpoints resolve under the services' own names only with both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags,
    }).id;
    // Declared without rules: whatever ends up in the default group by mistake can connect to nothing.
    new DefaultSecurityGroup(this, 'default_security_group', { vpcId: this.vpcId, tags });
    this.routeTableId = new RouteTable(this, 'route_table', { vpcId: this.vpcId, tags }).id;
    this.subnetIds = settings.network.availabilityZones.map((zone, index) => this.addSubnet(zone, index));
  }

  private addSubnet(zone: string, index: number): string {
    const { names, settings } = stackOf(this);
    const subnet = new Subnet(this, zone, {
      vpcId: this.vpcId,
      availabilityZone: `${settings.region}${zone}`,
      cidrBlock: subnetCidr(settings.network.vpcCidr, index),
      mapPublicIpOnLaunch: false,
      tags: { Name: names.of(`private-${zone}`) },
    });
    new RouteTableAssociation(this, `${zone}_routes`, {
      subnetId: subnet.id,
      routeTableId: this.routeTableId,
    });
    return subnet.id;
  }
}
