/** What a reviewer reads of one resource. */
import type { Json } from '../json';
import type { Effect } from './replacement';

/** From the gravest on, which is the order in which they are listed. */
export const OUTCOMES = ['destroyed', 'replaced', 'may be replaced', 'created', 'moved', 'changed'] as const;
export type PlannedOutcome = (typeof OUTCOMES)[number];

/** In the order in which they are listed. */
export const SUBJECTS = ['IAM', 'network', 'everything else'] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface ArgumentChange {
  readonly path: string;
  /** Undefined: there is none. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly effect: Effect;
  /** The resource whose replacement gives this argument another value, which AWS decides. */
  readonly becauseOf?: string;
}

export interface ResourceChange {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  readonly subject: Subject;
  readonly outcome: PlannedOutcome;
  readonly changes: readonly ArgumentChange[];
  /** Sentences. */
  readonly notes: readonly string[];
}

/** A key of a usage plan lets somebody in. */
const IAM_TYPE =
  /^aws_(iam_|kms_|lambda_permission$|api_gateway_usage_plan_key$)|_policy$|_policy_attachment$/;
/** In the document of an API, `security` says who may call. */
const IAM_ARGUMENT =
  /^(policy|assume_role_policy|role|iam_roles|execution_role_arn|permissions|desired_state\.Permissions)\b|^body\..*\bsecurity(Schemes)?\b/;
const NETWORK_TYPE =
  /^aws_(api_gateway_rest_api$|wafv2_|quicksight_vpc_connection$)|^aws_(default_)?(vpc|subnet|security_group|route|network_acl|nat_gateway|internet_gateway|eip|flow_log)|_subnet_group$/;
const NETWORK_ARGUMENT =
  /^(publicly_accessible|vpc_config|vpc_security_group_ids|security_group_ids|subnet_ids|enhanced_vpc_routing|block_public_|ignore_public_|restrict_public_)/;

/** What kind of eye a change needs: who may do what, who reaches what, or anything else. */
export function plannedSubject(type: string, paths: readonly string[]): Subject {
  if (IAM_TYPE.test(type) || paths.some((path) => IAM_ARGUMENT.test(path))) return 'IAM';
  if (NETWORK_TYPE.test(type) || paths.some((path) => NETWORK_ARGUMENT.test(path))) return 'network';
  return 'everything else';
}

export function sortChanges(changes: readonly ResourceChange[]): ResourceChange[] {
  return [...changes].sort(
    (one, other) =>
      SUBJECTS.indexOf(one.subject) - SUBJECTS.indexOf(other.subject) ||
      OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome),
  );
}
