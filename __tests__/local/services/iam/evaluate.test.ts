import { parsePolicyDocument } from '../../../../deployment/policy-document';
import { evaluate, like } from '../../../../local/services/iam/evaluate';

const policy = (...statements: object[]) =>
  parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'a test policy');

const getObject = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::data/incoming/a',
  principal: 'arn:aws:iam::123456789012:role/loader',
  context: { 'aws:SecureTransport': 'true', 'aws:userid': 'AROA:loader' } as Record<string, string>,
};
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/incoming/*' };

describe('policy evaluation', () => {
  it.each([
    ['an exact grant allows', [allow], [], true],
    ['no statement denies', [], [], false],
    ['another action is not granted', [{ ...allow, Action: 's3:PutObject' }], [], false],
    ['another prefix is not granted', [{ ...allow, Resource: 'arn:aws:s3:::data/loaded/*' }], [], false],
    ['actions are matched without case and with wildcards', [{ ...allow, Action: 'S3:Get*' }], [], true],
    ['an explicit deny wins', [allow, { ...allow, Effect: 'Deny' }], [], false],
    ['a deny of the resource wins', [allow], [{ ...allow, Effect: 'Deny', Principal: '*' }], false],
    [
      'a deny whose condition does not hold is silent',
      [allow],
      [{ ...allow, Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      true,
    ],
    ['a resource policy alone can allow', [], [{ ...allow, Principal: { AWS: getObject.principal } }], true],
    [
      'a resource policy for another principal does not',
      [],
      [{ ...allow, Principal: { AWS: 'arn:other' } }],
      false,
    ],
    [
      'a policy variable takes the value of the request',
      [{ ...allow, Condition: { StringEquals: { 'aws:userid': '$${aws:userid}' } } }],
      [],
      true,
    ],
    [
      'a condition on an absent key fails',
      [{ ...allow, Condition: { StringEquals: { 's3:prefix': 'x' } } }],
      [],
      false,
    ],
    [
      'IfExists passes on an absent key',
      [{ ...allow, Condition: { StringEqualsIfExists: { 's3:prefix': 'x' } } }],
      [],
      true,
    ],
    [
      'a negated condition holds on an absent key',
      [{ ...allow, Condition: { StringNotEquals: { 's3:prefix': 'x' } } }],
      [],
      true,
    ],
  ])('%s', (_title, identity, resource, allowed) => {
    const decision = evaluate(getObject, { identity: policy(...identity), resource: policy(...resource) });
    expect(decision.allowed).toBe(allowed);
  });

  it('refuses what it does not understand, by name', () => {
    expect(() => policy({ ...allow, NotAction: 's3:*' })).toThrow(/NotAction/);
    expect(() => policy({ ...allow, Effect: 'Maybe' })).toThrow(/must be Allow or Deny, got: "Maybe"/);
    const odd = policy({ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
    expect(() => evaluate(getObject, { identity: odd, resource: [] })).toThrow(/IpAddress/);
  });

  it('matches wildcards literally elsewhere', () => {
    expect(like('arn:aws:s3:::a.b/*', 'arn:aws:s3:::a.b/c/d')).toBe(true);
    expect(like('arn:aws:s3:::a.b/*', 'arn:aws:s3:::aXb/c')).toBe(false);
    expect(like('secret:name-??????', 'secret:name-AbCdEf')).toBe(true);
    expect(like('secret:name-??????', 'secret:name-AbCdEfG')).toBe(false);
  });
});
