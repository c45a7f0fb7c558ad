/** The places outside the account that metrics and logs are delivered to, as the settings name them. */
import type { Settings } from '../settings';
import { NEW_RELIC, type ObservabilitySettings } from '../settings/observability';

export interface Destination {
  /** Part of the names of what delivers to it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly metricsUrl: string;
  readonly logsUrl: string;
  /** Holds the access key as Firehose reads it: {"api_key": "…"}. */
  readonly secretArn: string;
  readonly secretKeyArn: string | undefined;
}

type NewRelic = NonNullable<ObservabilitySettings['newRelic']>;
type HttpEndpoint = NonNullable<ObservabilitySettings['httpEndpoint']>;
interface Endpoints {
  readonly metricsUrl: string;
  readonly logsUrl: string;
}

/** By the region of the New Relic account (New Relic documentation, "Metric Streams" and "Stream logs with Amazon Data Firehose"). */
const NEW_RELIC_ENDPOINTS: Readonly<Record<NewRelic['region'], Endpoints>> = {
  US: {
    metricsUrl: 'https://aws-api.newrelic.com/cloudwatch-metrics/v1',
    logsUrl: 'https://aws-api.newrelic.com/firehose/v1',
  },
  EU: {
    metricsUrl: 'https://aws-api.eu01.nr-data.net/cloudwatch-metrics/v1',
    logsUrl: 'https://aws-api.eu.newrelic.com/firehose/v1',
  },
};

/** None where nothing leaves CloudWatch. */
export function destinations({ observability }: Pick<Settings, 'observability'>): Destination[] {
  const all: Destination[] = [];
  const { newRelic, httpEndpoint } = observability ?? {};
  if (newRelic !== undefined) all.push(toNewRelic(newRelic));
  if (httpEndpoint !== undefined) all.push(toHttpEndpoint(httpEndpoint));
  return all;
}

const toNewRelic = ({ region, licenseKeySecretArn, licenseKeySecretKeyArn }: NewRelic): Destination => ({
  name: NEW_RELIC,
  title: 'New Relic',
  ...NEW_RELIC_ENDPOINTS[region],
  secretArn: licenseKeySecretArn,
  secretKeyArn: licenseKeySecretKeyArn,
});

const toHttpEndpoint = ({
  name,
  metricsUrl,
  logsUrl,
  secretArn,
  secretKeyArn,
}: HttpEndpoint): Destination => ({
  name,
  title: `the endpoint ${name}`,
  metricsUrl,
  logsUrl,
  secretArn,
  secretKeyArn,
});
