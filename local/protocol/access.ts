/** What AWS checks for one call: the action, the resource, and the condition keys that the service adds. */
import type { AdmissionRequest } from './admission';

export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** An access without condition keys of its own. */
export const plainAccess = (action: string, resource: string): Access => ({ action, resource, context: {} });

/** The use of a key that `service` makes for its caller; none when AWS owns the key (AWS KMS developer guide, `kms:ViaService`). */
export function keyAccess(
  facts: { readonly region: string },
  service: string,
  key: string | undefined,
  actions: readonly string[],
): Access[] {
  if (key === undefined) return [];
  const context = { 'kms:ViaService': `${service}.${facts.region}.amazonaws.com` };
  return actions.map((action) => ({ action, resource: key, context }));
}

/** What the deployment says of the things that calls touch. */
export interface AccessFacts {
  readonly accountId: string;
  readonly region: string;
  /** ARN of the key that encrypts a bucket, table, secret or queue; undefined for a key that AWS owns. */
  keyOf(kind: 'bucket' | 'table' | 'secret' | 'queue', name: string): string | undefined;
  /** ARN of a workgroup of Redshift Serverless, which does not follow from its name. */
  workgroupArn(name: string): string | undefined;
}

/** What AWS checks for one call, as the service authorization reference lists it. */
export type AccessRule = (request: AdmissionRequest, facts: AccessFacts) => Access[];

/** By operation. */
export type AccessRules = Readonly<Record<string, AccessRule>>;

/** A member of the call's input as text; empty when there is none. */
export const inputText = (request: AdmissionRequest, member: string): string =>
  String(request.input[member] ?? '');

/** Stands for `aws:userid`, which for a function is its role's id and the session's name. */
export const userIdOf = (identity: string): string => `AROALAPTOP:${identity}`;
