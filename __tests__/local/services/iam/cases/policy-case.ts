/** One case of the policy table: a request, the policies in force, and what AWS's page says of it. */
import { type IamStatement, parsePolicyDocument } from '../../../../../deployment/policy-document';
import type { AccessRequest, PoliciesInForce } from '../../../../../local/services/iam/evaluate';

/** Members of a statement as JSON has them. */
export type GivenStatement = Readonly<Record<string, unknown>>;

export interface PolicyCase {
  readonly promise: string;
  readonly request?: Partial<AccessRequest>;
  readonly identity?: readonly GivenStatement[];
  readonly resource?: readonly GivenStatement[];
  readonly isOfKey?: boolean;
  readonly version?: string;
  /** Allowed or not, or the reason why it is refused. */
  readonly outcome: boolean | RegExp;
}

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/loader`;
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/loader/laptop`;
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
export const OBJECT = 'arn:aws:s3:::data/incoming/a';
export const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`;
export const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:queue1`;

/** A session of a role reads an object. */
export const request = (given: Partial<AccessRequest> = {}): AccessRequest => ({
  action: 's3:GetObject',
  resource: OBJECT,
  resourceAccount: ACCOUNT,
  caller: { account: ACCOUNT, arns: [ROLE, SESSION] },
  ...given,
  context: {
    'aws:SecureTransport': 'true',
    'aws:userid': 'AROA:laptop',
    'aws:PrincipalArn': ROLE,
    'aws:PrincipalAccount': ACCOUNT,
    ...given.context,
  },
});

export const statementsOf = (given: readonly GivenStatement[], version = '2012-10-17'): IamStatement[] =>
  parsePolicyDocument(JSON.stringify({ Version: version, Statement: given }), 'a test policy');

export const policiesOf = (one: PolicyCase): PoliciesInForce => ({
  identity: statementsOf(one.identity ?? [], one.version),
  ...(one.resource === undefined
    ? {}
    : { resource: { statements: statementsOf(one.resource, one.version), isOfKey: one.isOfKey ?? false } }),
});

export const allow = (members: GivenStatement = {}): GivenStatement => statement('Allow', members);
export const deny = (members: GivenStatement = {}): GivenStatement => statement('Deny', members);

function statement(effect: string, members: GivenStatement): GivenStatement {
  return {
    Effect: effect,
    ...('NotAction' in members ? {} : { Action: '*' }),
    ...('NotResource' in members ? {} : { Resource: '*' }),
    ...members,
  };
}
