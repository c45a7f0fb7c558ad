/** Amazon QuickSight: the page of the laptop draws the views instead. */
import type { ServiceDescription } from '../../runtime/service-description';

const DRAWN = 'the page of the laptop draws the same charts of the same views';

export const QUICKSIGHT_SERVICE: ServiceDescription = {
  twins: [],
  withoutATwin: {
    aws_quicksight_vpc_connection: 'no networks on a laptop: everything listens on the loopback address',
    aws_quicksight_data_source: DRAWN,
    aws_quicksight_data_set: DRAWN,
    aws_cloudcontrolapi_resource: DRAWN,
  },
  unexercised: [
    {
      role: '-quick-sight-connection',
      action: /^ec2:/,
      reason: 'QuickSight puts interfaces into the subnets; there is no network here',
    },
    {
      role: 'aws-quicksight-secretsmanager-role-v0',
      action: /^(secretsmanager|kms):/,
      reason: 'QuickSight signs in at the warehouse; there is no QuickSight here',
    },
  ],
};
