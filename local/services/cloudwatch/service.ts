/** Amazon CloudWatch, its logs and its events: a log group has a name, all else is for those who watch AWS. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsCloudwatchLogGroup } from './aws_cloudwatch_log_group';

const WATCHED = 'no CloudWatch: a person watches, and the logs are files';
const SENT = 'nothing leaves a laptop';

export const CLOUDWATCH_SERVICE: ServiceDescription = {
  twins: [awsCloudwatchLogGroup],
  withoutATwin: {
    aws_cloudwatch_log_resource_policy: WATCHED,
    aws_cloudwatch_log_metric_filter: WATCHED,
    aws_cloudwatch_log_stream: WATCHED,
    aws_cloudwatch_log_subscription_filter: SENT,
    aws_cloudwatch_metric_stream: SENT,
    aws_cloudwatch_metric_alarm: WATCHED,
    aws_cloudwatch_composite_alarm: WATCHED,
    aws_cloudwatch_dashboard: WATCHED,
    aws_cloudwatch_event_rule: WATCHED,
    aws_cloudwatch_event_target: WATCHED,
  },
  unexercised: [
    { role: '-metric-stream', action: /^firehose:Put/, reason: SENT },
    { role: '-log-subscriptions', action: /^firehose:Put/, reason: SENT },
  ],
};
