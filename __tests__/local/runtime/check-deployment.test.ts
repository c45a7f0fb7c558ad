import type { JsonMap } from '../../../deployment/json';
import { buildResourceGraph, orderGraph } from '../../../deployment/resource-graph';
import { parseStack, readStacks } from '../../../deployment/terraform-json';
import { checkDeployment } from '../../../local/runtime/check-deployment';
import { type EditableDeployment, synthesize } from '../../support/deployment';

const check = (resource: JsonMap): void => checkDeployment([parseStack('s', { resource }, { folder: '.' })]);

describe('a deployment', () => {
  let deployment: EditableDeployment;
  beforeAll(() => {
    deployment = synthesize();
  });
  afterAll(() => deployment.remove());

  it('as the stacks synthesize it is taken whole', () => {
    const stacks = readStacks(deployment.folder);
    expect(stacks.map(({ name }) => name).sort()).toEqual(['network', 'pipeline', 'storage', 'warehouse']);
    expect(() => checkDeployment(stacks)).not.toThrow();
    const order = orderGraph(buildResourceGraph(stacks));
    const indexOf = (node: string): number => order.indexOf(node);
    expect(indexOf('storage/aws_db_instance.mysql')).toBeGreaterThan(-1);
    expect(indexOf('storage/aws_db_instance.mysql')).toBeLessThan(
      indexOf('pipeline/aws_lambda_invocation.deploy_prepare_mysql'),
    );
    expect(indexOf('pipeline/aws_lambda_invocation.deploy_prepare_warehouse')).toBeLessThan(
      indexOf('pipeline/aws_scheduler_schedule.every_ingest_txns'),
    );
  });

  it('for production is taken whole too', () => {
    const production = synthesize('prod');
    try {
      expect(() => checkDeployment(readStacks(production.folder))).not.toThrow();
    } finally {
      production.remove();
    }
  });

  it('with a type that the laptop does not know is refused by that name', () => {
    expect(() => check({ aws_kinesis_stream: { events: {} } })).toThrow(
      'stack s: aws_kinesis_stream.events: the type aws_kinesis_stream is unknown to the laptop',
    );
  });

  it('with something that was there before, and that no twin stands in for, is refused by that name', () => {
    const stack = parseStack('s', { locals: { existing_oracle: { old: {} } } }, { folder: '.' });
    expect(() => checkDeployment([stack])).toThrow(
      'stack s: local.existing_oracle.old: the type existing_oracle is unknown to the laptop',
    );
  });

  it('with arguments that no twin knows is refused with all of them at once', () => {
    const resource = {
      aws_sqs_queue: { q: { name: 'q', redrive_policy: '{}' } },
      aws_dynamodb_table: { t: { name: 't', hash_key: 'id', local_secondary_index: { name: 'x' } } },
    };
    expect(() => check(resource)).toThrow(/aws_sqs_queue\.q\.redrive_policy is not supported/);
    expect(() => check(resource)).toThrow(
      /aws_dynamodb_table\.t\.local_secondary_index\.name is not supported/,
    );
  });

  describe('with a policy that cannot be evaluated is refused by resource, statement and', () => {
    const policyWith = (condition: JsonMap, more: JsonMap = {}): JsonMap => ({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Reads',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: '*',
          Condition: condition,
          ...more,
        },
      ],
    });
    const ofRole = (policy: JsonMap): JsonMap => ({
      aws_iam_role_policy: { reader: { role: 'reader', policy: JSON.stringify(policy) } },
    });
    const refusals: [string, JsonMap, string][] = [
      ['operator', { StringMatches: { 'aws:userid': 'x' } }, 'the condition operator StringMatches'],
      [
        'operator with a quantifier',
        { 'ForSome:StringLike': { 'aws:userid': 'x' } },
        'operator ForSome:StringLike',
      ],
      ['operator named like a property', { constructor: { 'aws:userid': 'x' } }, 'operator constructor'],
      ['key', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'the condition key aws:SourceVpce'],
      [
        'key of another service',
        { StringEquals: { 'kms:CallerAccount': '1' } },
        'condition key kms:CallerAccount',
      ],
      [
        'key of a negation',
        { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
        'aws:PrincipalOrgID',
      ],
      [
        'value that is no number',
        { NumericLessThan: { 'aws:EpochTime': 'soon' } },
        'expected a number, got "soon"',
      ],
      ['value that is no address', { IpAddress: { 'aws:userid': '10.0.0.0/99' } }, 'expected an address'],
      ['value that is no ARN', { ArnLike: { 'aws:PrincipalArn': 'role' } }, 'expected an ARN of six parts'],
      ['value of Null', { Null: { 'aws:userid': 'maybe' } }, 'Null of aws:userid with maybe'],
    ];
    it.each(refusals)('%s', (_what, condition, message) => {
      const pattern = message.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      expect(() => check(ofRole(policyWith(condition)))).toThrow(
        new RegExp(`stack s: aws_iam_role_policy\\.reader\\.policy: .*${pattern}`),
      );
    });

    it('in the policies of resources too, but for what only a service is asked', () => {
      const keyPolicy = (principal: JsonMap): JsonMap => ({
        aws_kms_key: {
          data: {
            policy: JSON.stringify(
              policyWith(
                { StringEquals: { 'aws:SourceOrgID': 'o-1' } },
                { Principal: principal, Action: 'kms:*' },
              ),
            ),
          },
        },
      });
      expect(() => check(keyPolicy({ AWS: '123456789012' }))).toThrow(
        'stack s: aws_kms_key.data.policy: the laptop does not evaluate the condition key aws:SourceOrgID (statement Reads)',
      );
      expect(() => check(keyPolicy({ Service: 'logs.amazonaws.com' }))).not.toThrow(/SourceOrgID/);
    });

    it.each<[string, JsonMap]>([
      ['keys in any case', { StringLikeIfExists: { 'AWS:UserId': '*' } }],
      ['a variable in a value', { ArnLike: { 'aws:PrincipalArn': '${aws:PrincipalArn}' } }],
      [
        'a range of addresses',
        { Bool: { 'aws:SecureTransport': 'true' }, Null: { 'aws:SourceArn': 'true' } },
      ],
    ])('and %s is none', (_what, condition) => {
      expect(() => check(ofRole(policyWith(condition)))).not.toThrow();
    });
  });
});
