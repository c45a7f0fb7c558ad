/**
 * Firehose to one destination: a stream for metrics and one for logs. The access key stays in Secrets Manager; what the
 * destination does not take lands in the data bucket, under `undelivered/`.
 */
import { CloudwatchLogStream } from '@cdktf/provider-aws/lib/cloudwatch-log-stream';
import { KinesisFirehoseDeliveryStream } from '@cdktf/provider-aws/lib/kinesis-firehose-delivery-stream';
import { Construct } from 'constructs';
import { UNDELIVERED_PREFIX } from '../../pipeline/s3-layout';
import { addExistingSecret, type ExistingSecret } from '../constructs/existing-secret';
import { addLogGroup } from '../constructs/log-group';
import { buildTrustPolicyOf, firehoseOf, type PolicyStatement, viaService } from '../constructs/policy';
import { Role } from '../constructs/role';
import { stackOf } from '../constructs/stack-of';
import type { Names } from '../names';
import type { Destination } from './destinations';

export const SIGNALS = ['metrics', 'logs'] as const;
export type Signal = (typeof SIGNALS)[number];

export const deliveryStreamName = (names: Names, destination: string, signal: Signal): string =>
  names.of(`${destination}-${signal}`);

export interface TelemetryDeliveryProps {
  readonly destination: Destination;
  readonly keyArn: string;
}

/** The shortest that Firehose takes for HTTP endpoints by default: what it holds is not seen anywhere yet. */
const BUFFER = { bufferingSize: 1, bufferingInterval: 60 };
/** Then the records are written to the bucket; New Relic takes metrics up to an hour late. */
const RETRY_SECONDS = 600;

export class TelemetryDelivery extends Construct {
  readonly streams: Readonly<Record<Signal, KinesisFirehoseDeliveryStream>>;
  private readonly role: Role;
  private readonly secret: ExistingSecret;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TelemetryDeliveryProps,
  ) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const { destination, keyArn } = props;
    this.secret = addExistingSecret(this, `${destination.name.replaceAll('-', '_')}_firehose`, {
      arn: destination.secretArn,
      keyArn: destination.secretKeyArn,
      holds: 'AccessKey',
    });
    const logGroup = addLogGroup(this, 'log_group', { name: this.logGroupName, keyArn });
    this.role = new Role(this, 'delivery', {
      name: names.of(`${destination.name}-delivery`),
      description: `Firehose: delivers metrics and logs to ${destination.title}`,
      trustPolicy: buildTrustPolicyOf([firehoseOf(settings.accountId)]),
      statements: this.statements(),
    });
    this.streams = {
      metrics: this.addStream('metrics', destination.metricsUrl, logGroup.name),
      logs: this.addStream('logs', destination.logsUrl, logGroup.name),
    };
  }

  private get logGroupName(): string {
    return `/aws/kinesisfirehose/${stackOf(this).names.of(this.props.destination.name)}`;
  }

  private addStream(signal: Signal, url: string, logGroupName: string): KinesisFirehoseDeliveryStream {
    const { names, settings } = stackOf(this);
    const { destination, keyArn } = this.props;
    const errors = new CloudwatchLogStream(this, `${signal}_errors`, { name: signal, logGroupName });
    const cloudwatchLoggingOptions = { enabled: true, logGroupName, logStreamName: errors.name };
    return new KinesisFirehoseDeliveryStream(this, signal, {
      name: deliveryStreamName(names, destination.name, signal),
      destination: 'http_endpoint',
      serverSideEncryption: { enabled: true, keyType: 'CUSTOMER_MANAGED_CMK', keyArn },
      httpEndpointConfiguration: {
        name: destination.title,
        url,
        ...BUFFER,
        retryDuration: RETRY_SECONDS,
        roleArn: this.role.arn,
        secretsManagerConfiguration: {
          enabled: true,
          secretArn: this.secret.arn,
          roleArn: this.role.arn,
        },
        requestConfiguration: {
          contentEncoding: 'GZIP',
          commonAttributes: [
            { name: 'environment', value: settings.environment },
            { name: 'project', value: settings.project },
          ],
        },
        s3BackupMode: 'FailedDataOnly',
        s3Configuration: {
          bucketArn: names.bucketArn(names.dataBucket),
          roleArn: this.role.arn,
          prefix: `${this.undelivered}${signal}/`,
          errorOutputPrefix: `${this.undelivered}${signal}-errors/`,
          compressionFormat: 'GZIP',
          bufferingSize: 5,
          bufferingInterval: 300,
          kmsKeyArn: keyArn,
          cloudwatchLoggingOptions,
        },
        cloudwatchLoggingOptions,
      },
      dependsOn: [this.role.policy],
    });
  }

  private get undelivered(): string {
    return `${UNDELIVERED_PREFIX}${this.props.destination.name}/`;
  }

  private statements(): PolicyStatement[] {
    const { names, settings } = stackOf(this);
    const { keyArn } = this.props;
    const bucket = names.bucketArn(names.dataBucket);
    return [
      ...this.secret.statements,
      {
        sid: 'FindBucket',
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [bucket],
      },
      {
        sid: 'WriteUndelivered',
        actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
        resources: [`${bucket}/${this.undelivered}*`],
      },
      {
        sid: 'EncryptUndelivered',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [keyArn],
        conditions: viaService(settings.region, 's3'),
      },
      {
        sid: 'WriteErrors',
        actions: ['logs:PutLogEvents'],
        resources: [`${names.logGroupArn(this.logGroupName)}:*`],
      },
    ];
  }
}
