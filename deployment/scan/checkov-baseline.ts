/**
 * What checkov needs to scan synthesized stacks. Its reader of JSON stops at `terraform.required_version`, scans nothing
 * and exits with 0; and it does not read the reasons for a skip from JSON (tried with checkov 3.3). So it scans a copy
 * without that line, with a baseline that is made of the reasons at the resources.
 */

import { type Deployment, skipsOf } from '../deployment';
import { type JsonMap, valueAt } from '../json';

/** The synthesized JSON of one stack, as checkov reads all of it. */
export function withoutRequiredVersion(stack: JsonMap): JsonMap {
  const { required_version: _, ...terraform } = (valueAt(stack, 'terraform') ?? {}) as JsonMap;
  return { ...stack, terraform };
}

export interface CheckovBaseline {
  readonly failed_checks: readonly {
    readonly file: string;
    readonly findings: readonly { readonly resource: string; readonly check_ids: readonly string[] }[];
  }[];
}

/** Each skipped resource under both names that checkov's rules use: by type, and as `resource.<name>`. */
export function buildCheckovBaseline(deployment: Deployment): CheckovBaseline {
  return {
    failed_checks: deployment.stacks.map(({ name: stack }) => ({
      file: `/${stack}/cdk.tf.json`,
      findings: deployment.resources
        .filter((resource) => resource.stack === stack && skipsOf(resource).length > 0)
        .flatMap((resource) => {
          const check_ids = skipsOf(resource).map(({ id }) => id);
          return [
            { resource: resource.address, check_ids },
            { resource: `resource.${resource.name}`, check_ids },
          ];
        }),
    })),
  };
}
