/**
 * Least privilege, enforced: each call is evaluated against the policies that the stacks synthesize, a call that
 * they do not grant is denied and the missing statement named, and every grant that was used is remembered.
 */

import type { DeployedPolicies } from '../../../deployment/deployed-policies';
import type { AccountFacts } from '../../../deployment/lookup';
import { type Access, type AccessRule, type AccessRules, userIdOf } from '../../protocol/access';
import type { AdmissionRequest } from '../../protocol/admission';
import { ServiceError } from '../../protocol/service';
import type { AccessControl, Grant } from '../../runtime/ports/access-control';
import { type AccessRequest, evaluate } from './evaluate';

export interface PermissionsOptions {
  readonly policies: DeployedPolicies;
  readonly facts: AccountFacts;
  /** Which permission each call needs, by signing name. */
  readonly rules: ReadonlyMap<string, AccessRules>;
  /** An identity that is not of the deployment: the person at the keyboard. It may do everything. */
  readonly operator: string;
  /** Told of each denial, because a function's own message may hide it. */
  readonly onDenied: (role: string, message: string) => void;
}

export class Permissions implements AccessControl {
  /** By role, statement and action. */
  private readonly uses = new Map<string, number>();

  constructor(private readonly options: PermissionsOptions) {}

  /** For the gateway. @throws ServiceError AccessDenied, naming the statement that is missing */
  authorize(request: AdmissionRequest): void {
    if (request.identity === this.options.operator) return;
    const { policies, facts } = this.options;
    const accesses = this.ruleOf(request)(request, {
      ...facts,
      keyOf: (kind, name) => {
        if (kind === 'bucket') return policies.keyOfBucket(name);
        return kind === 'table' ? policies.keyOfTable(name) : this.keyOfSecret(name);
      },
    });
    this.demand(
      request.identity,
      accesses,
      request.service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
    );
  }

  /**
   * Demands what AWS would ask of a role for these accesses; also for what a service does by a role, unseen.
   * @throws ServiceError naming every missing statement
   */
  demand(role: string, accesses: readonly Access[], exception = 'AccessDeniedException'): void {
    const { accountId, region } = this.options.facts;
    const missing = accesses.filter((access) => {
      const request: AccessRequest = {
        ...access,
        principal: `arn:aws:iam::${accountId}:role/${role}`,
        context: {
          // Loopback stands for TLS; the region and the user are those of every call here.
          'aws:SecureTransport': 'true',
          'aws:RequestedRegion': region,
          'aws:userid': userIdOf(role),
          ...access.context,
        },
      };
      const decision = evaluate(request, {
        identity: this.options.policies.ofRole(role),
        resource: this.resourcePolicy(access),
      });
      if (!decision.allowed || !this.isLeftToIam(request)) return true;
      this.remember(role, decision.by.sid, access.action);
      return false;
    });
    if (missing.length === 0) return;
    const message = denialText(role, accountId, missing);
    this.options.onDenied(role, message);
    throw new ServiceError(exception, message, 403);
  }

  /** @throws Error for a call without a rule: then nothing can say whether it is granted */
  private ruleOf({ service, operation }: AdmissionRequest): AccessRule {
    const rules = this.options.rules.get(service);
    if (rules === undefined || !Object.hasOwn(rules, operation)) {
      throw new Error(`no rule says what ${service}:${operation} needs`);
    }
    return rules[operation] as AccessRule;
  }

  keyOfQueue(name: string): string | undefined {
    return this.options.policies.keyOfQueue(name);
  }

  keyOfTable(name: string): string | undefined {
    return this.options.policies.keyOfTable(name);
  }

  keyOfBucket(name: string): string | undefined {
    return this.options.policies.keyOfBucket(name);
  }

  keyOfSecret(nameOrArn: string): string | undefined {
    return this.options.policies.keyOfSecret(secretName(nameOrArn));
  }

  /** Every action that a role's policies grant, with the number of its uses so far. */
  grants(): Grant[] {
    const { policies } = this.options;
    return policies.roles().flatMap((role) =>
      policies.ofRole(role).flatMap(({ sid, actions, resources }) =>
        actions.map((action) => ({
          role,
          statement: sid,
          action,
          resources,
          uses: this.uses.get(useKey(role, sid, action)) ?? 0,
        })),
      ),
    );
  }

  /** A key is used by IAM policies only where its own policy gives the account's root the action (AWS KMS developer guide). */
  private isLeftToIam(request: AccessRequest): boolean {
    if (!request.action.startsWith('kms:')) return true;
    const statements = this.options.policies.ofKey(request.resource);
    if (statements === undefined) return true;
    const principal = `arn:aws:iam::${this.options.facts.accountId}:root`;
    return evaluate({ ...request, principal }, { identity: [], resource: statements }).allowed;
  }

  private resourcePolicy({ resource }: Access) {
    const { policies } = this.options;
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
    if (bucket !== undefined) return policies.ofBucket(bucket);
    const queue = /^arn:aws:sqs:[^:]*:[^:]*:(.+)$/.exec(resource)?.[1];
    return queue === undefined ? [] : policies.ofQueue(resource);
  }

  private remember(role: string, statement: string, action: string): void {
    const key = useKey(role, statement, action);
    this.uses.set(key, (this.uses.get(key) ?? 0) + 1);
  }
}

const useKey = (role: string, statement: string, action: string): string => `${role} ${statement} ${action}`;

/** `arn:…:secret:<name>-<six characters>` or the name itself. */
function secretName(nameOrArn: string): string {
  return /:secret:(.+)-[A-Za-z0-9]{6}$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

function denialText(role: string, accountId: string, missing: readonly Access[]): string {
  const [first] = missing as [Access, ...Access[]];
  const statements = missing.map(({ action, resource }) =>
    JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource }),
  );
  return (
    `User: arn:aws:sts::${accountId}:assumed-role/${role}/laptop is not authorized to perform: ${first.action} ` +
    `on resource: ${first.resource} because no policy of the role allows it, or one denies it. ` +
    `Missing in the stacks: ${[...new Set(statements)].join(' ')}`
  );
}
