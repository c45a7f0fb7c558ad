/** What the runtime itself provides to the twins. */
import type { DeployedPolicies } from '../../../deployment/deployed-policies';
import type { AccountFacts } from '../../../deployment/lookup';
import type { AccessRules } from '../../protocol/access';
import type { Credentials } from '../../protocol/callers';
import type { GatewayService } from '../../protocol/service';
import type { StateFolder } from '../../state/state-folder';
import type { RuntimeEvent } from '../events';
import { Kind, Single } from '../registry';

/** Who runs `npm run sql` and the runtime itself; may do everything in the warehouse. */
export const OPERATOR = 'operator';

/** Where the gateway answers, and how a function or tool gets credentials for it. */
export interface GatewayAccess {
  readonly endpoint: string;
  registerCaller(identity: string): Credentials;
}

export const ACCOUNT = new Single<AccountFacts>('the account and region of the stacks');
export const POLICIES = new Single<DeployedPolicies>('the policies of the stacks');
export const STATE = new Single<StateFolder>('the state folder');
export const TELL = new Single<(event: RuntimeEvent) => void>('the listener for events');
export const GATEWAY = new Single<GatewayAccess>('the gateway');
/** Instead of every schedule's own rate. */
export const EVERY_SECONDS = new Single<number | undefined>('the rate of schedules');
/** Streams are delivered as badly as Lambda may. */
export const CHAOS = new Single<boolean>('whether streams are delivered with chaos');
/** Where relative paths of a stack start. */
export const STACK_FOLDERS = new Single<(stack: string) => string>('the folders of the stacks');
/** What the gateway answers for, by signing name. */
export const GATEWAY_SERVICES = new Kind<GatewayService>('services behind the gateway');
/** Which permission each call needs, by signing name. */
export const ACCESS_RULES = new Single<ReadonlyMap<string, AccessRules>>('the rules of access');
