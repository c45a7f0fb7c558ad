/** What AWS's pages say of a statement's elements: actions, resources, variables. */
import { allow, deny, OBJECT, type PolicyCase, QUEUE } from './policy-case';

const s3 = (resource: string) => ({ resource });
const onQueue = (resource: string) => ({ action: 'sqs:SendMessage', resource });

/** IAM user guide, "IAM JSON policy elements: Action". */
export const ACTION_CASES: readonly PolicyCase[] = [
  {
    promise: 'an action that is named is allowed',
    identity: [allow({ Action: 's3:GetObject' })],
    outcome: true,
  },
  { promise: 'another action is not', identity: [allow({ Action: 's3:PutObject' })], outcome: false },
  {
    promise: 'upper and lower case do not differ',
    identity: [allow({ Action: 'S3:getOBJECT' })],
    outcome: true,
  },
  {
    promise: 'one of several is enough',
    identity: [allow({ Action: ['a:B', 's3:GetObject'] })],
    outcome: true,
  },
  { promise: '* in a name stands for any run', identity: [allow({ Action: 's3:Get*' })], outcome: true },
  {
    promise: '* stands for no characters too',
    identity: [allow({ Action: 's3:GetObject*' })],
    outcome: true,
  },
  { promise: '* in the middle is a run', identity: [allow({ Action: 's3:*Object' })], outcome: true },
  { promise: '? is one character', identity: [allow({ Action: 's3:GetObjec?' })], outcome: true },
  { promise: '? is not none', identity: [allow({ Action: 's3:GetObject?' })], outcome: false },
  { promise: 'a service with * is all of it', identity: [allow({ Action: 's3:*' })], outcome: true },
  { promise: '* is everything', identity: [allow({ Action: '*' })], outcome: true },
  {
    promise: 'a Deny matches by wildcards too',
    identity: [allow(), deny({ Action: 's3:*' })],
    outcome: false,
  },
  {
    promise: 'a name without a service is refused',
    identity: [allow({ Action: 'GetObject' })],
    outcome: /<service>:<name>/,
  },
];

/** IAM user guide, "IAM JSON policy elements: NotAction". */
export const NOT_ACTION_CASES: readonly PolicyCase[] = [
  { promise: 'what is not named is allowed', identity: [allow({ NotAction: 'iam:*' })], outcome: true },
  { promise: 'what is named is not', identity: [allow({ NotAction: 's3:*' })], outcome: false },
  {
    promise: 'what is not named is denied',
    identity: [allow(), deny({ NotAction: 'sqs:*' })],
    outcome: false,
  },
  {
    promise: 'what is named is not denied',
    identity: [allow(), deny({ NotAction: 's3:GetObject' })],
    outcome: true,
  },
  {
    promise: 'beside Action it is refused',
    identity: [{ ...allow(), NotAction: 's3:*' }],
    outcome: /exclude each other/,
  },
];

/** IAM user guide, "IAM JSON policy elements: Resource". */
export const RESOURCE_CASES: readonly PolicyCase[] = [
  { promise: 'the whole ARN is compared', identity: [allow({ Resource: OBJECT })], outcome: true },
  {
    promise: 'upper and lower case differ',
    identity: [allow({ Resource: 'arn:aws:s3:::data/Incoming/a' })],
    outcome: false,
  },
  {
    promise: '* reaches over slashes',
    request: s3('arn:aws:s3:::data/a/b/c'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/*' })],
    outcome: true,
  },
  {
    promise: 'a bucket is not its objects',
    identity: [allow({ Resource: 'arn:aws:s3:::data' })],
    outcome: false,
  },
  {
    promise: 'objects are not the bucket',
    request: s3('arn:aws:s3:::data'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/*' })],
    outcome: false,
  },
  {
    promise: '? is one character',
    identity: [allow({ Resource: 'arn:aws:s3:::dat?/incoming/?' })],
    outcome: true,
  },
  { promise: 'a dot is a dot', identity: [allow({ Resource: 'arn:aws:s3:::d.ta/*' })], outcome: false },
  {
    promise: 'brackets are brackets',
    identity: [allow({ Resource: 'arn:aws:s3:::[d]ata/*' })],
    outcome: false,
  },
  {
    promise: '* stands for a whole segment',
    request: onQueue(QUEUE),
    identity: [allow({ Resource: 'arn:aws:sqs:*:111122223333:queue1' })],
    outcome: true,
  },
  {
    promise: '* within a segment stays in it',
    request: onQueue('arn:aws:sqs:us:x-1:111122223333:q'),
    identity: [allow({ Resource: 'arn:aws:sqs:u*1:111122223333:q' })],
    outcome: false,
  },
  {
    promise: '* at the end of a segment may reach past the colon',
    request: onQueue(QUEUE),
    identity: [allow({ Resource: 'arn:aws:sqs:us-*:queue1' })],
    outcome: true,
  },
  {
    promise: '? is no colon',
    request: onQueue(QUEUE),
    identity: [allow({ Resource: 'arn:aws:sqs:us-east-1?111122223333:queue1' })],
    outcome: false,
  },
  {
    promise: 'the colons of a name belong to it',
    request: {
      action: 'logs:PutLogEvents',
      resource: 'arn:aws:logs:us-east-1:111122223333:log-group:a:log-stream:b',
    },
    identity: [allow({ Resource: 'arn:aws:logs:us-east-1:111122223333:log-group:*m:b' })],
    outcome: true,
  },
  {
    promise: 'another account is another resource',
    request: onQueue(QUEUE),
    identity: [allow({ Resource: 'arn:aws:sqs:us-east-1:999999999999:*' })],
    outcome: false,
  },
  {
    promise: 'an action without resources needs *',
    request: { action: 'xray:PutTraceSegments', resource: '*' },
    identity: [allow({ Resource: 'arn:aws:xray:us-east-1:111122223333:*' })],
    outcome: false,
  },
  {
    promise: 'an action without resources is allowed by *',
    request: { action: 'xray:PutTraceSegments', resource: '*' },
    identity: [allow()],
    outcome: true,
  },
  {
    promise: 'a wildcard in place of the service is refused',
    identity: [allow({ Resource: 'arn:aws:s?:::data/*' })],
    outcome: /in place of its service/,
  },
  {
    promise: 'a statement without a resource is refused',
    identity: [{ Effect: 'Allow', Action: '*' }],
    outcome: /neither Resource nor NotResource/,
  },
];

/** IAM user guide, "IAM JSON policy elements: NotResource". */
export const NOT_RESOURCE_CASES: readonly PolicyCase[] = [
  {
    promise: 'a Deny is about all but what is named',
    identity: [allow(), deny({ NotResource: 'arn:aws:s3:::logs/*' })],
    outcome: false,
  },
  {
    promise: 'a Deny is not about what is named',
    identity: [allow(), deny({ NotResource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'] })],
    outcome: true,
  },
  {
    promise: 'an Allow is not about what is named',
    identity: [allow({ NotResource: 'arn:aws:s3:::data/*' })],
    outcome: false,
  },
  {
    promise: 'an Allow is about all the rest',
    identity: [allow({ NotResource: 'arn:aws:s3:::logs/*' })],
    outcome: true,
  },
  {
    promise: 'an exception without a value does not allow',
    identity: [allow({ NotResource: 'arn:aws:s3:::logs/${aws:username}/*' })],
    outcome: false,
  },
  {
    promise: 'an exception without a value excepts nothing from a Deny',
    identity: [allow(), deny({ NotResource: 'arn:aws:s3:::data/${aws:username}/*' })],
    outcome: false,
  },
];

const home = 'arn:aws:s3:::data/home/${aws:userid}/*';
const user = (name: string, resource = 'arn:aws:s3:::data/home/ann/x') => ({
  resource,
  context: { 'aws:userid': name },
});
const onPrefix = (prefix: string, value: string) => ({
  request: { context: { 's3:prefix': prefix, 'aws:userid': 'ann' } },
  identity: [allow({ Condition: { StringLike: { 's3:prefix': value } } })],
});

/** IAM user guide, "IAM policy elements: Variables and tags". */
export const VARIABLE_CASES: readonly PolicyCase[] = [
  {
    promise: 'a variable takes the value of the request',
    request: user('ann'),
    identity: [allow({ Resource: home })],
    outcome: true,
  },
  {
    promise: 'another value is another resource',
    request: user('bob'),
    identity: [allow({ Resource: home })],
    outcome: false,
  },
  {
    promise: 'names of variables are found in any case',
    request: user('ann'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/home/${AWS:UserID}/*' })],
    outcome: true,
  },
  {
    promise: 'a value of * is no wildcard',
    request: user('*'),
    identity: [allow({ Resource: home })],
    outcome: false,
  },
  {
    promise: 'a value with ? is no wildcard',
    request: user('an?'),
    identity: [allow({ Resource: home })],
    outcome: false,
  },
  {
    promise: 'a value is not searched for variables',
    request: user('${aws:PrincipalAccount}', 'arn:aws:s3:::data/home/111122223333/x'),
    identity: [allow({ Resource: home })],
    outcome: false,
  },
  {
    promise: 'an Allow with a variable that has no value does not apply',
    identity: [allow({ Resource: 'arn:aws:s3:::data/${aws:username}*' })],
    outcome: false,
  },
  {
    promise: 'not even to the text of the variable',
    request: s3('arn:aws:s3:::data/${aws:username}'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/${aws:username}' })],
    outcome: false,
  },
  {
    promise: 'a default takes the place of a value',
    request: s3('arn:aws:s3:::data/guest/x'),
    identity: [allow({ Resource: "arn:aws:s3:::data/${aws:username, 'guest'}/*" })],
    outcome: true,
  },
  {
    promise: 'a default gives way to a value',
    request: user('ann'),
    identity: [allow({ Resource: "arn:aws:s3:::data/home/${aws:userid, 'guest'}/*" })],
    outcome: true,
  },
  {
    promise: 'a default of * is no wildcard',
    identity: [allow({ Resource: "arn:aws:s3:::data/${aws:username, '*'}" })],
    outcome: false,
  },
  {
    promise: '${*} is an asterisk',
    request: s3('arn:aws:s3:::data/a*b'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/a${*}b' })],
    outcome: true,
  },
  {
    promise: '${*} is nothing but an asterisk',
    request: s3('arn:aws:s3:::data/axb'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/a${*}b' })],
    outcome: false,
  },
  {
    promise: '${?} is a question mark',
    request: s3('arn:aws:s3:::data/axb'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/a${?}b' })],
    outcome: false,
  },
  {
    promise: '${$} is a dollar',
    request: s3('arn:aws:s3:::data/a$b'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/a${$}b' })],
    outcome: true,
  },
  {
    promise: 'before the fifth colon a variable is none',
    request: onQueue(QUEUE),
    identity: [allow({ Resource: 'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:queue1' })],
    outcome: false,
  },
  {
    promise: 'a text that is not closed matches nothing',
    request: s3('arn:aws:s3:::data/${aws'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/${aws' })],
    outcome: false,
  },
  {
    promise: 'in a condition a variable takes the value',
    ...onPrefix('home/ann/', 'home/${aws:userid}/*'),
    outcome: true,
  },
  {
    promise: 'in a condition another value is not met',
    ...onPrefix('home/bob/', 'home/${aws:userid}/*'),
    outcome: false,
  },
  {
    promise: 'in a condition a variable without a value is not met',
    ...onPrefix('home/x/', 'home/${aws:username}/*'),
    outcome: false,
  },
  {
    promise: 'a negated condition without a value does not allow',
    identity: [allow({ Condition: { StringNotEquals: { 'aws:userid': '${aws:username}' } } })],
    outcome: false,
  },
  {
    promise: 'a negated condition without a value does not stop a Deny',
    identity: [allow(), deny({ Condition: { StringNotEquals: { 'aws:userid': '${aws:username}' } } })],
    outcome: false,
  },
  {
    promise: 'a key with several values is no variable',
    request: { resource: 'arn:aws:s3:::data/a', context: { 'aws:TagKeys': ['a', 'b'] } },
    identity: [allow({ Resource: 'arn:aws:s3:::data/${aws:TagKeys}' })],
    outcome: false,
  },
  {
    promise: 'the version 2008-10-17 has no variables',
    version: '2008-10-17',
    request: user('ann'),
    identity: [allow({ Resource: home })],
    outcome: false,
  },
  {
    promise: 'in the version 2008-10-17 a variable is its own text',
    version: '2008-10-17',
    request: s3('arn:aws:s3:::data/${aws:userid}'),
    identity: [allow({ Resource: 'arn:aws:s3:::data/${aws:userid}' })],
    outcome: true,
  },
  {
    promise: 'in the version 2008-10-17 a condition has no variables',
    version: '2008-10-17',
    identity: [allow({ Condition: { StringEquals: { 'aws:userid': '${aws:userid}' } } })],
    outcome: false,
  },
  {
    promise: 'in the version 2012-10-17 the same condition has one',
    identity: [allow({ Condition: { StringEquals: { 'aws:userid': '${aws:userid}' } } })],
    outcome: true,
  },
  {
    promise: 'in the version 2008-10-17 a wildcard is one',
    version: '2008-10-17',
    identity: [allow({ Resource: 'arn:aws:s3:::data/*' })],
    outcome: true,
  },
  {
    promise: 'another version is refused',
    version: '2012-10-18',
    identity: [allow()],
    outcome: /Version must be/,
  },
];
