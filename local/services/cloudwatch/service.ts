/** Amazon CloudWatch, its logs and its events: what functions write goes where subscriptions and streams say; all else is for those who watch AWS. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsCloudwatchLogGroup } from './aws_cloudwatch_log_group';
import { awsCloudwatchLogSubscriptionFilter } from './aws_cloudwatch_log_subscription_filter';
import { awsCloudwatchMetricStream } from './aws_cloudwatch_metric_stream';

const WATCHED = 'no CloudWatch: a person watches, and the logs are files';

export const CLOUDWATCH_SERVICE: ServiceDescription = {
  twins: [awsCloudwatchLogGroup, awsCloudwatchLogSubscriptionFilter, awsCloudwatchMetricStream],
  withoutATwin: {
    aws_cloudwatch_log_resource_policy: WATCHED,
    aws_cloudwatch_log_metric_filter: WATCHED,
    aws_cloudwatch_log_stream: WATCHED,
    aws_cloudwatch_metric_alarm: WATCHED,
    aws_cloudwatch_composite_alarm: WATCHED,
    aws_cloudwatch_dashboard: WATCHED,
    aws_cloudwatch_event_rule: WATCHED,
    aws_cloudwatch_event_target: WATCHED,
  },
};
