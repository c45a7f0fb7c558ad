/** What counts as protected, and what a last snapshot is called. */
import type { Resource } from '../../deployment';
import { isTrue } from '../rule';

/** Whether Terraform refuses to destroy what holds data: the mark of a deployment that counts. */
export const isProtected = ({ deployment }: Resource): boolean =>
  deployment
    .of('aws_db_instance', 'aws_redshift_cluster', 'aws_redshiftserverless_namespace')
    .some(isTrue('lifecycle.prevent_destroy'));

/** A fixed name is already taken when the same resource is destroyed a second time. */
export const isNamedAnew = (resource: Resource): boolean =>
  /\$\{terraform_data\.\w+\.id\}/.test(resource.text('final_snapshot_identifier'));
