/** What goes to a pane of glass outside the account, in the set in which everything is on; and nothing where nothing is set. */
import { destinations } from '../../stacks/observability/destinations';
import type { MetricStreamProps } from '../../stacks/observability/metric-stream';
import { streamedNamespaces } from '../../stacks/observability/metric-stream';
import { parseSettings, SettingsError } from '../../stacks/settings';
import { type Arguments, context, synthesize } from './synthesized';

const everything = synthesize({ environment: 'everything' });
const { of, one, deployment } = everything;
const DESTINATIONS = ['new-relic', 'collector'];
const statementsOf = (role: string): Arguments[] =>
  JSON.parse(one('aws_iam_role_policy', role).policy).Statement;

describe('without the setting', () => {
  it.each(['dev', 'prod', 'serverless', 'existing'])('%s sends nothing anywhere', (environment) => {
    const { of: inSet, texts } = synthesize({ environment });
    for (const type of [
      'aws_kinesis_firehose_delivery_stream',
      'aws_cloudwatch_metric_stream',
      'aws_cloudwatch_log_subscription_filter',
    ])
      expect(inSet(type)).toEqual([]);
    expect(texts.storage).not.toContain('undelivered/');
  });
});

describe('metrics', () => {
  const streams = of('aws_cloudwatch_metric_stream').map(({ config }) => config);

  it('are those that an alarm or the dashboard uses, and all of our own', () => {
    const used = new Map<string, Set<string>>();
    const add = (namespace: string, name: string) =>
      used.set(namespace, (used.get(namespace) ?? new Set()).add(name));
    for (const { config } of of('aws_cloudwatch_metric_alarm')) {
      if (config.metric_name !== undefined) add(config.namespace, config.metric_name);
      for (const { metric } of config.metric_query ?? [])
        if (metric !== undefined) add(metric.namespace, metric.metric_name);
    }
    const { widgets } = JSON.parse(one('aws_cloudwatch_dashboard', 'dashboard').dashboard_body);
    for (const { properties } of widgets)
      for (const [namespace, name] of properties.metrics ?? []) add(namespace, name);
    const expected = [...used]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([namespace, names]) =>
        namespace === 'cdc-everything' ? { namespace } : { namespace, metric_names: [...names].sort() },
      );
    expect(streams).toHaveLength(2);
    for (const stream of streams) expect(stream.include_filter).toEqual(expected);
    expect(expected.map(({ namespace }) => namespace)).toEqual([
      'AWS/ApiGateway',
      'AWS/CloudWatch/MetricStreams',
      'AWS/DMS',
      'AWS/DynamoDB',
      'AWS/Firehose',
      'AWS/Lambda',
      'AWS/RDS',
      'AWS/Redshift',
      'AWS/SQS',
      'AWS/Scheduler',
      'cdc-everything',
    ]);
  });

  it('are named once each, sorted, whoever uses them', () => {
    const metric = (namespace: string, name: string): Parameters<typeof streamedNamespaces>[0] => [
      { namespace, name, dimensions: {}, statistic: 'Sum' },
    ];
    const metrics: MetricStreamProps['metrics'] = [
      ...metric('AWS/SQS', 'B'),
      ...metric('own', 'C'),
      ...metric('AWS/SQS', 'A'),
      ...metric('AWS/SQS', 'B'),
    ];
    expect(streamedNamespaces(metrics, 'own')).toEqual([
      { namespace: 'AWS/SQS', metricNames: ['A', 'B'] },
      { namespace: 'own' },
    ]);
  });

  it('are OpenTelemetry 1.0, from this account alone, into the stream that is made before', () => {
    expect(
      streams.map(({ firehose_arn, output_format, include_linked_accounts_metrics }) => [
        firehose_arn,
        output_format,
        include_linked_accounts_metrics,
      ]),
    ).toEqual(
      ['collector', 'new-relic'].map((name) => [
        `arn:aws:firehose:us-east-1:456789012345:deliverystream/cdc-everything-${name}-metrics`,
        'opentelemetry1.0',
        false,
      ]),
    );
    for (const stream of streams)
      expect(stream.depends_on).toContainEqual(
        expect.stringMatching(/^aws_kinesis_firehose_delivery_stream\./),
      );
  });
});

describe('logs', () => {
  const groups = of('aws_cloudwatch_log_subscription_filter').map(({ config, stack }) => {
    const [target] = deployment.targetsOf(stack, config.log_group_name);
    return target === undefined ? config.log_group_name : target.resource.text('name');
  });

  it('are those of every function and of the replication task, for each destination, and no other', () => {
    const functions = of('aws_lambda_function').map(({ config }) => `/aws/lambda/${config.function_name}`);
    const expected = [...functions, 'dms-tasks-cdc-everything-replication'];
    expect(groups.sort()).toEqual([...expected, ...expected].sort());
  });

  it('leave out those that hold statements or addresses', () => {
    const kept = of('aws_cloudwatch_log_group')
      .map(({ config }) => config.name as string)
      .filter((name) => !groups.includes(name));
    // API Gateway's own log is called by the id of the API.
    expect(
      kept.map((name) => name.replace(/cdc-everything/, '<name>').replace(/\$\{.*\}/, '<id>')).sort(),
    ).toEqual([
      '/aws/apigateway/<name>-api',
      '/aws/kinesisfirehose/<name>-collector',
      '/aws/kinesisfirehose/<name>-new-relic',
      '/aws/rds/instance/<name>-mysql/error',
      '/aws/rds/instance/<name>-mysql/slowquery',
      '/aws/redshift/cluster/<name>-warehouse/connectionlog',
      '/aws/redshift/cluster/<name>-warehouse/useractivitylog',
      '/aws/redshift/cluster/<name>-warehouse/userlog',
      '/aws/vpc/<name>-flow-logs',
      'API-Gateway-Execution-Logs_<id>/v1',
      'aws-waf-logs-<name>-api',
    ]);
  });
});

describe('delivery', () => {
  const endpoints = of('aws_kinesis_firehose_delivery_stream').map(({ config }) => config);

  it('goes to the endpoints of the region of New Relic, and to the URLs of the other vendor', () => {
    expect(
      Object.fromEntries(endpoints.map(({ name, http_endpoint_configuration: to }) => [name, to.url])),
    ).toEqual({
      'cdc-everything-new-relic-metrics': 'https://aws-api.eu01.nr-data.net/cloudwatch-metrics/v1',
      'cdc-everything-new-relic-logs': 'https://aws-api.eu.newrelic.com/firehose/v1',
      'cdc-everything-collector-metrics': 'https://telemetry.example.com/firehose/metrics',
      'cdc-everything-collector-logs': 'https://telemetry.example.com/firehose/logs',
    });
    const { observability } = parseSettings(context(), 'everything');
    const newRelic = { ...observability!.newRelic!, region: 'US' as const };
    expect(destinations({ observability: { newRelic } })).toMatchObject([
      {
        metricsUrl: 'https://aws-api.newrelic.com/cloudwatch-metrics/v1',
        logsUrl: 'https://aws-api.newrelic.com/firehose/v1',
      },
    ]);
  });

  it('is compressed, names the deployment, and keeps what failed', () => {
    for (const { name, http_endpoint_configuration: to } of endpoints) {
      const [, destination, signal] = /^cdc-everything-(.+)-(metrics|logs)$/.exec(name)!;
      expect(to).toMatchObject({
        request_configuration: {
          content_encoding: 'GZIP',
          common_attributes: [
            { name: 'environment', value: 'everything' },
            { name: 'project', value: 'cdc' },
          ],
        },
        s3_backup_mode: 'FailedDataOnly',
        s3_configuration: {
          bucket_arn: 'arn:aws:s3:::cdc-everything-456789012345-data',
          prefix: `undelivered/${destination}/${signal}/`,
        },
      });
    }
    const rules: Arguments[] = one('aws_s3_bucket_lifecycle_configuration', 'data').rule;
    expect(rules.find(({ id }) => id === 'undelivered')).toMatchObject({
      filter: [{ prefix: 'undelivered/' }],
      expiration: [{ days: 90 }],
    });
  });

  it.each(DESTINATIONS)(
    'to %s may read one secret, write under its own prefix, and nothing more',
    (destination) => {
      const statements = statementsOf(`${destination.replace('-', '_')}_delivery`);
      expect(statements.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
        ['ReadAccessKey', expect.stringContaining(`:secret:${destination}/`)],
        ...(destination === 'new-relic' ? [['DecryptAccessKey', expect.stringContaining(':key/')]] : []),
        ['FindBucket', 'arn:aws:s3:::cdc-everything-456789012345-data'],
        ['WriteUndelivered', `arn:aws:s3:::cdc-everything-456789012345-data/undelivered/${destination}/*`],
        ['EncryptUndelivered', expect.stringContaining('key_arn')],
        [
          'WriteErrors',
          `arn:aws:logs:us-east-1:456789012345:log-group:/aws/kinesisfirehose/cdc-everything-${destination}:*`,
        ],
      ]);
    },
  );

  it.each(DESTINATIONS)(
    'to %s is filled by roles that may put records into one stream each',
    (destination) => {
      const id = destination.replace('-', '_');
      const put = (role: string) => statementsOf(role).map(({ Action, Resource }) => [Action, Resource]);
      const stream = (signal: string) =>
        `arn:aws:firehose:us-east-1:456789012345:deliverystream/cdc-everything-${destination}-${signal}`;
      const actions = ['firehose:PutRecord', 'firehose:PutRecordBatch'];
      expect(put(`${id}_metric_stream_writer`)).toEqual([[actions, stream('metrics')]]);
      expect(put(`${id}_log_of_writer`)).toEqual([[actions, stream('logs')]]);
    },
  );

  it('that fails fires an alarm of its own for metrics, logs and the stream', () => {
    const names = of('aws_cloudwatch_metric_alarm')
      .map(({ config }) => config.alarm_name as string)
      .filter((name) => name.includes('undelivered-telemetry'));
    expect(names.sort()).toEqual(
      DESTINATIONS.flatMap((destination) =>
        ['metrics', 'logs', 'stream'].map(
          (part) => `cdc-everything-undelivered-telemetry-${destination}-${part}`,
        ),
      ).sort(),
    );
  });
});

describe("New Relic's layer", () => {
  const functions = of('aws_lambda_function').map(({ config }) => config);
  const roleOf = ({ role }: Arguments): Arguments[] =>
    JSON.parse(
      of('aws_iam_role_policy').find(({ config }) => role.endsWith(`/${config.name}`))!.config.policy,
    ).Statement;

  it('wraps the handler of each function outside the VPC, and of none inside it', () => {
    const wrapped = functions.filter(({ layers }) => layers !== undefined);
    expect(wrapped.length).toBeGreaterThan(4);
    for (const config of functions) {
      const isInVpc = config.vpc_config !== undefined;
      expect([config.function_name, wrapped.includes(config)]).toEqual([config.function_name, !isInVpc]);
      expect(roleOf(config).some(({ Sid }) => Sid === 'ReadLicenseKey')).toBe(!isInVpc);
    }
    for (const { handler, layers, environment } of wrapped) {
      expect(handler).toBe('newrelic-lambda-wrapper.handler');
      expect(layers).toEqual([expect.stringContaining(':451483290750:layer:NewRelicNodeJS22XARM64:')]);
      expect(environment.variables).toMatchObject({
        NEW_RELIC_LAMBDA_HANDLER: 'index.handler',
        NEW_RELIC_ACCOUNT_ID: '1234567',
        NEW_RELIC_LICENSE_KEY_SECRET: '$' + '{local.existing_secret.new_relic_extension.arn}',
        NEW_RELIC_EXTENSION_SEND_FUNCTION_LOGS: 'false',
        NEW_RELIC_TRANSACTION_TRACER_RECORD_SQL: 'off',
      });
    }
  });

  it('is a switch of its own: without it functions are as in every other set', () => {
    const { of: inDev } = synthesize();
    for (const { config } of inDev('aws_lambda_function')) {
      expect([config.handler, config.layers]).toEqual(['index.handler', undefined]);
      expect(JSON.stringify(config)).not.toContain('NEW_RELIC');
    }
  });
});

describe('settings', () => {
  const problemsOf = (change: (observability: Arguments) => void): readonly string[] => {
    const given = context();
    change(given.environments.everything.observability);
    try {
      parseSettings(given, 'everything');
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
    return [];
  };

  it('that are wrong are each named with what is allowed', () => {
    const at = 'environments.everything.observability';
    expect(
      problemsOf(({ newRelic, httpEndpoint }) => {
        Object.assign(newRelic, { accountId: '12a', region: 'us', licenseKeySecretArn: 'NRAK-1234' });
        newRelic.layer.arn = 'arn:aws:lambda:us-east-1:451483290750:layer:NewRelicNodeJS22XARM64';
        Object.assign(httpEndpoint, {
          metricsUrl: 'http://telemetry.example.com/metrics',
          logsUrl: 'https://me:secret@telemetry.example.com/logs?key=1',
        });
      }),
    ).toEqual([
      expect.stringMatching(
        `^${at}.newRelic.accountId: allowed is the number of a New Relic account.*"12a"$`,
      ),
      `${at}.newRelic.region: allowed is one of US, EU, got: "us"`,
      expect.stringMatching(`^${at}.newRelic.licenseKeySecretArn: allowed is the whole ARN of a secret`),
      expect.stringMatching(`^${at}.newRelic.layer.arn: allowed is the ARN of a version of a layer`),
      expect.stringMatching(`^${at}.httpEndpoint.metricsUrl: allowed is a URL that starts with https://`),
      expect.stringMatching(`^${at}.httpEndpoint.logsUrl: allowed is a URL that starts with https://`),
    ]);
  });

  it('must be of the region of the deployment, under names of their own', () => {
    expect(
      problemsOf(({ newRelic, httpEndpoint }) => {
        newRelic.layer.arn = newRelic.layer.arn.replace('us-east-1', 'eu-west-1');
        httpEndpoint.secretArn = httpEndpoint.secretArn.replace('us-east-1', 'eu-west-1');
        httpEndpoint.name = 'new-relic';
      }),
    ).toEqual([
      expect.stringMatching(/^observability\.newRelic\.layer\.arn: allowed is one in us-east-1, .*eu-west-1/),
      expect.stringMatching(
        /^observability\.httpEndpoint\.secretArn: allowed is one in us-east-1, .*eu-west-1/,
      ),
      'observability.httpEndpoint.name: allowed is another name than that of observability.newRelic, got: "new-relic"',
    ]);
  });
});
