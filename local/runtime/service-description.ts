/** What the room of one AWS service says of itself; the runtime, the gateway and IAM know a service only by this. */
import type { Stack } from '../../deployment/terraform-json';
import type { AccessRules } from '../protocol/access';
import type { Registry } from './registry';
import type { ResourceTwin } from './resource-twin';

export interface ServiceDescription {
  /** The Terraform types that run on the laptop. */
  readonly twins: readonly ResourceTwin[];
  /** Types that mean nothing on a laptop, each with the reason. */
  readonly withoutATwin: Readonly<Record<string, string>>;
  /** Which permission each call needs, by the signing name of the API and the operation. */
  readonly access?: Readonly<Record<string, AccessRules>>;
  /** Grants that nothing on a laptop can use. */
  readonly unexercised?: readonly Unexercised[];
  /** What of the deployment it could not honour beside arguments of its types, one line each; asked before anything starts. */
  readonly check?: (stacks: readonly Stack[]) => string[];
  /**
   * Brings up what serves all its resources: the engine, and the API behind the gateway. Called once, before any
   * resource starts; may be called at the same time as that of other services.
   */
  readonly open?: (registry: Registry) => Promise<OpenService>;
  /** It is opened only for a deployment that has a resource of its twins. */
  readonly opensOnDemand?: true;
}

export interface OpenService {
  stop(): Promise<void>;
}

export interface Unexercised {
  /** Ending of the role's name, which starts with project and environment. */
  readonly role: string;
  readonly action: RegExp;
  readonly reason: string;
}
