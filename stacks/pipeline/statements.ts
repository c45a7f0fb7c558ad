/** What the functions may do with data, one statement per service and purpose; each resource is named. */
import type { Construct } from 'constructs';
import { type DynamodbTable, dynamodbTables } from '../../pipeline/tables';
import { SMALL_CATALOGUE } from '../../pipeline/watched-tables';
import type { PolicyStatement } from '../constructs/policy';
import { stackOf } from '../constructs/stack-of';
import type { Names } from '../names';

export interface StatementsOptions {
  readonly keyArn: string;
  /** Of a serverless warehouse that this deployment makes. */
  readonly workgroupArn: string | undefined;
}

export class Statements {
  constructor(
    private readonly scope: Construct,
    private readonly options: StatementsOptions,
  ) {}

  /** Objects of the data bucket under some prefixes. */
  objects(sid: string, actions: readonly ObjectAction[], prefixes: readonly string[]): PolicyStatement {
    const { names } = stackOf(this.scope);
    const bucketArn = names.bucketArn(names.dataBucket);
    return {
      sid,
      actions: actions.map((action) => `s3:${action}`),
      resources: prefixes.map((prefix) => `${bucketArn}/${prefix}${prefix.endsWith('/') ? '*' : ''}`),
    };
  }

  /** The names in the data bucket. S3 reports that an object is missing only to those who may list. */
  listObjects(sid: string): PolicyStatement {
    const { names } = stackOf(this.scope);
    return { sid, actions: ['s3:ListBucket'], resources: [names.bucketArn(names.dataBucket)] };
  }

  /** The names of all versions. */
  listVersions(sid: string): PolicyStatement {
    const { names } = stackOf(this.scope);
    return { sid, actions: ['s3:ListBucketVersions'], resources: [names.bucketArn(names.dataBucket)] };
  }

  secrets(sid: string, actions: readonly SecretAction[], arns: readonly string[]): PolicyStatement {
    return { sid, actions: actions.map((action) => `secretsmanager:${action}`), resources: arns };
  }

  /** Of some tables; in a large catalogue by the beginning of their names, since a role's policies have 10,240 characters. */
  tables(sid: string, actions: readonly TableAction[], tables: readonly DynamodbTable[]): PolicyStatement {
    const { names } = stackOf(this.scope);
    return {
      sid,
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: tableArns(names, tables),
    };
  }

  /** What the functions need to find those tables. */
  tableNames(): { readonly TABLE_PREFIX: string; readonly TABLE_NAMES?: string } {
    const { names } = stackOf(this.scope);
    const { tablePrefix, existingTables } = names;
    return {
      TABLE_PREFIX: tablePrefix,
      ...(existingTables === undefined ? {} : { TABLE_NAMES: existingTables }),
    };
  }

  /** Keys of tables that somebody else made; none where this deployment makes them all. */
  tableKeys(): PolicyStatement[] {
    const { existing = {} } = stackOf(this.scope).settings.dynamodb;
    const keys = [...new Set(Object.values(existing).flatMap(({ keyArn }) => keyArn ?? []))];
    return keys.length === 0 ? [] : [this.otherKey('DecryptItems', keys, ['dynamodb'])];
  }

  /** The key, only as used by the given services on the function's behalf. */
  key(actions: readonly KeyAction[], services: readonly KeyUser[]): PolicyStatement {
    return this.keyOf(
      actions,
      services.filter((service) => service !== 'dynamodb' || this.ownsTables),
    );
  }

  /** The key as DynamoDB uses it for tables that this deployment makes, whoever made those of the catalogue. */
  ownTableKey(): PolicyStatement {
    return this.keyOf(['Decrypt'], ['dynamodb']);
  }

  /** Whether a table is encrypted with the deployment's key: those that somebody else made have their own. */
  get ownsTables(): boolean {
    return !dynamodbTables().every(stackOf(this.scope).names.isExisting);
  }

  private keyOf(actions: readonly KeyAction[], services: readonly KeyUser[]): PolicyStatement {
    const { region } = stackOf(this.scope).settings;
    return {
      sid: 'UseKey',
      actions: actions.map((action) => `kms:${action}`),
      resources: [this.options.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.amazonaws.com`) },
      },
    };
  }

  /** Keys of things that somebody else made, as used by the given services on the function's behalf. */
  otherKey(sid: string, keyArns: readonly string[], services: readonly KeyUser[]): PolicyStatement {
    return { ...this.keyOf(['Decrypt'], services), sid, resources: keyArns };
  }

  /** Statements in the warehouse through the Data API, signed in with IAM or (`identity: 'secret'`) with a secret. */
  warehouse({ run, follow, identity }: WarehouseUse): PolicyStatement[] {
    const { names } = stackOf(this.scope);
    const warehouseArn = this.options.workgroupArn ?? names.warehouse.arnPattern;
    const own = {
      // An IAM variable; with one dollar sign Terraform would interpolate it.
      'redshift-data:statement-owner-iam-userid': '$${aws:userid}',
    };
    return [
      {
        sid: 'RunStatements',
        actions: run.map((action) => `redshift-data:${action}`),
        resources: [warehouseArn],
      },
      {
        sid: 'FollowOwnStatements',
        actions: follow.map((action) => `redshift-data:${action}`),
        resources: ['*'],
        conditions: { StringEquals: own },
      },
      ...(identity === 'iam'
        ? [
            {
              sid: 'SignInByIam',
              ...(names.warehouse.isServerless
                ? { actions: ['redshift-serverless:GetCredentials'], resources: [warehouseArn] }
                : { actions: ['redshift:GetClusterCredentialsWithIAM'], resources: [names.databaseArn] }),
            },
          ]
        : []),
    ];
  }
}

/** Tables that somebody else made have no common beginning. */
function tableArns(names: Names, tables: readonly DynamodbTable[]): string[] {
  if (tables.length <= SMALL_CATALOGUE) return tables.map(names.tableArn);
  return [names.everyTableArn, ...existingTableArns(names, tables)];
}

/** Those of tables that this deployment does not make. */
export const existingTableArns = (names: Names, tables: readonly DynamodbTable[]): string[] =>
  tables.filter((table) => names.isExisting(table)).map(names.tableArn);

export interface WarehouseUse {
  readonly run: readonly ('BatchExecuteStatement' | 'ExecuteStatement')[];
  readonly follow: readonly ('DescribeStatement' | 'GetStatementResult' | 'ListStatements')[];
  readonly identity: 'iam' | 'secret';
}

export type ObjectAction =
  | 'GetObject'
  | 'PutObject'
  | 'DeleteObject'
  | 'GetObjectVersion'
  | 'DeleteObjectVersion';
export type SecretAction = 'GetSecretValue' | 'PutSecretValue';
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'DescribeTable'
  | 'GetItem'
  | 'PutItem'
  | 'Scan';
export type KeyAction = 'Decrypt' | 'GenerateDataKey';
export type KeyUser = 'dynamodb' | 's3' | 'secretsmanager';
