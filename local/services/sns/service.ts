/** Amazon SNS: nobody is notified by a laptop. */
import type { ServiceDescription } from '../../runtime/service-description';

const WATCHED = 'no notifications: a person watches, and the logs are files';

export const SNS_SERVICE: ServiceDescription = {
  twins: [],
  withoutATwin: {
    aws_sns_topic: WATCHED,
    aws_sns_topic_policy: WATCHED,
    aws_sns_topic_subscription: WATCHED,
  },
};
