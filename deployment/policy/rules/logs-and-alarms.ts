import type { Resource } from '../../deployment';
import { isMap, listOf, textsOf } from '../../json';
import { atLeast, has, hasOwnKey, isNotFalse, type PolicyRule, type Predicate } from '../rule';

const LOGS = 'aws_cloudwatch_log_group';
const ALARM = 'aws_cloudwatch_metric_alarm';
const ALARMS = `${ALARM} aws_cloudwatch_composite_alarm`;

/** Each action is a topic of this deployment, under our key; or, without one, the same topic of this account for all. */
const notifiesOurTopic =
  (path: string): Predicate =>
  (alarm: Resource) => {
    const { accountId, region } = alarm.deployment.home;
    const arns = textsOf(alarm.at(path));
    const topics = alarm.deployment.of('aws_sns_topic');
    const others = alarm.deployment.of('aws_cloudwatch_metric_alarm').flatMap((one) => textsOf(one.at(path)));
    return (
      arns.length > 0 &&
      arns.every((arn) =>
        topics.length === 0
          ? arn.startsWith(`arn:aws:sns:${region}:`) && arn === others[0]
          : topics.some(
              (topic) =>
                arn === `arn:aws:sns:${region}:${accountId}:${topic.text('name')}` &&
                hasOwnKey('kms_master_key_id')(topic),
            ),
      )
    );
  };

export const LOG_AND_ALARM_RULES: readonly PolicyRule[] = [
  { id: 'CKV_AWS_66', on: LOGS, requires: 'a retention period', holds: atLeast('retention_in_days', 1) },
  {
    id: 'CKV_AWS_158',
    on: LOGS,
    requires: 'encrypted with our key',
    holds: hasOwnKey('kms_key_id'),
    trivy: 'AVD-AWS-0017',
  },
  {
    id: 'CKV_AWS_338',
    on: LOGS,
    requires: 'a retention of at least a year',
    holds: atLeast('retention_in_days', 365),
  },
  { id: 'CKV_AWS_319', on: ALARM, requires: 'its actions enabled', holds: isNotFalse('actions_enabled') },
  {
    id: 'CDC_ALARM_TOLD',
    on: ALARMS,
    requires: 'our topic notified when it fires',
    holds: notifiesOurTopic('alarm_actions'),
  },
  {
    id: 'CDC_ALARM_OVER',
    on: ALARMS,
    requires: 'our topic notified when it recovers',
    holds: notifiesOurTopic('ok_actions'),
  },
  {
    // Amazon CloudWatch API, PutMetricAlarm.
    id: 'CDC_ALARM_METRICS',
    on: ALARM,
    requires: 'at most ten metrics in an expression',
    holds: (alarm) =>
      listOf(alarm.at('metric_query')).filter((query) => isMap(query) && 'metric' in query).length <= 10,
  },
  { id: 'CDC_ALARM_MEANING', on: ALARMS, requires: 'a description', holds: has('alarm_description') },
];
