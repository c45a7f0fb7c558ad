/** The policies of a deployment in force: which of them are found for a call, and what is then denied. */
import { DeployedPolicies } from '../../../../deployment/deployed-policies';
import type { JsonMap } from '../../../../deployment/json';
import { createLookup } from '../../../../deployment/lookup';
import { parseStack } from '../../../../deployment/terraform-json';
import { DYNAMODB_ACCESS } from '../../../../local/services/dynamodb/required-access';
import { Permissions } from '../../../../local/services/iam/permissions';
import { SECRETS_ACCESS } from '../../../../local/services/secretsmanager/required-access';

const ACCOUNT = '111122223333';
const facts = { accountId: ACCOUNT, region: 'us-east-1' };
const ROLE = `arn:aws:iam::${ACCOUNT}:role/loader`;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:dead-letters`;
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/trades`;
const SECRET = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:admin-AbCdEf`;

const ATTRIBUTES: Readonly<Record<string, JsonMap>> = {
  'aws_kms_key.data': { arn: KEY, key_id: 'k' },
  'aws_sqs_queue.dead_letters': { arn: QUEUE, id: `http://127.0.0.1:1/${ACCOUNT}/dead-letters` },
  'aws_dynamodb_table.trades': { arn: TABLE },
  'aws_secretsmanager_secret.admin': { arn: SECRET },
};

const policy = (...statements: JsonMap[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allowAll: JsonMap = { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' };
const denyAll: JsonMap = { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' };
const leftToAccount: JsonMap = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
};

/** A role that may do everything, and what else the stack declares. */
function permissionsWith(resource: JsonMap = {}, denied: string[] = []): Permissions {
  const own = { loader: { role: 'loader', policy: policy(allowAll) } };
  const stack = parseStack('s', { resource: { aws_iam_role_policy: own, ...resource } }, { folder: '.' });
  const lookup = createLookup([stack], (_stack, address) => ATTRIBUTES[address], facts);
  return new Permissions({
    policies: new DeployedPolicies([stack], lookup),
    facts,
    rules: new Map([
      ['dynamodb', DYNAMODB_ACCESS],
      ['secretsmanager', SECRETS_ACCESS],
    ]),
    operator: 'operator',
    onDenied: (_role, message) => denied.push(message),
  });
}

const decrypt = { action: 'kms:Decrypt', resource: KEY, context: {} };
const call = (service: string, operation: string, input: Record<string, unknown>) => ({
  identity: 'loader',
  service,
  operation,
  region: 'us-east-1',
  input,
  headers: {},
});

describe('a Deny is found', () => {
  const key = (...statements: JsonMap[]) => ({
    aws_kms_key: { data: { policy: policy(leftToAccount, ...statements) } },
  });
  const queuePolicy = (statement: JsonMap) => ({
    aws_sqs_queue: { dead_letters: { name: 'dead-letters' } },
    aws_sqs_queue_policy: {
      dead_letters: { queue_url: '${aws_sqs_queue.dead_letters.id}', policy: policy(statement) },
    },
  });
  const send = { action: 'sqs:SendMessage', resource: QUEUE, context: {} };
  const scan = { action: 'dynamodb:Scan', resource: TABLE, context: {} };
  const read = { action: 's3:GetObject', resource: 'arn:aws:s3:::data/a', context: {} };

  it.each<[string, JsonMap, { action: string; resource: string; context: Record<string, string> }]>([
    ['of the role in the policy of a key', key({ ...denyAll, Principal: { AWS: ROLE } }), decrypt],
    [
      'by aws:PrincipalArn in the policy of a key',
      key({ ...denyAll, Condition: { StringEquals: { 'AWS:PrincipalArn': ROLE } } }),
      decrypt,
    ],
    [
      'in a policy that is declared beside its key',
      {
        aws_kms_key: { data: {} },
        aws_kms_key_policy: {
          data: { key_id: '${aws_kms_key.data.key_id}', policy: policy(leftToAccount, denyAll) },
        },
      },
      decrypt,
    ],
    ['in the policy of a queue, with * for its resource', queuePolicy(denyAll), send],
    [
      'in the policy of a queue, with wildcards in action and ARN',
      queuePolicy({ ...denyAll, Action: 'sqs:Send*', Resource: 'arn:aws:sqs:*:*:dead-*' }),
      send,
    ],
    [
      'of the account in the policy of a queue',
      queuePolicy({ ...denyAll, Principal: { AWS: ACCOUNT }, Resource: QUEUE }),
      send,
    ],
    [
      'in the policy of a bucket',
      { aws_s3_bucket_policy: { data: { bucket: 'data', policy: policy(denyAll) } } },
      read,
    ],
    [
      'in the policy of a table',
      {
        aws_dynamodb_table: { trades: { name: 'trades' } },
        aws_dynamodb_resource_policy: {
          trades: { resource_arn: '${aws_dynamodb_table.trades.arn}', policy: policy(denyAll) },
        },
      },
      scan,
    ],
    [
      'in a policy that is attached to the role',
      {
        aws_iam_policy: { limits: { policy: policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' }) } },
        aws_iam_role_policy_attachment: {
          limits: { role: 'loader', policy_arn: '${aws_iam_policy.limits.arn}' },
        },
      },
      read,
    ],
  ])('%s', (_where, resource, access) => {
    expect(() => permissionsWith().demand('loader', [access])).not.toThrow();
    const denied: string[] = [];
    const permissions = permissionsWith(resource, denied);
    expect(() => permissions.demand('loader', [access])).toThrow(/is not authorized to perform/);
    expect(denied).toEqual([
      expect.stringContaining(`perform: ${access.action} on resource: ${access.resource}`),
    ]);
    expect(permissions.grants()[0]).toMatchObject({ statement: 'All', uses: 0 });
  });

  it.each(['admin', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:admin', SECRET])(
    'in the policy of a secret that is asked for as %s',
    (SecretId) => {
      const secret = { name: 'admin', policy: policy({ ...denyAll, Resource: SECRET }) };
      const permissions = permissionsWith({ aws_secretsmanager_secret: { admin: secret } });
      const get = call('secretsmanager', 'GetSecretValue', { SecretId });
      expect(() => permissions.authorize(get)).toThrow(
        /secretsmanager:GetSecretValue on resource: arn:.*-AbCdEf/,
      );
    },
  );

  it('of a table that is named by its ARN', () => {
    const only = { ...allowAll, Effect: 'Deny', Sid: 'No', Action: 'dynamodb:*', Resource: TABLE };
    const permissions = permissionsWith({
      aws_iam_role_policy: { loader: { role: 'loader', policy: policy(allowAll, only) } },
    });
    for (const TableName of ['trades', TABLE]) {
      expect(() => permissions.authorize(call('dynamodb', 'Scan', { TableName }))).toThrow(/dynamodb:Scan/);
    }
  });
});

describe('a call', () => {
  it.each(['BatchGetItem', 'BatchWriteItem'])(
    'of %s that names no table is refused as DynamoDB does',
    (operation) => {
      for (const input of [{}, { RequestItems: {} }]) {
        expect(() => permissionsWith().authorize(call('dynamodb', operation, input))).toThrow(
          expect.objectContaining({ name: 'ValidationException', statusCode: 400 }),
        );
      }
    },
  );

  it('on a key without a policy is left to the role', () => {
    const permissions = permissionsWith({ aws_kms_key: { data: {} } });
    expect(() => permissions.demand('loader', [decrypt])).not.toThrow();
    expect(() => permissions.demand('stranger', [decrypt])).toThrow(/kms:Decrypt/);
  });

  it('on a key whose own policy does not leave it to IAM is denied, whatever the role may do', () => {
    const owner = `arn:aws:iam::${ACCOUNT}:role/owner`;
    const closed = policy({ ...allowAll, Principal: { AWS: owner }, Action: 'kms:*' });
    const permissions = permissionsWith({ aws_kms_key: { data: { policy: closed } } });
    expect(() => permissions.demand('loader', [decrypt])).toThrow(
      /not authorized to perform: kms:Decrypt on resource: arn:aws:kms:/,
    );
  });

  it('on a resource of another account needs the other account too', () => {
    const resource = 'arn:aws:sqs:us-east-1:444455556666:theirs';
    expect(() =>
      permissionsWith().demand('loader', [{ action: 'sqs:SendMessage', resource, context: {} }]),
    ).toThrow(/is not authorized/);
  });

  it('is refused while a policy is attached that no stack declares', () => {
    const attachment = { role: 'loader', policy_arn: `arn:aws:iam::${ACCOUNT}:policy/unseen` };
    const permissions = permissionsWith({ aws_iam_role_policy_attachment: { unseen: attachment } });
    expect(() => permissions.demand('loader', [decrypt])).toThrow(
      /attaches .*policy\/unseen, a policy that no stack/,
    );
  });

  it('is not stopped by a policy that AWS manages, which only allows', () => {
    const attachment = { role: 'loader', policy_arn: 'arn:aws:iam::aws:policy/service-role/X' };
    const permissions = permissionsWith({ aws_iam_role_policy_attachment: { managed: attachment } });
    expect(() => permissions.demand('loader', [decrypt])).not.toThrow();
    expect(permissions.grants()[0]).toMatchObject({ statement: 'All', uses: 1 });
  });
});
