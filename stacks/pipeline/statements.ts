/** What the functions may do with data, one statement a service and purpose; each resource is named. */
import type { Construct } from 'constructs';
import type { DynamodbTable } from '../../pipeline/tables';
import type { Statement } from '../constructs/policy';
import { stackOf } from '../constructs/stack-of';

export class Statements {
  constructor(
    private readonly scope: Construct,
    private readonly keyArn: string,
  ) {}

  /** Objects of the data bucket under some prefixes. */
  objects(sid: string, actions: readonly ObjectAction[], prefixes: readonly string[]): Statement {
    const { names } = stackOf(this.scope);
    const bucketArn = names.bucketArn(names.dataBucket);
    return {
      sid,
      actions: actions.map((action) => `s3:${action}`),
      resources: prefixes.map((prefix) => `${bucketArn}/${prefix}${prefix.endsWith('/') ? '*' : ''}`),
    };
  }

  listObjects(sid: string, prefixes: readonly string[]): Statement {
    const { names } = stackOf(this.scope);
    return {
      sid,
      actions: ['s3:ListBucket'],
      resources: [names.bucketArn(names.dataBucket)],
      conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
    };
  }

  secrets(sid: string, actions: readonly SecretAction[], arns: readonly string[]): Statement {
    return { sid, actions: actions.map((action) => `secretsmanager:${action}`), resources: arns };
  }

  tables(sid: string, actions: readonly TableAction[], tables: readonly DynamodbTable[]): Statement {
    const { names } = stackOf(this.scope);
    return {
      sid,
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: tables.map(names.tableArn),
    };
  }

  /** The key, only as used by the given services on the function's behalf. */
  key(actions: readonly KeyAction[], services: readonly KeyUser[]): Statement {
    const { region } = stackOf(this.scope).settings;
    return {
      sid: 'UseKey',
      actions: actions.map((action) => `kms:${action}`),
      resources: [this.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.amazonaws.com`) },
      },
    };
  }

  /** Statements in the warehouse by the Data API, signed in by IAM or (`identity: 'secret'`) by a secret. */
  warehouse(options: { readonly transactions: boolean; readonly identity: 'iam' | 'secret' }): Statement[] {
    const { names } = stackOf(this.scope);
    const run = [
      'redshift-data:ExecuteStatement',
      ...(options.transactions ? ['redshift-data:BatchExecuteStatement'] : []),
    ];
    return [
      { sid: 'RunStatements', actions: run.sort(), resources: [names.clusterArn] },
      {
        sid: 'FollowOwnStatements',
        actions: ['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
        resources: ['*'],
        // A variable of IAM; two dollar signs, or Terraform would read it as its own.
        conditions: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '$${aws:userid}' } },
      },
      ...(options.identity === 'iam'
        ? [
            {
              sid: 'SignInByIam',
              actions: ['redshift:GetClusterCredentialsWithIAM'],
              resources: [names.databaseArn],
            },
          ]
        : []),
    ];
  }
}

export type ObjectAction = 'GetObject' | 'PutObject' | 'DeleteObject';
export type SecretAction = 'GetSecretValue' | 'PutSecretValue';
export type TableAction = 'BatchWriteItem' | 'Scan' | 'GetItem' | 'BatchGetItem';
export type KeyAction = 'Decrypt' | 'GenerateDataKey';
export type KeyUser = 's3' | 'secretsmanager' | 'dynamodb' | 'lambda';
