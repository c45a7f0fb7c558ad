import { Testing } from 'cdktf';
import { TABLES } from '../../pipeline/tables';
import { NetworkStack } from '../../stacks/network-stack';
import { parseSettings } from '../../stacks/settings';
import { Alarms } from '../../stacks/watch/alarm';
import { type Arguments, context, synthesize } from './synthesized';

const { of, one } = synthesize();
const metricAlarms = of('aws_cloudwatch_metric_alarm');
const compositeAlarms = of('aws_cloudwatch_composite_alarm');
const alarms = [...metricAlarms, ...compositeAlarms];
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:cdc-dev-alarms';
const alarm = (name: string): Arguments => one('aws_cloudwatch_metric_alarm', name);

/** Metrics of an alarm, also those that it adds up. */
const metricsOf = ({ config }: { config: Arguments }): string[] =>
  config.metric_name !== undefined
    ? [`${config.namespace} ${config.metric_name}`]
    : (config.metric_query as Arguments[]).flatMap(({ metric }) =>
        metric === undefined ? [] : [`${metric.namespace} ${metric.metric_name}`],
      );

describe('each alarm', () => {
  it('says what it means and which runbook page to read, and notifies the topic when it starts and when it ends', () => {
    for (const { address, config } of alarms) {
      expect([address, config]).toMatchObject([
        address,
        {
          alarm_description: expect.stringMatching(/^\S.+\. Runbook: docs\/runbooks\/[a-z0-9-]+\.md$/),
          alarm_actions: [TOPIC],
          ok_actions: [TOPIC],
          actions_enabled: true,
        },
      ]);
    }
  });

  it('is named after its page, apart from the two that keep the names they were first deployed with', () => {
    const kept = compositeAlarms.map(({ config }) => [
      config.alarm_name,
      /runbooks\/(.+)\.md$/.exec(config.alarm_description)![1],
    ]);
    expect(kept).toEqual([
      ['cdc-dev-way-dynamodb', 'path-dynamodb'],
      ['cdc-dev-way-mysql', 'path-mysql'],
    ]);
    for (const { config } of metricAlarms) {
      const page = /runbooks\/(.+)\.md$/.exec(config.alarm_description)![1]!;
      expect(
        config.alarm_name === `cdc-dev-${page}` || config.alarm_name.startsWith(`cdc-dev-${page}-`),
      ).toBe(true);
    }
  });

  it('decides by several periods, and says what silence means', () => {
    for (const { config } of metricAlarms) {
      expect(config.datapoints_to_alarm).toBeLessThanOrEqual(config.evaluation_periods);
      expect(['breaching', 'notBreaching']).toContain(config.treat_missing_data);
    }
  });
});

describe('the alarms', () => {
  it('watch every service on both paths', () => {
    const watched = new Set(metricAlarms.flatMap(metricsOf));
    for (const metric of [
      'cdc-dev FreshnessSeconds',
      'cdc-dev Mismatches',
      'cdc-dev RejectedRows',
      'cdc-dev RejectedFiles',
      'cdc-dev FlaggedValues',
      'cdc-dev InvalidRecords',
      'AWS/Lambda Errors',
      'AWS/Lambda Throttles',
      'AWS/Lambda Duration',
      'AWS/Lambda Invocations',
      'AWS/Lambda IteratorAge',
      'AWS/Lambda AsyncEventsDropped',
      'AWS/Lambda DestinationDeliveryFailures',
      'AWS/SQS ApproximateNumberOfMessagesVisible',
      'AWS/SQS ApproximateAgeOfOldestMessage',
      'AWS/Scheduler TargetErrorCount',
      'AWS/Scheduler InvocationDroppedCount',
      'AWS/Scheduler InvocationsSentToDeadLetterCount',
      'AWS/DMS CDCLatencySource',
      'AWS/DMS CDCLatencyTarget',
      'AWS/DMS CDCChangesDiskTarget',
      'AWS/DMS CPUUtilization',
      'AWS/DMS FreeableMemory',
      'AWS/DMS FreeStorageSpace',
      'AWS/DMS SwapUsage',
      'AWS/RDS CPUUtilization',
      'AWS/RDS FreeStorageSpace',
      'AWS/RDS FreeableMemory',
      'AWS/RDS DatabaseConnections',
      'AWS/RDS BinLogDiskUsage',
      'AWS/RDS ReadLatency',
      'AWS/RDS WriteLatency',
      'AWS/Redshift HealthStatus',
      'AWS/Redshift CPUUtilization',
      'AWS/Redshift PercentageDiskSpaceUsed',
      'AWS/Redshift DatabaseConnections',
      'AWS/Redshift CommitQueueLength',
      'AWS/DynamoDB ReadThrottleEvents',
      'AWS/DynamoDB WriteThrottleEvents',
      'AWS/DynamoDB SystemErrors',
    ]) {
      expect([...watched]).toContain(metric);
    }
  });

  it('call the replication task by the last part of its ARN, as its metrics do', () => {
    expect(alarm('replication_source_latency').dimensions).toEqual({
      ReplicationInstanceIdentifier: 'cdc-dev-replication',
      ReplicationTaskIdentifier: 'cdc-dev-mysql',
    });
    expect(alarm('replication_source_latency').treat_missing_data).toBe('breaching');
  });

  it('ring when a target is stale or nobody has looked, and when it is not equal: every table', () => {
    for (const { name } of TABLES) {
      const measured = { service: 'measure-freshness', table: name };
      const fresh = alarm(`freshness_${name}`);
      expect(fresh).toMatchObject({ threshold: 1800, treat_missing_data: 'breaching' });
      expect(fresh.dimensions ?? fresh.metric_query[0].metric.dimensions).toEqual(measured);
      expect(alarm(`proof_${name}`)).toMatchObject({
        metric_name: 'ProofAgeSeconds',
        dimensions: measured,
        threshold: 7200,
        treat_missing_data: 'breaching',
      });
      expect(alarm(`mismatches_${name}`).threshold).toBe(0);
    }
  });

  it('ring when a change of DynamoDB waits, in the stream or staged; without a measured value they ring too', () => {
    const queries = alarm('freshness_trades').metric_query;
    expect(queries.map(({ metric }: Arguments) => metric?.metric_name)).toEqual([
      'FreshnessSeconds',
      'IteratorAge',
      undefined,
    ]);
    // Lambda gives milliseconds, and none while nothing is read; m1 is never filled in.
    expect(queries[2].expression).toBe('IF(m1 > FILL(m2, 0) / 1000, m1, FILL(m2, 0) / 1000)');
  });

  it('ring when a schedule has not started its function for a quarter of an hour', () => {
    const missed = metricAlarms.filter(({ name }) => name.startsWith('missed_runs_'));
    expect(missed).toHaveLength(7);
    for (const { config } of missed) {
      expect(config).toMatchObject({
        metric_name: 'Invocations',
        comparison_operator: 'LessThanThreshold',
        threshold: 1,
        period: 900,
        treat_missing_data: 'breaching',
      });
    }
  });

  it('measure duration against the time-out that the function really has', () => {
    const every = synthesize({
      change: (context) => {
        context.schedule = 'rate(1 minute)';
      },
    });
    const duration = every.one('aws_cloudwatch_metric_alarm', 'function_duration_load_staged_batches');
    expect(duration.threshold).toBe(55 * 800);
  });

  it('add metrics up with silence as none', () => {
    const sum = (alarm('lost_events_dropped').metric_query as Arguments[]).at(-1)!;
    expect(sum).toMatchObject({
      return_data: true,
      expression: expect.stringMatching(/^FILL\(m1, 0\) \+ FILL/),
    });
  });
});

describe('the alarm of a path', () => {
  it('fires when any alarm on the path does, each of which exists', () => {
    const names = new Set(metricAlarms.map(({ config }) => config.alarm_name));
    expect(compositeAlarms.map(({ name }) => name).sort()).toEqual(['way_dynamodb', 'way_mysql']);
    for (const { config } of compositeAlarms) {
      const parts = [...config.alarm_rule.matchAll(/ALARM\("([^"]+)"\)/g)].map((match) => match[1]);
      expect(parts.length).toBeGreaterThan(8);
      for (const part of parts) expect(names).toContain(part);
    }
  });
});

describe('the dashboard', () => {
  const { widgets } = JSON.parse(one('aws_cloudwatch_dashboard', 'dashboard').dashboard_body) as {
    widgets: Arguments[];
  };

  it('has freshness at the top, then each path from left to right', () => {
    const headings = widgets
      .filter(({ type }) => type === 'text')
      .map(({ properties }) => properties.markdown);
    expect(headings).toEqual([
      '## Is the warehouse fresh and equal?',
      '## MySQL to Redshift',
      '## DynamoDB to Redshift',
      '## The systems at both ends',
    ]);
    expect(widgets[1]!.properties.metrics[0]).toContain('FreshnessSeconds');
  });

  it('overlaps nothing and fits the page', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from(
        { length: width * height },
        (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`,
      ),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});

describe('notifications', () => {
  it('go to an encrypted topic that only services of this account publish to', () => {
    const [allowed] = JSON.parse(one('aws_sns_topic_policy', 'alarm_topic').policy).Statement;
    expect(allowed).toMatchObject({
      Principal: { Service: ['cloudwatch.amazonaws.com', 'dms.amazonaws.com'] },
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    });
    const keyStatements = JSON.parse(one('aws_kms_key', 'data').policy).Statement as Arguments[];
    const forTopic = keyStatements.find(({ Sid }) => Sid === 'NotificationsIntoTheAlarmTopic')!;
    expect(forTopic.Principal).toEqual(allowed.Principal);
  });

  it('include failures of the replication instance and changes of state of its task', () => {
    expect(one('aws_dms_event_subscription', 'alarm_topic_replication_task').event_categories).toEqual(
      expect.arrayContaining(['failure', 'state change']),
    );
    expect(one('aws_dms_event_subscription', 'alarm_topic_replication_instance').event_categories).toEqual(
      expect.arrayContaining(['failover', 'failure', 'low storage', 'maintenance']),
    );
  });

  it('reach a person by e-mail where one is named', () => {
    expect(of('aws_sns_topic_subscription')).toEqual([]);
    const withPerson = synthesize({
      change: (context) => {
        context.alarmEmail = 'operators@example.com';
      },
    });
    expect(withPerson.one('aws_sns_topic_subscription', 'alarm_topic_email')).toMatchObject({
      protocol: 'email',
      endpoint: 'operators@example.com',
    });
  });

  it('go to a topic that is there already, where one is named, and no other is made', () => {
    const alarmTopicArn = 'arn:aws:sns:us-east-1:123456789012:on-call';
    const other = synthesize({ change: (context) => Object.assign(context, { alarmTopicArn }) });
    expect(other.of('aws_sns_topic')).toEqual([]);
    for (const { config } of other.of('aws_cloudwatch_metric_alarm')) {
      expect(config.alarm_actions).toEqual([alarmTopicArn]);
    }
    for (const { config } of other.of('aws_dms_event_subscription')) {
      expect(config.sns_topic_arn).toBe(alarmTopicArn);
    }
  });

  it('add up at most the ten metrics that CloudWatch takes, which synthesis checks', () => {
    const metric = { namespace: 'x', name: 'y', dimensions: {}, statistic: 'Sum' } as const;
    const spec = {
      runbook: 'x',
      meaning: 'x',
      when: 'above',
      threshold: 0,
      bad: 1,
      of: 1,
      silence: 'good',
    } as const;
    const alarms = new Alarms(new NetworkStack(Testing.app(), parseSettings(context(), 'dev')), 'arn');
    expect(() => alarms.add({ ...spec, metrics: Array.from({ length: 11 }, () => metric) })).toThrow(
      /at most 10 metrics, got 11/,
    );
  });
});
