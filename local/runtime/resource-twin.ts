/** What a file of `local/services/` says of one Terraform type: which arguments it takes, and how it runs here. */

import type { JsonMap } from '../../deployment/json';
import type { ArgumentRules, ResourceArguments } from '../../deployment/resource-arguments';
import type { Registry } from './registry';

export interface ResourceTwin extends ArgumentRules {
  /** The Terraform type, which is also the file's name. */
  readonly type: string;
  /** Brings the resource up, or finds it as an earlier run left it. @throws Error that says why it cannot. */
  start(resource: ResourceArguments, registry: Registry): Promise<StartedResource>;
}

export interface StartedResource {
  /** What references to it resolve to. */
  readonly attributes: JsonMap;
  /** Waits for what is under way, then ends it. What is durable stays. */
  readonly stop?: () => Promise<void>;
}
