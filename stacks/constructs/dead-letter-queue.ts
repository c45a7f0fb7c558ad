/** Holds events that could not be handled, for as long as SQS can keep them; encrypted, for one kind of sender. */
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { Construct } from 'constructs';
import { buildResourcePolicy } from './policy';
import { stackOf } from './stack-of';

/** The longest that SQS keeps a message. */
const RETENTION_SECONDS = 14 * 86_400;

export interface DeadLetterQueueProps {
  readonly name: string;
  readonly keyArn: string;
}

export class DeadLetterQueue extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly queue: SqsQueue;

  constructor(scope: Construct, id: string, { name, keyArn }: DeadLetterQueueProps) {
    super(scope, id);
    this.name = name;
    this.arn = stackOf(this).names.queueArn(name);
    this.queue = new SqsQueue(this, 'queue', {
      name,
      messageRetentionSeconds: RETENTION_SECONDS,
      kmsMasterKeyId: keyArn,
      kmsDataKeyReusePeriodSeconds: 300,
    });
    new SqsQueuePolicy(this, 'sqs_queue_policy', {
      queueUrl: this.queue.url,
      policy: buildResourcePolicy([
        {
          sid: 'TlsOnly',
          effect: 'Deny',
          principals: '*',
          actions: ['sqs:*'],
          resources: [this.arn],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
  }
}
