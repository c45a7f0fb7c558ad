/**
 * What AWS checks for one API call: action, resource and condition keys, as the service authorization reference
 * lists them, and the use of the key that encrypts what the call touches.
 */
import type { Access } from '../../protocol/access';
import type { AdmissionRequest } from '../../protocol/admission';

/** What the deployment says of the things that calls touch. */
export interface AccessFacts {
  readonly accountId: string;
  readonly region: string;
  /** ARN of the key that encrypts a bucket, table or secret; undefined for a key that AWS owns. */
  keyOf(kind: 'bucket' | 'table' | 'secret', name: string): string | undefined;
}

/** @throws Error for a call that this table does not know: then nobody could say whether it is granted. */
export function requiredAccess(request: AdmissionRequest, facts: AccessFacts): Access[] {
  const rule = RULES[request.service]?.[request.operation];
  if (rule === undefined) {
    throw new Error(`no rule says what ${request.service}:${request.operation} needs`);
  }
  return rule(request, facts);
}

type Rule = (request: AdmissionRequest, facts: AccessFacts) => Access[];

const text = (request: AdmissionRequest, member: string): string => String(request.input[member] ?? '');

function keyUse(
  facts: AccessFacts,
  service: string,
  key: string | undefined,
  actions: readonly string[],
): Access[] {
  if (key === undefined) return [];
  const context = { 'kms:ViaService': `${service}.${facts.region}.amazonaws.com` };
  return actions.map((action) => ({ action, resource: key, context }));
}

const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;

function readObject(facts: AccessFacts, bucket: string, key: string): Access[] {
  const access = { action: 's3:GetObject', resource: objectArn(bucket, key), context: {} };
  return [access, ...keyUse(facts, 's3', facts.keyOf('bucket', bucket), ['kms:Decrypt'])];
}

function writeObject(facts: AccessFacts, bucket: string, key: string): Access[] {
  const access = { action: 's3:PutObject', resource: objectArn(bucket, key), context: {} };
  return [access, ...keyUse(facts, 's3', facts.keyOf('bucket', bucket), ['kms:GenerateDataKey'])];
}

const onObject =
  (action: string): Rule =>
  (request) => [{ action, resource: objectArn(text(request, 'Bucket'), text(request, 'Key')), context: {} }];

const S3: Readonly<Record<string, Rule>> = {
  GetObject: (request, facts) => readObject(facts, text(request, 'Bucket'), text(request, 'Key')),
  HeadObject: (request, facts) => readObject(facts, text(request, 'Bucket'), text(request, 'Key')),
  PutObject: (request, facts) => writeObject(facts, text(request, 'Bucket'), text(request, 'Key')),
  CopyObject: (request, facts) => {
    const source = decodeURIComponent(String(request.headers['x-amz-copy-source'])).replace(/^\//, '');
    const slash = source.indexOf('/');
    return [
      ...readObject(facts, source.slice(0, slash), source.slice(slash + 1)),
      ...writeObject(facts, text(request, 'Bucket'), text(request, 'Key')),
    ];
  },
  DeleteObject: onObject('s3:DeleteObject'),
  CreateMultipartUpload: (request, facts) =>
    writeObject(facts, text(request, 'Bucket'), text(request, 'Key')),
  UploadPart: (request, facts) => writeObject(facts, text(request, 'Bucket'), text(request, 'Key')),
  CompleteMultipartUpload: (request, facts) =>
    writeObject(facts, text(request, 'Bucket'), text(request, 'Key')),
  AbortMultipartUpload: onObject('s3:AbortMultipartUpload'),
  ListObjectsV2: (request) => [
    {
      action: 's3:ListBucket',
      resource: `arn:aws:s3:::${text(request, 'Bucket')}`,
      context: { 's3:prefix': text(request, 'prefix') },
    },
  ],
};

function onTables(actions: readonly string[], tables: readonly string[], facts: AccessFacts): Access[] {
  return tables.flatMap((table) => {
    const resource = `arn:aws:dynamodb:${facts.region}:${facts.accountId}:table/${table}`;
    const key = facts.keyOf('table', table);
    return [
      ...actions.map((action) => ({ action, resource, context: {} })),
      ...keyUse(facts, 'dynamodb', key, ['kms:Decrypt']),
    ];
  });
}

const onTable =
  (action: string): Rule =>
  (request, facts) =>
    onTables([action], [text(request, 'TableName')], facts);

const onRequestedTables =
  (action: string): Rule =>
  (request, facts) =>
    onTables([action], Object.keys((request.input.RequestItems ?? {}) as object), facts);

const DYNAMODB: Readonly<Record<string, Rule>> = {
  BatchWriteItem: onRequestedTables('dynamodb:BatchWriteItem'),
  BatchGetItem: onRequestedTables('dynamodb:BatchGetItem'),
  Scan: onTable('dynamodb:Scan'),
  GetItem: onTable('dynamodb:GetItem'),
  PutItem: onTable('dynamodb:PutItem'),
  DescribeTable: onTable('dynamodb:DescribeTable'),
};

const onSecret =
  (action: string, keyAction: string): Rule =>
  (request, facts) => {
    const secret = text(request, 'SecretId');
    const key = facts.keyOf('secret', secret);
    return [{ action, resource: secret, context: {} }, ...keyUse(facts, 'secretsmanager', key, [keyAction])];
  };

const SECRETS: Readonly<Record<string, Rule>> = {
  GetSecretValue: onSecret('secretsmanager:GetSecretValue', 'kms:Decrypt'),
  PutSecretValue: onSecret('secretsmanager:PutSecretValue', 'kms:GenerateDataKey'),
  DescribeSecret: (request) => [
    { action: 'secretsmanager:DescribeSecret', resource: text(request, 'SecretId'), context: {} },
  ],
};

/** A call that starts a statement signs in too: with the caller's own identity, or with a secret's user. */
const startStatement =
  (operation: string): Rule =>
  (request, facts) => {
    const cluster = text(request, 'ClusterIdentifier');
    const redshift = `arn:aws:redshift:${facts.region}:${facts.accountId}`;
    const run = {
      action: `redshift-data:${operation}`,
      resource: `${redshift}:cluster:${cluster}`,
      context: {},
    };
    if (request.input.SecretArn !== undefined) {
      const secret = text(request, 'SecretArn');
      const key = facts.keyOf('secret', secret);
      return [
        run,
        { action: 'secretsmanager:GetSecretValue', resource: secret, context: {} },
        ...keyUse(facts, 'secretsmanager', key, ['kms:Decrypt']),
      ];
    }
    const database = `${redshift}:dbname:${cluster}/${text(request, 'Database')}`;
    return [run, { action: 'redshift:GetClusterCredentialsWithIAM', resource: database, context: {} }];
  };

/** The data API's twin shows a statement to its owner alone, so the owner is the caller. */
const followStatement =
  (operation: string): Rule =>
  (request) => [
    {
      action: `redshift-data:${operation}`,
      resource: '*',
      context: { 'redshift-data:statement-owner-iam-userid': userIdOf(request.identity) },
    },
  ];

const REDSHIFT_DATA: Readonly<Record<string, Rule>> = {
  ExecuteStatement: startStatement('ExecuteStatement'),
  BatchExecuteStatement: startStatement('BatchExecuteStatement'),
  DescribeStatement: followStatement('DescribeStatement'),
  GetStatementResult: followStatement('GetStatementResult'),
  CancelStatement: followStatement('CancelStatement'),
  ListStatements: followStatement('ListStatements'),
};

const DMS: Readonly<Record<string, Rule>> = {
  DescribeReplicationTasks: () => [{ action: 'dms:DescribeReplicationTasks', resource: '*', context: {} }],
  DescribeConnections: () => [{ action: 'dms:DescribeConnections', resource: '*', context: {} }],
  TestConnection: (request) =>
    ['ReplicationInstanceArn', 'EndpointArn'].map((member) => ({
      action: 'dms:TestConnection',
      resource: text(request, member),
      context: {},
    })),
  StartReplicationTask: (request) => [
    { action: 'dms:StartReplicationTask', resource: text(request, 'ReplicationTaskArn'), context: {} },
  ],
};

const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  s3: S3,
  dynamodb: DYNAMODB,
  secretsmanager: SECRETS,
  'redshift-data': REDSHIFT_DATA,
  dms: DMS,
};

/** Stands for `aws:userid`, which for a function is its role's id and the session's name. */
export const userIdOf = (identity: string): string => `AROALAPTOP:${identity}`;
