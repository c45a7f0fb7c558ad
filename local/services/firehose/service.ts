/** Amazon Data Firehose: delivers to a receiver on this machine, which checks as the real endpoints would. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsKinesisFirehoseDeliveryStream } from './aws_kinesis_firehose_delivery_stream';
import { startTelemetryReceiver, TELEMETRY_RECEIVER } from './receiver';

export const FIREHOSE_SERVICE: ServiceDescription = {
  twins: [awsKinesisFirehoseDeliveryStream],
  withoutATwin: {},
  opensOnDemand: true,
  open: async (registry) => {
    const receiver = await startTelemetryReceiver();
    registry.provide(TELEMETRY_RECEIVER, receiver);
    return receiver;
  },
};
