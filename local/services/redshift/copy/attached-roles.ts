/** Which IAM roles a cluster may take on, and how it refuses the others. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { Kind } from '../../../runtime/registry';

export interface AttachedRoles {
  readonly arns: Set<string>;
  /** What `IAM_ROLE default` means. */
  defaultArn?: string;
}

/** By cluster identifier. */
export const ATTACHED_ROLES = new Kind<AttachedRoles>('roles of clusters');

/** A cluster without roles is there as well, so that the order of the two resources does not matter. */
export function rolesOf(clusters: Map<string, AttachedRoles>, clusterIdentifier: string): AttachedRoles {
  const known = clusters.get(clusterIdentifier);
  if (known !== undefined) return known;
  const none: AttachedRoles = { arns: new Set() };
  clusters.set(clusterIdentifier, none);
  return none;
}

export interface CopyRoleOptions {
  /** As the COPY names it: an ARN, or `default`. */
  readonly role: string;
  readonly attached: AttachedRoles;
  readonly accountId: string;
}

/**
 * The name of the role by which a COPY reads. Redshift assumes only roles that are attached to the cluster; a role of
 * another account needs a chain of roles, which the laptop does not have (Amazon Redshift management guide,
 * "Authorizing Amazon Redshift to access AWS services").
 * @throws WarehouseError as Redshift words it
 */
export function requireCopyRole({ role, attached, accountId }: CopyRoleOptions): string {
  const arn = role.toLowerCase() === 'default' ? attached.defaultArn : role;
  if (arn === undefined)
    throw new WarehouseError(
      'Default IAM role is not set. Set a default IAM role for the cluster and try again.',
    );
  const found = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]+)$/.exec(arn);
  if (found === null) throw new WarehouseError(`Not a valid IAM role ARN: ${arn}`);
  const [, account, name = ''] = found;
  if (account === accountId && attached.arns.has(arn)) return name;
  throw new WarehouseError(`The requested role ${arn} is not associated to cluster
Detail:
  -----------------------------------------------
  error:  The requested role ${arn} is not associated to cluster
  code:      30000
  -----------------------------------------------`);
}
