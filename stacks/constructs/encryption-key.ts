/** The one key that encrypts all data at rest: databases, buckets, queues, secrets, logs, environments. */
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import { buildResourcePolicy, type ResourceStatement } from './policy';
import { stackOf } from './stack-of';

const USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, region?: string) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const key = new KmsKey(this, 'kms_key', {
      ...(region === undefined ? {} : { region }),
      description:
        region === undefined
          ? `Encrypts all data at rest of ${names.prefix}`
          : `Encrypts copies of the backups and snapshots of ${names.prefix}`,
      enableKeyRotation: true,
      deletionWindowInDays: settings.protectData ? 30 : 7,
      policy: buildResourcePolicy(this.statements().slice(0, region === undefined ? undefined : 1)),
      lifecycle: { preventDestroy: settings.protectData },
    });
    new KmsAlias(this, 'kms_alias', {
      ...(region === undefined ? {} : { region }),
      name: `alias/${names.prefix}`,
      targetKeyId: key.keyId,
    });
    this.arn = key.arn;
  }

  /** In a key's policy, the resource `*` is the key itself. */
  private statements(): ResourceStatement[] {
    const { names, settings } = stackOf(this);
    const { accountId, region } = settings;
    const ofThisAccount = { 'aws:SourceAccount': accountId };
    return [
      {
        // Without it no one could ever change this policy again. Roles still need their own policy to use the key.
        sid: 'AccountAdministersByIam',
        principals: { AWS: names.accountRootArn },
        actions: ['kms:*'],
        resources: ['*'],
      },
      {
        sid: 'LogGroupsOfThisAccount',
        principals: { Service: `logs.${region}.amazonaws.com` },
        actions: USE,
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': names.arn('logs', 'log-group:*') } },
      },
      {
        sid: 'NotificationsIntoTheAlarmTopic',
        principals: { Service: ['cloudwatch.amazonaws.com', 'dms.amazonaws.com'] },
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: ofThisAccount },
      },
    ];
  }
}
