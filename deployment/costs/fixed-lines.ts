/** What a deployment costs before any data: what runs around the clock, counted from the synthesized JSON. */
import type { Deployment, Resource } from '../deployment';
import { listOf, textsOf, valueAt } from '../json';
import { DASHBOARD, DATA_SET, permissionsOf } from '../quicksight-permissions';
import { type CostLine, HOURS_PER_MONTH, priceKeyOf, SECONDS_PER_MONTH } from './cost-line';

const numberAt = (resource: Resource, path: string): number => Number(resource.at(path) ?? 0);

/** Each on its own, so that one whose class has no price yet does not hide the others. */
export const FIXED_PARTS: readonly ((deployment: Deployment) => CostLine[])[] = [
  databaseLines,
  replicationLines,
  warehouseLines,
  networkAndKeyLines,
  watchLines,
  telemetryLines,
  analystLines,
  firewallLines,
  scheduleLines,
];

export const fixedLines = (deployment: Deployment): CostLine[] =>
  FIXED_PARTS.flatMap((part) => part(deployment));

function databaseLines(deployment: Deployment): CostLine[] {
  return deployment.of('aws_db_instance').flatMap((instance) => {
    const zones = instance.isOn('multi_az') ? 2 : 1;
    const size = instance.text('instance_class');
    const storageGb = numberAt(instance, 'allocated_storage');
    return [
      {
        subject: `MySQL, ${size}`,
        price: priceKeyOf('rds', size),
        quantity: HOURS_PER_MONTH * zones,
        basis: `around the clock in ${zones} zone(s)`,
      },
      {
        subject: 'MySQL, storage as allocated',
        price: 'rds gp3',
        quantity: storageGb * zones,
        basis: `${storageGb} GB in ${zones} zone(s); it grows with the data`,
      },
    ];
  });
}

function replicationLines(deployment: Deployment): CostLine[] {
  return deployment.of('aws_dms_replication_instance').flatMap((instance) => {
    const zones = instance.isOn('multi_az') ? 2 : 1;
    const size = instance.text('replication_instance_class');
    const storageGb = numberAt(instance, 'allocated_storage');
    return [
      {
        subject: `DMS, ${size}`,
        price: priceKeyOf('dms', size),
        quantity: HOURS_PER_MONTH * zones,
        basis: `around the clock in ${zones} zone(s)`,
      },
      {
        subject: 'DMS, storage',
        price: 'dms storage',
        quantity: storageGb * zones,
        basis: `${storageGb} GB in ${zones} zone(s)`,
      },
    ];
  });
}

function warehouseLines(deployment: Deployment): CostLine[] {
  return [
    ...clusterLines(deployment),
    ...deployment.of('aws_redshiftserverless_workgroup').map((workgroup) => workgroupLine(workgroup)),
  ];
}

const PERIODS_PER_MONTH: Readonly<Record<string, number>> = { daily: 365 / 12, weekly: 365 / 84, monthly: 1 };

/** The replication task writes all the time, so that the workgroup is never idle; what analysts need on top is not known. */
function workgroupLine(workgroup: Resource): CostLine {
  const rpus = numberAt(workgroup, 'base_capacity');
  const aroundTheClock = rpus * HOURS_PER_MONTH;
  const [limit] = workgroup.deployment.usersOf(workgroup, 'aws_redshiftserverless_usage_limit');
  const limited =
    limit?.text('breach_action') === 'deactivate'
      ? numberAt(limit, 'amount') * (PERIODS_PER_MONTH[limit.text('period')] ?? 1)
      : Number.POSITIVE_INFINITY;
  return {
    subject: `Redshift Serverless, ${rpus} RPUs`,
    price: 'redshift serverless',
    quantity: Math.min(aroundTheClock, limited),
    basis: `${rpus} RPUs around the clock, or its usage limit where it ends there; less where nothing changes for hours`,
  };
}

function clusterLines(deployment: Deployment): CostLine[] {
  return deployment.of('aws_redshift_cluster').map((cluster) => {
    const nodes = numberAt(cluster, 'number_of_nodes') || 1;
    const size = cluster.text('node_type');
    return {
      subject: `Redshift, ${size}`,
      price: priceKeyOf('redshift', size),
      quantity: HOURS_PER_MONTH * nodes,
      basis: `${nodes} node(s) around the clock`,
    };
  });
}

/** RDS and Redshift keep the secret of their admin user themselves. */
const MANAGED_SECRETS = 2;

function networkAndKeyLines(deployment: Deployment): CostLine[] {
  const zonesOfEndpoints = deployment
    .of('aws_vpc_endpoint')
    .filter((endpoint) => endpoint.text('vpc_endpoint_type') === 'Interface')
    .map((endpoint) => textsOf(endpoint.at('subnet_ids')).length);
  const zones = zonesOfEndpoints.reduce((sum, count) => sum + count, 0);
  const secrets = deployment.of('aws_secretsmanager_secret').length;
  return [
    {
      subject: 'Interface endpoints',
      price: 'interface endpoint',
      quantity: zones * HOURS_PER_MONTH,
      basis: `${zonesOfEndpoints.length} endpoint(s), ${zones} zone(s) in all; traffic is extra`,
    },
    {
      subject: 'Keys',
      price: 'kms key',
      quantity: deployment.of('aws_kms_key').length,
      basis: 'each yearly rotation adds one',
    },
    {
      subject: 'Secrets',
      price: 'secret',
      quantity: secrets + MANAGED_SECRETS,
      basis: `${secrets} of ours, ${MANAGED_SECRETS} that RDS and Redshift manage`,
    },
  ];
}

function watchLines(deployment: Deployment): CostLine[] {
  const alarms = deployment.of('aws_cloudwatch_metric_alarm');
  const watched = alarms.flatMap(metricsOf);
  const own = new Set(watched.filter((metric) => !metric.startsWith('AWS/')));
  return [
    {
      subject: 'Alarms',
      price: 'alarm',
      quantity: watched.length,
      basis: `${alarms.length} alarms; each metric of an alarm counts`,
    },
    {
      subject: 'Own metrics',
      price: 'custom metric',
      quantity: own.size,
      basis: 'those that an alarm watches',
    },
    {
      subject: 'Dashboard',
      price: 'dashboard',
      quantity: deployment.of('aws_cloudwatch_dashboard').length,
      basis: 'the first three of an account are free',
    },
  ];
}

/** What a metric takes in OpenTelemetry with its dimensions, before it is compressed; Firehose counts it so. */
const ASSUMED_UPDATE_KB = 1;

/** CloudWatch's metrics are a minute apart at the least; none is streamed twice. */
function telemetryLines(deployment: Deployment): CostLine[] {
  const streams = deployment.of('aws_cloudwatch_metric_stream').length;
  if (streams === 0) return [];
  const watched = new Set(deployment.of('aws_cloudwatch_metric_alarm').flatMap(metricsOf)).size;
  const thousands = (watched * streams * SECONDS_PER_MONTH) / 60 / 1_000;
  return [
    {
      subject: 'Metrics to other panes of glass',
      price: 'metric stream',
      quantity: thousands,
      basis: `${watched} metrics that an alarm watches, each minute, to ${streams} place(s); the same metrics of everything else in the account add to it`,
    },
    {
      subject: 'Firehose, metrics',
      price: 'firehose',
      quantity: (thousands * 1_000 * ASSUMED_UPDATE_KB) / 1_048_576,
      basis: `${ASSUMED_UPDATE_KB} KB each; log lines are extra`,
    },
  ];
}

/** QuickSight is paid by the person; a group is counted as one, for its members are QuickSight's. */
function analystLines(deployment: Deployment): CostLine[] {
  const [dashboard] = deployment.of(DASHBOARD);
  if (dashboard === undefined) return [];
  const principalsOf = (resource: Resource | undefined): number =>
    resource === undefined ? 0 : permissionsOf(resource).length;
  const authors = principalsOf(deployment.of(DATA_SET)[0]);
  return [
    {
      subject: 'QuickSight, authors',
      price: 'quicksight author',
      quantity: authors,
      basis: `${authors} user(s) or group(s) who build; times the members of a group`,
    },
    {
      subject: 'QuickSight, readers',
      price: 'quicksight reader',
      quantity: principalsOf(dashboard) - authors,
      basis: `${principalsOf(dashboard) - authors} user(s) or group(s) who look; times the members of a group, at the most`,
    },
  ];
}

function firewallLines(deployment: Deployment): CostLine[] {
  const lists = deployment.of('aws_wafv2_web_acl');
  if (lists.length === 0) return [];
  const rules = lists.reduce((sum, list) => sum + listOf(JSON.parse(list.text('rule_json'))).length, 0);
  return [
    {
      subject: 'Firewall of the API',
      price: 'waf acl',
      quantity: lists.length,
      basis: 'with the setting api.waf',
    },
    {
      subject: 'Firewall, rules',
      price: 'waf rule',
      quantity: rules,
      basis: `${rules} rules; a group of AWS is one`,
    },
  ];
}

/** `namespace name dimensions` of each metric that an alarm reads. */
function metricsOf(alarm: Resource): string[] {
  const single = alarm.text('metric_name');
  if (single !== '') {
    return [`${alarm.text('namespace')} ${single} ${JSON.stringify(alarm.at('dimensions') ?? {})}`];
  }
  return listOf(alarm.at('metric_query')).flatMap((query) => {
    const metric = valueAt(query, 'metric');
    if (metric === undefined) return [];
    return [
      `${valueAt(metric, 'namespace')} ${valueAt(metric, 'metric_name')} ${JSON.stringify(valueAt(metric, 'dimensions') ?? {})}`,
    ];
  });
}

/** How long a scheduled run is taken to last; its log says how long it does. */
const ASSUMED_RUN_SECONDS = 10;

function scheduleLines(deployment: Deployment): CostLine[] {
  const schedules = deployment.of('aws_scheduler_schedule');
  const starts = schedules.map((schedule) => startsPerMonth(schedule.text('schedule_expression')));
  const gbSeconds = schedules.reduce((sum, schedule, index) => {
    const memoryMb = schedule
      .targets('target.arn')
      .reduce((total, { resource }) => total + numberAt(resource, 'memory_size'), 0);
    return sum + ((starts[index] ?? 0) * ASSUMED_RUN_SECONDS * memoryMb) / 1_024;
  }, 0);
  const millions = starts.reduce((sum, count) => sum + count, 0) / 1_000_000;
  return [
    {
      subject: 'Schedules',
      price: 'schedule',
      quantity: millions,
      basis: `${schedules.length} schedules, as often as they say`,
    },
    {
      subject: 'Scheduled functions, starts',
      price: 'lambda request',
      quantity: millions,
      basis: 'one per start of a schedule',
    },
    {
      subject: 'Scheduled functions, time',
      price: 'lambda arm64',
      quantity: gbSeconds,
      basis: `${ASSUMED_RUN_SECONDS} s per run, with the memory of each`,
    },
  ];
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };

/** A `rate` exactly; anything else as once a day, which is what a daily `cron` is. */
function startsPerMonth(expression: string): number {
  const [, count, unit = 'day'] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const seconds = Number(count ?? 1) * (SECONDS_PER_UNIT[unit] ?? 86_400);
  return (HOURS_PER_MONTH * 3_600) / seconds;
}
