/** Amazon Data Firehose: nothing leaves a laptop. */
import type { ServiceDescription } from '../../runtime/service-description';

const SENT = 'nothing leaves a laptop';

export const FIREHOSE_SERVICE: ServiceDescription = {
  twins: [],
  withoutATwin: { aws_kinesis_firehose_delivery_stream: SENT },
  unexercised: [{ role: '-delivery', action: /./, reason: SENT }],
};
