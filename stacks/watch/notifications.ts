/** The topic that all alarms notify, and the DMS events that have no metric. */
import { DmsEventSubscription } from '@cdktf/provider-aws/lib/dms-event-subscription';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { buildResourcePolicy } from '../constructs/policy';
import { stackOf } from '../constructs/stack-of';

/** Which DMS events are sent to the topic (AWS DMS user guide, event categories). */
const DMS_EVENTS = {
  'replication-instance': ['failover', 'failure', 'low storage', 'maintenance'],
  'replication-task': ['configuration change', 'failure', 'state change'],
} as const;

export class Notifications extends Construct {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, keyArn: string) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    if (settings.alarmTopicArn !== undefined) {
      this.topicArn = settings.alarmTopicArn;
      this.addReplicationEvents(this.topicArn, []);
      return;
    }
    this.topicArn = names.alarmTopicArn;
    const topic = new SnsTopic(this, 'sns_topic', {
      name: names.alarmTopic,
      displayName: `Alarms of ${names.prefix}`,
      kmsMasterKeyId: keyArn,
    });
    const policy = new SnsTopicPolicy(this, 'sns_topic_policy', {
      arn: topic.arn,
      policy: this.topicPolicy(),
    });
    if (settings.alarmEmail !== undefined) {
      new SnsTopicSubscription(this, 'email', {
        topicArn: topic.arn,
        protocol: 'email',
        endpoint: settings.alarmEmail,
      });
    }
    this.addReplicationEvents(topic.arn, [policy]);
  }

  private topicPolicy(): string {
    const { names, settings } = stackOf(this);
    return buildResourcePolicy([
      {
        sid: 'ServicesOfThisAccount',
        principals: { Service: ['cloudwatch.amazonaws.com', 'dms.amazonaws.com'] },
        actions: ['sns:Publish'],
        resources: [names.alarmTopicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': settings.accountId } },
      },
      {
        sid: 'TlsOnly',
        effect: 'Deny',
        principals: '*',
        actions: ['sns:Publish'],
        resources: [names.alarmTopicArn],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  }

  private addReplicationEvents(topicArn: string, after: ITerraformDependable[]): void {
    const { names } = stackOf(this);
    const sources = {
      'replication-instance': names.replicationInstance,
      'replication-task': names.replicationTask,
    } as const;
    for (const sourceType of ['replication-instance', 'replication-task'] as const) {
      new DmsEventSubscription(this, sourceType, {
        name: names.of(`${sourceType}-events`),
        enabled: true,
        snsTopicArn: topicArn,
        sourceType,
        sourceIds: [sources[sourceType]],
        eventCategories: [...DMS_EVENTS[sourceType]],
        dependsOn: after,
      });
    }
  }
}
