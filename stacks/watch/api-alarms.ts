/** Alarms and graphs of the API: what callers see, and what the gateway makes of it. */
import type { Alarms } from './alarm';
import type { Metric, Metrics } from './metric';

/** Fewer requests in five minutes say nothing about a share. */
const LEAST_REQUESTS = 20;
const REFUSED_PERCENT = 25;
const SLOW_MS = 10_000;

export function addApiAlarms(alarms: Alarms, { api, apiLog }: Metrics): void {
  const silence = 'good' as const;
  alarms.add({
    runbook: 'api-refused',
    meaning: `More than ${REFUSED_PERCENT} % of the requests to the API are refused for what they are`,
    metrics: [api('4XXError', 'Sum'), api('Count', 'Sum')],
    expression: `IF(m2 >= ${LEAST_REQUESTS}, 100 * m1 / m2, 0)`,
    when: 'above',
    threshold: REFUSED_PERCENT,
    bad: 3,
    of: 3,
    silence,
  });
  alarms.add({
    runbook: 'api-failures',
    meaning: 'The API fails: callers get an answer of 500 to 599',
    metrics: [api('5XXError', 'Sum')],
    when: 'above',
    threshold: 0,
    bad: 2,
    of: 3,
    silence,
  });
  alarms.add({
    runbook: 'api-latency',
    meaning: `The slowest hundredth of the API's answers takes more than ${SLOW_MS / 1000} seconds; after 29 the gateway gives up`,
    metrics: [api('Latency', 'p99')],
    when: 'above',
    threshold: SLOW_MS,
    bad: 3,
    of: 3,
    silence,
  });
  alarms.add({
    runbook: 'api-throttles',
    meaning: 'The API refuses requests because there are more than its limits allow',
    metrics: [apiLog('ApiThrottles', 'Sum')],
    when: 'above',
    threshold: 0,
    bad: 3,
    of: 3,
    silence,
  });
  alarms.add({
    runbook: 'api-integration-errors',
    meaning: 'API Gateway could not get an answer from a function of the API',
    metrics: [apiLog('ApiIntegrationErrors', 'Sum')],
    when: 'above',
    threshold: 0,
    bad: 2,
    of: 3,
    silence,
  });
}

export const apiGraphs = ({
  api,
  apiLog,
  own,
}: Metrics): { readonly title: string; readonly metrics: readonly Metric[] }[] => [
  { title: 'API: requests', metrics: [api('Count', 'Sum')] },
  {
    title: 'API: latency, ms',
    metrics: [api('Latency', 'p50'), api('Latency', 'p99'), api('IntegrationLatency', 'p99')],
  },
  {
    title: 'API: refused and failed',
    metrics: [
      api('4XXError', 'Sum'),
      api('5XXError', 'Sum'),
      apiLog('ApiThrottles', 'Sum'),
      apiLog('ApiIntegrationErrors', 'Sum'),
    ],
  },
  {
    title: 'API: added rows and items',
    metrics: [
      own('api-txns', 'txns')('IngestedRows', 'Sum'),
      own('api-general', 'trades')('IngestedRows', 'Sum'),
    ],
  },
];
