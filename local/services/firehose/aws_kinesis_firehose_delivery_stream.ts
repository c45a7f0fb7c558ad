/**
 * Delivers to the laptop's own receiver, which checks as the real endpoint would; nothing leaves the machine. What is not
 * taken lands in the bucket, and the screen says why.
 */
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { Batch } from '../../runtime/batch';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { DELIVERY_STREAMS } from '../../runtime/ports/delivery-stream';
import { ACCOUNT, TELL } from '../../runtime/ports/host';
import { OBJECTS } from '../../runtime/ports/object-store';
import { SECRETS } from '../../runtime/ports/secrets';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { roleNameIn } from '../../runtime/role-name';
import { takenBy } from './check-delivery';
import { type DeliveryTarget, deliver } from './deliver';
import { TELEMETRY_RECEIVER } from './receiver';
import { deliveryAccess } from './required-access';

const ENDPOINT = 'http_endpoint_configuration';

export const awsKinesisFirehoseDeliveryStream: ResourceTwin = {
  type: 'aws_kinesis_firehose_delivery_stream',
  honoured: [
    'name',
    'destination',
    `${ENDPOINT}.url`,
    `${ENDPOINT}.role_arn`,
    `${ENDPOINT}.secrets_manager_configuration`,
    `${ENDPOINT}.request_configuration`,
    `${ENDPOINT}.s3_backup_mode`,
    `${ENDPOINT}.s3_configuration.bucket_arn`,
    `${ENDPOINT}.s3_configuration.prefix`,
    `${ENDPOINT}.s3_configuration.role_arn`,
    `${ENDPOINT}.cloudwatch_logging_options`,
  ],
  ignored: {
    server_side_encryption: 'the laptop encrypts nothing at rest',
    [`${ENDPOINT}.name`]: 'for people',
    [`${ENDPOINT}.buffering_size`]: 'a person watches: what comes within half a second goes out together',
    [`${ENDPOINT}.buffering_interval`]: 'a person watches: what comes within half a second goes out together',
    [`${ENDPOINT}.retry_duration`]:
      'the receiver is on the same machine: what it refuses, it would refuse again',
    [`${ENDPOINT}.s3_configuration.error_output_prefix`]: 'nothing is transformed on the way',
    [`${ENDPOINT}.s3_configuration.compression_format`]: 'a person reads it',
    [`${ENDPOINT}.s3_configuration.buffering_size`]: 'each failed delivery is an object',
    [`${ENDPOINT}.s3_configuration.buffering_interval`]: 'each failed delivery is an object',
    [`${ENDPOINT}.s3_configuration.kms_key_arn`]: 'the laptop encrypts nothing at rest',
    [`${ENDPOINT}.s3_configuration.cloudwatch_logging_options`]: 'the screen says it',
  },
  start: async (resource, registry) => {
    const name = resource.text('name');
    const { region, accountId } = registry.the(ACCOUNT);
    const arn = `arn:aws:firehose:${region}:${accountId}:deliverystream/${name}`;
    checkSettings(resource);
    const target: DeliveryTarget = {
      url: urlOf(resource),
      streamArn: arn,
      accessKey: accessKeyOf(resource, registry),
      isCompressed: resource.optionalText(`${ENDPOINT}.request_configuration.content_encoding`) === 'GZIP',
      commonAttributes: Object.fromEntries(
        resource
          .blocks(`${ENDPOINT}.request_configuration.common_attributes`)
          .map(({ name: attribute, value }) => [String(attribute), String(value)]),
      ),
    };
    demandAccess(resource, registry);
    const sending = new Set<Promise<void>>();
    const batch = new Batch<Buffer>((records) => {
      const sent = send(resource, registry, { target, records }).finally(() => sending.delete(sent));
      sending.add(sent);
    });
    registry.of(DELIVERY_STREAMS).set(arn, { arn, put: (record) => batch.add(record) });
    return {
      attributes: { name, arn, id: arn },
      stop: async () => {
        batch.flush();
        await Promise.all(sending);
      },
    };
  },
};

function checkSettings(resource: ResourceArguments): void {
  const destination = resource.text('destination');
  if (destination !== 'http_endpoint')
    throw resource.refusal('destination', `${destination}, where the laptop delivers to an http_endpoint`);
  const mode = resource.optionalText(`${ENDPOINT}.s3_backup_mode`) ?? 'FailedDataOnly';
  if (mode !== 'FailedDataOnly')
    throw resource.refusal(`${ENDPOINT}.s3_backup_mode`, `${mode}, where the laptop keeps only what failed`);
}

function urlOf(resource: ResourceArguments): URL {
  const text = resource.text(`${ENDPOINT}.url`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.port !== '')
    throw resource.refusal(`${ENDPOINT}.url`, `${text}, where Firehose takes https on port 443 only`);
  if (takenBy(url.host, url.pathname) === undefined)
    throw resource.refusal(`${ENDPOINT}.url`, `${text}, which is no endpoint of New Relic for Firehose`);
  return url;
}

/** Firehose fails to connect when the secret is not of this form (developer guide, "Authenticate with AWS Secrets Manager"). */
function accessKeyOf(resource: ResourceArguments, registry: Registry): string {
  const path = `${ENDPOINT}.secrets_manager_configuration`;
  if (!resource.flag(`${path}.enabled`, false))
    throw resource.refusal(`${path}.enabled`, 'false, where the access key comes from a secret');
  const arn = resource.text(`${path}.secret_arn`);
  const { api_key: key } = JSON.parse(registry.the(SECRETS).readValue(arn) ?? '{}') as {
    readonly api_key?: unknown;
  };
  if (typeof key !== 'string' || key === '')
    throw resource.refusal(`${path}.secret_arn`, `${arn}, whose value is not {"api_key": "…"}`);
  return key;
}

function demandAccess(resource: ResourceArguments, registry: Registry): void {
  const access = registry.the(ACCESS_CONTROL);
  const secretArn = resource.text(`${ENDPOINT}.secrets_manager_configuration.secret_arn`);
  const bucketArn = resource.text(`${ENDPOINT}.s3_configuration.bucket_arn`);
  access.demand(
    roleNameIn(resource, `${ENDPOINT}.role_arn`),
    deliveryAccess(
      {
        secretArn,
        secretKeyArn: access.keyOfSecret(secretArn),
        bucketArn,
        bucketKeyArn: access.keyOfBucket(bucketOf(bucketArn)),
        prefix: resource.text(`${ENDPOINT}.s3_configuration.prefix`),
        logGroup: resource.text(`${ENDPOINT}.cloudwatch_logging_options.log_group_name`),
      },
      registry.the(ACCOUNT),
    ),
  );
}

const bucketOf = (arn: string): string => arn.replace('arn:aws:s3:::', '');

async function send(
  resource: ResourceArguments,
  registry: Registry,
  { target, records }: { readonly target: DeliveryTarget; readonly records: readonly Buffer[] },
): Promise<void> {
  const problem = await deliver(target, records, registry.the(TELEMETRY_RECEIVER).port);
  if (problem === undefined) return;
  const bucket = bucketOf(resource.text(`${ENDPOINT}.s3_configuration.bucket_arn`));
  const key = `${resource.text(`${ENDPOINT}.s3_configuration.prefix`)}${new Date().toISOString()}.txt`;
  await registry
    .the(OBJECTS)
    .putText(bucket, key, records.map((record) => record.toString('base64')).join('\n'));
  registry.the(TELL)({ type: 'undelivered', stream: resource.text('name'), message: problem });
}
