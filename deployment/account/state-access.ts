/** What a deploy needs of the bucket that holds Terraform's state. */
import type { Deployment } from '../deployment';
import { isMap, type Json, valueAt } from '../json';
import type { DeployStatement } from './deploy-statement';

/**
 * Its own state and lock to write, those of earlier stacks to read (Terraform documentation, "S3 backend", permissions
 * with `use_lockfile`). None while state is in local files.
 */
export function stateStatements(deployment: Deployment, stack: string): DeployStatement[] {
  const json = deployment.stacks.find(({ name }) => name === stack)?.json;
  const own = objectOf(valueAt(json, 'terraform.backend.s3'));
  if (own === undefined) return [];
  const links = valueAt(json, 'data.terraform_remote_state');
  const upstream = (isMap(links) ? Object.values(links) : [])
    .map((link) => objectOf(valueAt(link, 'config'))?.object)
    .filter((object) => object !== undefined);
  const lock = `${own.object}.tflock`;
  return [
    { Sid: 'FindState', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: own.bucket },
    { Sid: 'ReadStates', Effect: 'Allow', Action: ['s3:GetObject'], Resource: [own.object, ...upstream] },
    { Sid: 'WriteState', Effect: 'Allow', Action: ['s3:PutObject'], Resource: own.object },
    {
      Sid: 'HoldLock',
      Effect: 'Allow',
      Action: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      Resource: lock,
    },
  ];
}

function objectOf(
  config: Json | undefined,
): { readonly bucket: string; readonly object: string } | undefined {
  const [bucket, key] = [valueAt(config, 'bucket'), valueAt(config, 'key')];
  if (typeof bucket !== 'string' || typeof key !== 'string') return undefined;
  return { bucket: `arn:aws:s3:::${bucket}`, object: `arn:aws:s3:::${bucket}/${key}` };
}
