import type { ResourceArguments } from '../../deployment/resource-arguments';

/** The name in a role's ARN, which is the identity of what assumes the role. */
export function roleNameIn(resource: ResourceArguments, path: string): string {
  const arn = resource.text(path);
  const name = /:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (name === undefined) throw resource.refusal(path, `${arn}, which is not the ARN of a role`);
  return name;
}
