/** A security group whose rules are separate resources, each with a description, none of them open. */
import { SecurityGroup as AwsSecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import { addExisting } from './existing';
import { skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface SecurityGroupProps {
  readonly vpcId: string;
  readonly description: string;
  /** The later stack that uses it, unless it is this one. */
  readonly attachedBy?: string;
}

/** The other side of a connection: a group of this deployment, or something that was there before. */
export interface Peer {
  /** `mysql`: it is in the names of rules. */
  readonly label: string;
  /** Of its security group, or its addresses where it has none in this VPC. */
  readonly at: { readonly securityGroupId: string } | { readonly cidr: string };
  /** Where rules of its group are declared; absent where nothing may be added to it. */
  readonly rules?: Construct;
}

export class SecurityGroup extends Construct implements Peer {
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

  get label(): string {
    return this.node.id;
  }

  get at(): { readonly securityGroupId: string } {
    return { securityGroupId: this.id };
  }

  get rules(): Construct {
    return this;
  }

  /** Lets this group open connections to a peer on `port`, and the peer accept them. */
  allowTo(other: Peer, port: number, what: string): void {
    const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new VpcSecurityGroupEgressRule(this, `to_${other.label}`, {
      ...rule,
      securityGroupId: this.id,
      ...('cidr' in other.at
        ? { cidrIpv4: other.at.cidr }
        : { referencedSecurityGroupId: other.at.securityGroupId }),
      description: `${what} out to ${other.label}`,
    });
    if (other.rules === undefined || 'cidr' in other.at) return;
    new VpcSecurityGroupIngressRule(other.rules, `from_${this.node.id}`, {
      ...rule,
      securityGroupId: other.at.securityGroupId,
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

/** The group of something that was there before. Rules are added to it only where a setting allows it by name. */
export function existingPeer(
  scope: Construct,
  label: string,
  { securityGroupId, addsRules }: { readonly securityGroupId: string; readonly addsRules: boolean },
): Peer {
  const { [label]: group } = addExisting(scope, 'existing_security_group', {
    [label]: { id: securityGroupId },
  });
  if (group === undefined) throw new Error(`no security group ${label} was declared`);
  return {
    label,
    at: { securityGroupId: group.id },
    ...(addsRules ? { rules: new Construct(scope, label) } : {}),
  };
}
