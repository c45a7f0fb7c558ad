/** Where metrics and logs go besides CloudWatch: to New Relic, or to another vendor that takes them over HTTP. */
import type * as z from 'zod';
import { KEY_ARN, SECRET_ARN } from './arns';
import { group, oneOf, text } from './values';

/** Firehose delivers over HTTPS, on port 443 only (Amazon Data Firehose developer guide, "HTTP endpoint delivery request and response specifications"). */
const ENDPOINT_URL = text(
  /^https:\/\/[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:443)?(\/[\w./%~-]*)?$/,
  'a URL that starts with https:// and a host name in lower case, on port 443, without user, password or query',
);

const LAYER_ARN = text(
  /^arn:aws:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]{1,140}:[1-9]\d*$/,
  'the ARN of a version of a layer, like arn:aws:lambda:us-east-1:451483290750:layer:NewRelicNodeJS22XARM64:12',
);

export const OBSERVABILITY_SETTINGS = group({
  newRelic: group({
    accountId: text(/^[1-9]\d{0,9}$/, 'the number of a New Relic account, as a string'),
    region: oneOf(['US', 'EU'] as const),
    /** A secret in this region with the licence key as JSON, as Firehose reads it: {"api_key": "…"}. */
    licenseKeySecretArn: SECRET_ARN,
    /** The customer's key that encrypts the secret, if one does. */
    licenseKeySecretKeyArn: KEY_ARN.optional(),
    /** Traces each run of the functions outside the VPC, by New Relic's layer and its extension. */
    layer: group({
      arn: LAYER_ARN,
      /** A secret in this region with the licence key as JSON, as the extension reads it: {"LicenseKey": "…"}. */
      licenseKeySecretArn: SECRET_ARN,
      licenseKeySecretKeyArn: KEY_ARN.optional(),
    }).optional(),
  }).optional(),
  /** Any other vendor that takes Firehose's HTTP delivery: metrics as OpenTelemetry 1.0, logs as CloudWatch Logs sends them. */
  httpEndpoint: group({
    /** Part of the names of what delivers to it. */
    name: text(/^[a-z][a-z0-9-]{0,15}$/, '1 to 16 lower-case letters, digits and hyphens, a letter first'),
    metricsUrl: ENDPOINT_URL,
    logsUrl: ENDPOINT_URL,
    /** A secret in this region with the access key as JSON: {"api_key": "…"}. */
    secretArn: SECRET_ARN,
    secretKeyArn: KEY_ARN.optional(),
  }).optional(),
});

export type ObservabilitySettings = z.output<typeof OBSERVABILITY_SETTINGS>;

/** New Relic's part in the names of what delivers to it. */
export const NEW_RELIC = 'new-relic';

/** Problems that involve more than one value. */
export function checkObservability(
  { newRelic, httpEndpoint }: ObservabilitySettings,
  region: string,
): string[] {
  const arns = {
    'newRelic.licenseKeySecretArn': newRelic?.licenseKeySecretArn,
    'newRelic.licenseKeySecretKeyArn': newRelic?.licenseKeySecretKeyArn,
    'newRelic.layer.arn': newRelic?.layer?.arn,
    'newRelic.layer.licenseKeySecretArn': newRelic?.layer?.licenseKeySecretArn,
    'newRelic.layer.licenseKeySecretKeyArn': newRelic?.layer?.licenseKeySecretKeyArn,
    'httpEndpoint.secretArn': httpEndpoint?.secretArn,
    'httpEndpoint.secretKeyArn': httpEndpoint?.secretKeyArn,
  };
  const elsewhere = Object.entries(arns).flatMap(([key, arn]) =>
    arn === undefined || arn.split(':')[3] === region
      ? []
      : [
          `observability.${key}: allowed is one in ${region}, where Firehose and Lambda look for it, got: ${JSON.stringify(arn)}`,
        ],
  );
  const isTaken = newRelic !== undefined && httpEndpoint?.name === NEW_RELIC;
  return [
    ...elsewhere,
    ...(isTaken
      ? [
          `observability.httpEndpoint.name: allowed is another name than that of observability.newRelic, got: ${JSON.stringify(NEW_RELIC)}`,
        ]
      : []),
  ];
}
