import type { Resource } from '../../deployment';
import { asksFor } from '../../policy-document';
import { hasOwnKey, type PolicyRule } from '../rule';
import { isOpenToAll } from './kms';
import { isProtected } from './protection';

const SECRET = 'aws_secretsmanager_secret';
const QUEUE = 'aws_sqs_queue';
const QUEUE_POLICY = 'aws_sqs_queue_policy';
const TOPIC = 'aws_sns_topic';
const TOPIC_POLICY = 'aws_sns_topic_policy';
const KEY = 'kms_master_key_id';

const isClosed = (policy: Resource): boolean =>
  policy.statements().length > 0 && !policy.statements().some(isOpenToAll);
const namesActions = (policy: Resource): boolean =>
  policy
    .statements()
    .every(({ allows, actions }) => !allows || !actions.some((action) => action.endsWith('*')));
const refusesPlainHttp = (policy: Resource): boolean =>
  policy.statements().some((statement) => !statement.allows && asksFor(statement, 'aws:SecureTransport'));

export const MESSAGE_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_149',
    on: SECRET,
    requires: 'encrypted with our key',
    holds: hasOwnKey('kms_key_id'),
    trivy: 'AVD-AWS-0098',
  },
  {
    id: 'CKV2_AWS_57',
    on: SECRET,
    requires: 'rotation',
    holds: (secret) => secret.deployment.usersOf(secret, 'aws_secretsmanager_secret_rotation').length > 0,
  },
  {
    id: 'CDC_SECRET_EMPTY',
    on: SECRET,
    requires: 'no secret value in the JSON',
    holds: (secret) => secret.deployment.usersOf(secret, 'aws_secretsmanager_secret_version').length === 0,
  },
  { id: 'CKV_AWS_27', on: QUEUE, requires: 'encrypted', holds: hasOwnKey(KEY), trivy: 'AVD-AWS-0096' },
  {
    id: 'CKV2_AWS_73',
    on: QUEUE,
    requires: 'encrypted with our key',
    holds: (queue) => hasOwnKey(KEY)(queue) && !queue.text(KEY).includes('alias/aws/'),
    trivy: 'AVD-AWS-0135',
  },
  { id: 'CKV_AWS_72', on: QUEUE_POLICY, requires: 'no wildcard in allowed actions', holds: namesActions },
  {
    id: 'CKV_AWS_168',
    on: QUEUE_POLICY,
    requires: 'not open to everybody',
    holds: isClosed,
    trivy: 'AVD-AWS-0097',
  },
  {
    id: 'CKV_AWS_387',
    on: QUEUE_POLICY,
    requires: 'a condition where everybody is allowed',
    holds: isClosed,
  },
  { id: 'CDC_QUEUE_TLS', on: QUEUE_POLICY, requires: 'plain HTTP refused', holds: refusesPlainHttp },
  {
    id: 'CKV_AWS_26',
    on: TOPIC,
    requires: 'encrypted with our key',
    holds: hasOwnKey(KEY),
    trivy: 'AVD-AWS-0136',
  },
  { id: 'CKV_AWS_169', on: TOPIC_POLICY, requires: 'not open to everybody', holds: isClosed },
  {
    id: 'CKV_AWS_385',
    on: TOPIC_POLICY,
    requires: 'a condition where everybody is allowed',
    holds: isClosed,
  },
  {
    id: 'CDC_TOPIC_HEARD',
    on: TOPIC,
    requires: 'a subscriber, where the deployment is protected',
    holds: (topic) =>
      !isProtected(topic) || topic.deployment.usersOf(topic, 'aws_sns_topic_subscription').length > 0,
  },
  { id: 'CDC_TOPIC_TLS', on: TOPIC_POLICY, requires: 'plain HTTP refused', holds: refusesPlainHttp },
  {
    id: 'CKV_AWS_297',
    on: 'aws_scheduler_schedule',
    requires: 'encrypted with our key',
    holds: hasOwnKey('kms_key_arn'),
  },
];
