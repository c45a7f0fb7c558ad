/** A security group whose rules are separate resources, each with a description, none of them open. */
import { SecurityGroup as AwsSecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import { skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface SecurityGroupProps {
  readonly vpcId: string;
  readonly description: string;
  /** The later stack that uses it, unless it is this one. */
  readonly attachedBy?: string;
}

export class SecurityGroup extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { vpcId, description, attachedBy }: SecurityGroupProps) {
    super(scope, id);
    const name = stackOf(this).names.of(id);
    const group = new AwsSecurityGroup(this, 'security_group', {
      name,
      description,
      vpcId,
      // Terraform removes the allow-all egress rule that AWS adds to a new group.
      tags: { Name: name },
    });
    if (attachedBy !== undefined) {
      skipChecks(group, { CKV2_AWS_5: `the ${attachedBy} stack attaches it, through its output` });
    }
    this.id = group.id;
  }

  /** Lets this group open connections to another one on `port`, and the other one accept them. */
  allowTo(other: SecurityGroup, port: number, what: string): void {
    const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new VpcSecurityGroupEgressRule(this, `to_${other.node.id}`, {
      ...rule,
      securityGroupId: this.id,
      referencedSecurityGroupId: other.id,
      description: `${what} out to ${other.node.id}`,
    });
    new VpcSecurityGroupIngressRule(other, `from_${this.node.id}`, {
      ...rule,
      securityGroupId: other.id,
      referencedSecurityGroupId: this.id,
      description: `${what} in from ${this.node.id}`,
    });
  }

  /** Lets this group reach a gateway endpoint, which has addresses but no group. */
  allowToPrefixList(id: string, prefixListId: string, what: string): void {
    new VpcSecurityGroupEgressRule(this, `to_${id}`, {
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      securityGroupId: this.id,
      prefixListId,
      description: what,
    });
  }
}
