import fc from 'fast-check';
import type { Deployment, Resource } from '../../../deployment/deployment';
import { matchesWildcards } from '../../../deployment/iam-pattern';
import { evaluatePolicy } from '../../../deployment/policy/evaluate';
import { POLICY_RULES } from '../../../deployment/policy/rules';
import { looksSecret } from '../../../deployment/policy/rules/secret-text';
import { parsePolicyDocument } from '../../../deployment/policy-document';
import { synthesize } from '../../stacks/synthesized';
import { RULE_FLIPS } from './rule-flips';

const dev = synthesize().deployment;
const serverless = synthesize({ environment: 'serverless' }).deployment;
const everything = synthesize({ environment: 'everything' }).deployment;

describe('each rule', () => {
  it('has a change that flips it, and each such change has a rule', () => {
    expect(Object.keys(RULE_FLIPS).sort()).toEqual(POLICY_RULES.map(({ id }) => id).sort());
  });

  it.each(POLICY_RULES.map((rule) => [rule.id, rule] as const))('sees the least change: %s', (id, rule) => {
    const isIn = (deployment: Deployment) => deployment.of(...rule.on.split(' ')).length > 0;
    const deployment = rule.on === '*' ? dev : [dev, serverless, everything].find(isIn)!;
    const before = evaluatePolicy(deployment, [rule]).verdicts.filter(
      ({ resource }) => resource.type !== 'stack',
    );
    const { resource, outcome } = before.find((verdict) => verdict.outcome === 'passed') ?? before[0]!;
    const flipped = RULE_FLIPS[id]!(deployment, resource);
    const same = ({ stack, address }: Resource): boolean =>
      stack === resource.stack && address === resource.address;
    const after = evaluatePolicy(flipped, [rule]).verdicts.find((verdict) => same(verdict.resource))!;
    expect([id, resource.address, after.outcome === 'passed']).toEqual([
      id,
      resource.address,
      outcome !== 'passed',
    ]);
  });
});

describe('a secret', () => {
  it.each([
    ['password', 'x'],
    ['environment.variables.MYSQL_PASSWORD', 'x'],
    ['secret_string', '{}'],
    ['description', `key AKIA${'A'.repeat(16)}`],
    ['text', '-----BEGIN RSA PRIVATE KEY-----'],
    ['url', 'mysql://root:hunter2@db:3306/bank'],
    ['extra_connection_attributes', 'user=root;password=hunter2'],
    ['token', `ghp_${'a'.repeat(36)}`],
  ])('is seen: %s = %s', (path, text) => {
    expect(looksSecret(path, text)).toBe(true);
  });

  it.each([
    ['MYSQL_SECRET_ARN', '$' + '{data.terraform_remote_state.storage.outputs.mysql_ingest_secret_arn}'],
    ['password', '$' + '{random_password.x.result}'],
    ['master_user_secret_kms_key_id', 'arn:aws:kms:x'],
    ['description', 'ARN of the secret of the MySQL user of DMS.'],
    ['policy', '"Resource":"arn:aws:secretsmanager:us-east-1:123456789012:secret:cdc-dev-*"'],
    ['certificate_pem', '-----BEGIN CERTIFICATE-----'],
    ['aws_secretsmanager_secret', 'cdc-dev'],
  ])('is not seen where there is none: %s = %s', (path, text) => {
    expect(looksSecret(path, text)).toBe(false);
  });
});

describe('a policy', () => {
  it('is read whether its lists are lists or single texts', () => {
    const [statement] = parsePolicyDocument(
      JSON.stringify({
        Statement: {
          Sid: 'A',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: ['a', 'b'],
          Principal: { AWS: ['*', 'x'] },
        },
      }),
      'a test policy',
    );
    expect(statement).toEqual({
      sid: 'A',
      allows: true,
      actions: ['s3:GetObject'],
      resources: ['a', 'b'],
      principals: ['*', 'AWS:x'],
      notActions: [],
      notResources: [],
      notPrincipals: [],
      conditions: [],
      hasVariables: false,
    });
  });

  it('matches patterns as IAM does', () => {
    const word = fc.stringMatching(/^[a-z:/.+$^()[\]{}|\\-]{0,8}$/);
    fc.assert(
      fc.property(word, word, word, (start, middle, end) => {
        expect(matchesWildcards(start + middle + end, start + middle + end)).toBe(true);
        expect(matchesWildcards(`${start}*${end}`, start + middle + end)).toBe(true);
        expect(matchesWildcards(`${start}?${end}`, `${start}x${end}`)).toBe(true);
        expect(matchesWildcards(`${start}?${end}`, start + end)).toBe(false);
        expect(matchesWildcards(`${start}*`, `#${start}`)).toBe(start === '');
      }),
    );
  });
});
