/**
 * Least privilege, enforced: each call is evaluated against the policies that the stacks synthesize, a call that
 * they do not grant is denied and the missing statement named, and every grant that was used is remembered.
 */

import { type DeployedPolicies, nameOfSecret } from '../../../deployment/deployed-policies';
import { matchesAction } from '../../../deployment/iam-pattern';
import type { AccountFacts } from '../../../deployment/lookup';
import { type IamStatement, parsePolicyDocument } from '../../../deployment/policy-document';
import { type Access, type AccessRule, type AccessRules, userIdOf } from '../../protocol/access';
import type { AdmissionRequest } from '../../protocol/admission';
import { ServiceError } from '../../protocol/service';
import type { AccessControl, Grant } from '../../runtime/ports/access-control';
import { type AccessRequest, evaluate, type PoliciesInForce } from './evaluate';
import type { KeyOfEveryRequest } from './request-context';

export interface PermissionsOptions {
  readonly policies: DeployedPolicies;
  readonly facts: AccountFacts;
  /** Which permission each call needs, by signing name. */
  readonly rules: ReadonlyMap<string, AccessRules>;
  /** By name; more are added while the deployment starts. */
  readonly workgroupArns?: ReadonlyMap<string, string>;
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
    const accesses = this.ruleOf(request)(withWholeArn(request, policies), {
      ...facts,
      workgroupArn: (name) => this.options.workgroupArns?.get(name),
      keyOf: (kind, name) => {
        switch (kind) {
          case 'bucket':
            return policies.keyOfBucket(name);
          case 'table':
            return policies.keyOfTable(name);
          case 'queue':
            return policies.keyOfQueue(name);
          case 'secret':
            return this.keyOfSecret(name);
        }
      },
    });
    if (accesses.length === 0) {
      // BatchGetItem and BatchWriteItem take 1 table at least (Amazon DynamoDB API reference, "RequestItems").
      throw new ServiceError(
        'ValidationException',
        `${request.operation} names nothing to work on: its RequestItems must name at least 1 table.`,
        400,
      );
    }
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
    const { accountId } = this.options.facts;
    const missing = accesses.filter((access) => {
      const decision = evaluate(this.requestOf(role, access), {
        identity: this.options.policies.ofRole(role),
        ...this.resourcePolicy(access),
      });
      if (!decision.allowed) return true;
      const granting = decision.by.actions.filter((pattern) => matchesAction(pattern, access.action));
      for (const action of granting) this.remember(role, decision.by.sid, action);
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
    return this.options.policies.keyOfSecret(nameOfSecret(nameOrArn));
  }

  /** Every action that a role's policies grant, with the number of its uses so far. */
  grants(): Grant[] {
    const { policies } = this.options;
    return policies.roles().flatMap((role) =>
      policies
        .ofRole(role)
        .filter(({ allows }) => allows)
        .flatMap(({ sid, actions, resources }) =>
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

  private requestOf(role: string, access: Access): AccessRequest {
    const { accountId, region } = this.options.facts;
    const arn = `arn:aws:iam::${accountId}:role/${role}`;
    const ofEveryRequest: Record<KeyOfEveryRequest, string> = {
      // Loopback stands for TLS; the region and the user are those of every call here.
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': region,
      'aws:userid': userIdOf(role),
      'aws:PrincipalArn': arn,
      'aws:PrincipalAccount': accountId,
      'aws:PrincipalType': 'AssumedRole',
      'aws:CurrentTime': new Date().toISOString(),
      'aws:EpochTime': String(Math.floor(Date.now() / 1000)),
    };
    return {
      action: access.action,
      resource: access.resource,
      // Names of buckets carry no account; those that the laptop has are its own.
      resourceAccount: access.resource.split(':')[4] || accountId,
      caller: { account: accountId, arns: [arn, sessionArn(accountId, role)] },
      context: {
        ...ofEveryRequest,
        ...(access.action.startsWith('kms:') ? { 'kms:CallerAccount': accountId } : {}),
        ...access.context,
      },
    };
  }

  private resourcePolicy({ action, resource }: Access): Pick<PoliciesInForce, 'resource'> {
    const isOfKey = action.startsWith('kms:');
    const statements = this.options.policies.ofResource(resource);
    if (statements !== undefined) return { resource: { statements, isOfKey } };
    return isOfKey ? { resource: { statements: [this.defaultOfKey()], isOfKey } } : {};
  }

  /** The policy of a key that is given none ("Default key policy" in the AWS KMS developer guide). */
  private defaultOfKey(): IamStatement {
    const [statement] = parsePolicyDocument(
      JSON.stringify({
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: this.options.facts.accountId },
          Action: 'kms:*',
          Resource: '*',
        },
      }),
      'the default policy of a key',
    );
    return statement as IamStatement;
  }

  private remember(role: string, statement: string, action: string): void {
    const key = useKey(role, statement, action);
    this.uses.set(key, (this.uses.get(key) ?? 0) + 1);
  }
}

/** A secret may be asked for by its name; policies are about its ARN. */
function withWholeArn(request: AdmissionRequest, policies: DeployedPolicies): AdmissionRequest {
  const { SecretId: secret } = request.input;
  if (request.service !== 'secretsmanager' || typeof secret !== 'string') return request;
  return { ...request, input: { ...request.input, SecretId: policies.arnOfSecret(secret) } };
}

const useKey = (role: string, statement: string, action: string): string => `${role} ${statement} ${action}`;

const sessionArn = (accountId: string, role: string): string =>
  `arn:aws:sts::${accountId}:assumed-role/${role}/laptop`;

function denialText(role: string, accountId: string, missing: readonly Access[]): string {
  const [first] = missing as [Access, ...Access[]];
  const statements = missing.map(({ action, resource }) =>
    JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource }),
  );
  return (
    `User: ${sessionArn(accountId, role)} is not authorized to perform: ${first.action} ` +
    `on resource: ${first.resource} because no policy of the role allows it, or one denies it. ` +
    `Missing in the stacks: ${[...new Set(statements)].join(' ')}`
  );
}
