/** What AWS's pages say of principals, and of policies of several kinds together. */
import type { AccessRequest } from '../../../../../local/services/iam/evaluate';
import {
  ACCOUNT,
  allow,
  deny,
  KEY,
  OTHER_ACCOUNT,
  type PolicyCase,
  QUEUE,
  ROLE,
  ROOT,
  SESSION,
} from './policy-case';

const SERVICE = { Service: 'lambda.amazonaws.com' };
const to = (Principal: unknown, members = {}) => allow({ Principal, ...members });
const not = (Principal: unknown, members = {}) => deny({ Principal, ...members });
const aws = (name: string | readonly string[]) => ({ AWS: name });

/** IAM user guide, "AWS JSON policy elements: Principal". */
export const PRINCIPAL_CASES: readonly PolicyCase[] = [
  { promise: 'an Allow for the role is enough', resource: [to(aws(ROLE))], outcome: true },
  { promise: 'an Allow for the session is enough', resource: [to(aws(SESSION))], outcome: true },
  { promise: 'an Allow for another session is not', resource: [to(aws(`${SESSION}2`))], outcome: false },
  { promise: 'an Allow for another role is not', resource: [to(aws(`${ROLE}2`))], outcome: false },
  { promise: 'an Allow for everybody is enough', resource: [to('*')], outcome: true },
  { promise: '{"AWS": "*"} is everybody', resource: [to(aws('*'))], outcome: true },
  { promise: 'an Allow for the account leaves it to the role', resource: [to(aws(ROOT))], outcome: false },
  { promise: 'an Allow for the account by its number too', resource: [to(aws(ACCOUNT))], outcome: false },
  {
    promise: 'with an Allow of the role it is allowed',
    identity: [allow()],
    resource: [to(aws(ROOT))],
    outcome: true,
  },
  { promise: 'an Allow for a service is not for a role', resource: [to(SERVICE)], outcome: false },
  {
    promise: 'one of several principals is enough',
    resource: [to({ ...SERVICE, AWS: [OTHER_ACCOUNT, ROLE] })],
    outcome: true,
  },
  {
    promise: 'a Deny of the account is of its roles',
    identity: [allow()],
    resource: [not(aws(ROOT))],
    outcome: false,
  },
  {
    promise: 'a Deny of the account by its number too',
    identity: [allow()],
    resource: [not(aws(ACCOUNT))],
    outcome: false,
  },
  {
    promise: 'a Deny of another account is not',
    identity: [allow()],
    resource: [not(aws(OTHER_ACCOUNT))],
    outcome: true,
  },
  {
    promise: 'a Deny of the role is of its sessions',
    identity: [allow()],
    resource: [not(aws(ROLE))],
    outcome: false,
  },
  {
    promise: 'a Deny of everybody is of the role',
    identity: [allow()],
    resource: [not('*')],
    outcome: false,
  },
  { promise: 'a Deny of {"AWS": "*"} too', identity: [allow()], resource: [not(aws('*'))], outcome: false },
  {
    promise: 'a Deny of a service is not of a role',
    identity: [allow()],
    resource: [not(SERVICE)],
    outcome: true,
  },
  {
    promise: 'a wildcard in a name is refused',
    resource: [to(aws(`arn:aws:iam::${ACCOUNT}:role/*`))],
    outcome: /a wildcard is not a principal/,
  },
  {
    promise: 'a kind that is not evaluated is refused',
    resource: [to({ CanonicalUser: '79a59df9' })],
    outcome: /CanonicalUser/,
  },
  {
    promise: 'aws:PrincipalArn of a session is the role’s',
    identity: [allow()],
    resource: [not('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } } })],
    outcome: false,
  },
  {
    promise: 'aws:PrincipalArn takes wildcards',
    identity: [allow()],
    resource: [
      not('*', { Condition: { ArnLike: { 'AWS:principalarn': `arn:aws:iam::${ACCOUNT}:role/l*` } } }),
    ],
    outcome: false,
  },
  {
    promise: 'all but one aws:PrincipalArn are denied',
    identity: [allow()],
    resource: [not('*', { Condition: { ArnNotEquals: { 'aws:PrincipalArn': `${ROLE}2` } } })],
    outcome: false,
  },
];

/** IAM user guide, "AWS JSON policy elements: NotPrincipal". */
export const NOT_PRINCIPAL_CASES: readonly PolicyCase[] = [
  {
    promise: 'account, role and session are excepted together',
    identity: [allow()],
    resource: [deny({ NotPrincipal: aws([ROOT, ROLE, SESSION]) })],
    outcome: true,
  },
  {
    promise: 'the role without its account is denied',
    identity: [allow()],
    resource: [deny({ NotPrincipal: aws([ROLE, SESSION]) })],
    outcome: false,
  },
  {
    promise: 'the account without the role is denied',
    identity: [allow()],
    resource: [deny({ NotPrincipal: aws(ROOT) })],
    outcome: false,
  },
  {
    promise: 'the role without its session is denied',
    identity: [allow()],
    resource: [deny({ NotPrincipal: aws([ROOT, ROLE]) })],
    outcome: false,
  },
  {
    promise: 'an exception for a service denies the role',
    identity: [allow()],
    resource: [deny({ NotPrincipal: SERVICE })],
    outcome: false,
  },
  {
    promise: 'with Allow it is refused',
    resource: [allow({ NotPrincipal: aws(ROLE) })],
    outcome: /NotPrincipal is supported with Deny only/,
  },
];

const plainHttp = (key: string) => not('*', { Condition: { Bool: { [key]: 'false' } } });
const overHttp: Partial<AccessRequest> = { context: { 'aws:SecureTransport': 'false' } };
const send: Partial<AccessRequest> = { action: 'sqs:SendMessage', resource: QUEUE };

/** IAM user guide, "Policy evaluation for requests within a single account" and "The difference between explicit and implicit denies". */
export const SAME_ACCOUNT_CASES: readonly PolicyCase[] = [
  { promise: 'nothing said is denied', outcome: false },
  { promise: 'an Allow of the role is enough', identity: [allow()], outcome: true },
  { promise: 'an Allow of the resource is enough', resource: [to(aws(ROLE))], outcome: true },
  { promise: 'a Deny of the role wins over its Allow', identity: [allow(), deny()], outcome: false },
  { promise: 'a Deny wins whatever the order', identity: [deny(), allow()], outcome: false },
  {
    promise: 'a Deny of the role wins over the resource',
    identity: [deny()],
    resource: [to(aws(ROLE))],
    outcome: false,
  },
  {
    promise: 'a Deny of the resource wins over the role',
    identity: [allow()],
    resource: [not(aws(ROLE))],
    outcome: false,
  },
  {
    promise: 'a Deny of another action is silent',
    identity: [allow(), deny({ Action: 's3:PutObject' })],
    outcome: true,
  },
  {
    promise: 'a Deny of another resource is silent',
    identity: [allow(), deny({ Resource: 'arn:aws:s3:::logs/*' })],
    outcome: true,
  },
  {
    promise: 'a Deny whose condition is not met is silent',
    identity: [allow()],
    resource: [plainHttp('aws:SecureTransport')],
    outcome: true,
  },
  {
    promise: 'a Deny of plain HTTP is met over HTTP',
    request: overHttp,
    identity: [allow()],
    resource: [plainHttp('aws:SecureTransport')],
    outcome: false,
  },
  {
    promise: 'a Deny of plain HTTP is met in any case of the key',
    request: overHttp,
    identity: [allow()],
    resource: [plainHttp('AWS:SECURETRANSPORT')],
    outcome: false,
  },
  {
    promise: 'all operators of a condition must be met',
    identity: [
      allow({
        Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:userid': 'other' } },
      }),
    ],
    outcome: false,
  },
  {
    promise: 'all keys of an operator must be met',
    identity: [
      allow({
        Condition: { StringEquals: { 'aws:userid': 'AROA:laptop', 'aws:PrincipalAccount': OTHER_ACCOUNT } },
      }),
    ],
    outcome: false,
  },
  {
    promise: 'a queue’s Deny by * in its resource is met',
    request: send,
    identity: [allow()],
    resource: [not('*', { Action: 'sqs:*' })],
    outcome: false,
  },
  {
    promise: 'a queue’s Deny by a wildcard action is met',
    request: send,
    identity: [allow()],
    resource: [not('*', { Action: 'SQS:Send*', Resource: 'arn:aws:sqs:*:*:queue?' })],
    outcome: false,
  },
];

const foreign: Partial<AccessRequest> = { resourceAccount: OTHER_ACCOUNT };

/** IAM user guide, "Cross-account policy evaluation logic". */
export const CROSS_ACCOUNT_CASES: readonly PolicyCase[] = [
  { promise: 'an Allow of the role is not enough', request: foreign, identity: [allow()], outcome: false },
  {
    promise: 'an Allow of the resource is not enough',
    request: foreign,
    resource: [to(aws(ROLE))],
    outcome: false,
  },
  {
    promise: 'both together are',
    request: foreign,
    identity: [allow()],
    resource: [to(aws(ROLE))],
    outcome: true,
  },
  {
    promise: 'the resource may name the whole account',
    request: foreign,
    identity: [allow()],
    resource: [to(aws(ROOT))],
    outcome: true,
  },
  {
    promise: 'the resource’s own account is another one',
    request: foreign,
    identity: [allow()],
    resource: [to(aws(OTHER_ACCOUNT))],
    outcome: false,
  },
  {
    promise: 'a Deny on either side wins',
    request: foreign,
    identity: [allow()],
    resource: [to(aws(ROLE)), not(aws(ACCOUNT))],
    outcome: false,
  },
];

const decrypt: Partial<AccessRequest> = { action: 'kms:Decrypt', resource: KEY };
const via = (service: string): Partial<AccessRequest> => ({
  ...decrypt,
  context: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` },
});
const onKey = { request: decrypt, isOfKey: true };
const viaS3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };

/** AWS KMS developer guide, "Key policies in AWS KMS", "Default key policy" and "AWS KMS condition keys". */
export const KEY_CASES: readonly PolicyCase[] = [
  {
    promise: 'a role’s Allow without the key’s has no effect',
    ...onKey,
    identity: [allow()],
    resource: [],
    outcome: false,
  },
  {
    promise: 'a key that leaves it to the account enables the role’s',
    ...onKey,
    identity: [allow()],
    resource: [to(aws(ROOT))],
    outcome: true,
  },
  {
    promise: 'a key that leaves it to the account does not allow by itself',
    ...onKey,
    resource: [to(aws(ROOT))],
    outcome: false,
  },
  {
    promise: 'a key that leaves other actions to the account does not',
    ...onKey,
    identity: [allow()],
    resource: [to(aws(ROOT), { Action: 'kms:Describe*' })],
    outcome: false,
  },
  {
    promise: 'a key that names the role allows by itself',
    ...onKey,
    resource: [to(aws(ROLE))],
    outcome: true,
  },
  {
    promise: 'a key that names another role does not',
    ...onKey,
    identity: [allow()],
    resource: [to(aws(`${ROLE}2`))],
    outcome: false,
  },
  {
    promise: 'a key’s Deny of the role wins',
    ...onKey,
    identity: [allow()],
    resource: [to(aws(ROOT)), not(aws(ROLE))],
    outcome: false,
  },
  {
    promise: 'a key’s Deny by aws:PrincipalArn wins',
    ...onKey,
    identity: [allow()],
    resource: [to(aws(ROOT)), not('*', { Condition: { StringEquals: { 'aws:PrincipalArn': ROLE } } })],
    outcome: false,
  },
  {
    promise: 'a role may be denied without the key’s policy',
    ...onKey,
    identity: [deny()],
    resource: [to(aws(ROLE))],
    outcome: false,
  },
  {
    promise: 'kms:ViaService is met by the service that uses the key',
    request: via('s3'),
    isOfKey: true,
    identity: [allow({ Condition: viaS3 })],
    resource: [to(aws(ROOT))],
    outcome: true,
  },
  {
    promise: 'kms:ViaService is not met by another service',
    request: via('sqs'),
    isOfKey: true,
    identity: [allow({ Condition: viaS3 })],
    resource: [to(aws(ROOT))],
    outcome: false,
  },
  {
    promise: 'kms:ViaService is not met by a direct call',
    ...onKey,
    identity: [allow({ Condition: viaS3 })],
    resource: [to(aws(ROOT))],
    outcome: false,
  },
];

/** What the laptop cannot know or does not evaluate; AWS would decide by it. */
export const REFUSED_CASES: readonly PolicyCase[] = [
  {
    promise: 'an unknown operator',
    identity: [allow({ Condition: { StringMatches: { 'aws:userid': 'x' } } })],
    outcome: /condition operator StringMatches/,
  },
  {
    promise: 'an operator in another case',
    identity: [allow({ Condition: { stringequals: { 'aws:userid': 'x' } } })],
    outcome: /condition operator stringequals/,
  },
  {
    promise: 'a key whose value the laptop cannot know',
    identity: [allow({ Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } })],
    outcome: /condition key aws:SourceVpce/,
  },
  {
    promise: 'the same in a Deny',
    identity: [allow(), deny({ Condition: { Null: { 'aws:PrincipalOrgID': 'true' } } })],
    outcome: /condition key aws:PrincipalOrgID/,
  },
  {
    promise: 'Null with IfExists',
    identity: [allow({ Condition: { NullIfExists: { 'aws:userid': 'true' } } })],
    outcome: /operator NullIfExists/,
  },
  {
    promise: 'a single-value operator on several values',
    request: { context: { 'aws:TagKeys': ['a', 'b'] } },
    identity: [allow({ Condition: { StringEquals: { 'aws:TagKeys': 'a' } } })],
    outcome: /without ForAllValues or ForAnyValue/,
  },
  {
    promise: 'a number that is none',
    request: { context: { 's3:max-keys': '10' } },
    identity: [allow({ Condition: { NumericLessThan: { 's3:max-keys': 'ten' } } })],
    outcome: /NumericLessThan of s3:max-keys: expected a number, got "ten"/,
  },
  {
    promise: 'a date that is none',
    request: { context: { 'aws:CurrentTime': '2020-04-01T00:00:00Z' } },
    identity: [allow({ Condition: { DateLessThan: { 'aws:CurrentTime': '1 April' } } })],
    outcome: /expected a date/,
  },
  {
    promise: 'a truth that is none',
    identity: [allow({ Condition: { Bool: { 'aws:SecureTransport': 'yes' } } })],
    outcome: /expected true or false, got "yes"/,
  },
  {
    promise: 'a pattern of ARNs that is none',
    request: { context: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:1:t' } },
    identity: [allow({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*' } } })],
    outcome: /an ARN of six parts/,
  },
  {
    promise: 'a range of addresses that is none',
    request: { context: { 'aws:SourceIp': '10.0.0.1' } },
    identity: [allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } })],
    outcome: /an address or a range/,
  },
  {
    promise: 'a member that IAM does not know',
    identity: [allow({ Actions: 's3:*' })],
    outcome: /not understood: Actions/,
  },
  {
    promise: 'another effect',
    identity: [{ ...allow(), Effect: 'allow' }],
    outcome: /Effect must be Allow or Deny, got: "allow"/,
  },
];
