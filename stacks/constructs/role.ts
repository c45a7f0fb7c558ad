/** An IAM role with one inline policy, so that a plan shows both as one change. */
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { buildRolePolicy, type PolicyStatement } from './policy';
import { stackOf } from './stack-of';

export interface RoleProps {
  readonly name: string;
  readonly description: string;
  readonly trustPolicy: string;
  readonly statements: readonly PolicyStatement[];
}

export class Role extends Construct {
  readonly role: IamRole;
  /** What must exist before the role is usable. */
  readonly policy: IamRolePolicy;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id);
    this.role = new IamRole(this, 'role', {
      name: props.name,
      description: props.description,
      assumeRolePolicy: props.trustPolicy,
    });
    this.policy = new IamRolePolicy(this, 'role_policy', {
      name: props.name,
      role: this.role.name,
      policy: buildRolePolicy(props.statements),
    });
    this.arn = stackOf(this).names.roleArn(props.name);
  }
}
