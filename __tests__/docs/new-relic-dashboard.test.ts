/**
 * `docs/new-relic-dashboard.json`: the dashboard of CloudWatch, the alarms' metrics of failures, and what costs grow with, as
 * queries of New Relic. Made from the synthesized stacks, so that a metric that is renamed is renamed there.
 */
import { join } from 'node:path';
import { type Arguments, synthesize } from '../stacks/synthesized';
import { expectGolden } from '../support/golden';
import { projectFolder } from './pages';

const { of, one } = synthesize({ environment: 'prod' });
const OWN = 'cdc-prod';

interface Shown {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

/** A percentile is not streamed, as each would be paid extra: the greatest takes its place. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  Sum: 'sum',
  Average: 'average',
  Maximum: 'max',
  Minimum: 'min',
  p95: 'max',
};

const functionOf = (statistic: string): string => {
  const found = FUNCTIONS[statistic];
  if (found === undefined) throw new Error(`no function of NRQL for ${statistic}`);
  return found;
};

/** `AWS/DMS` is `aws.dms`, and its dimensions are attributes below it. */
const prefixOf = (namespace: string): string => namespace.toLowerCase().replaceAll('/', '.');

const isEqual = (attribute: string, value: string): string => `${attribute} = '${value}'`;

/** Our own metrics are members of the functions' log lines, whose names do not depend on how a vendor names a namespace. */
function queryOf(metrics: readonly Shown[]): string {
  const [{ namespace, dimensions }] = metrics as [Shown];
  const { table: _, service, ...others } = dimensions;
  if (namespace === OWN) {
    const selected = [...new Set(metrics.map(({ name, statistic }) => `${functionOf(statistic)}(${name})`))];
    return `SELECT ${selected.join(', ')} FROM Log WHERE ${isEqual('aws.logGroup', `/aws/lambda/${OWN}-${service}`)} FACET table TIMESERIES`;
  }
  const prefix = prefixOf(namespace);
  const selected = [
    ...new Set(metrics.map(({ name, statistic }) => `${functionOf(statistic)}(${prefix}.${name})`)),
  ];
  const where = Object.entries(others).map(([name, value]) => isEqual(`${prefix}.${name}`, value));
  return `SELECT ${selected.join(', ')} FROM Metric WHERE ${where.join(' AND ')} TIMESERIES`;
}

/** One query for metrics of the same thing; a table is a facet of it. */
function queriesOf(metrics: readonly Shown[]): string[] {
  const groups = new Map<string, Shown[]>();
  for (const metric of metrics) {
    const { table: _, ...dimensions } = metric.dimensions;
    const key = JSON.stringify([metric.namespace, dimensions]);
    groups.set(key, [...(groups.get(key) ?? []), metric]);
  }
  return [...groups.values()].map(queryOf);
}

interface Chart {
  readonly title: string;
  readonly queries: readonly string[];
}

/** Twelve columns, three charts a row. */
const toPage = (name: string, charts: readonly Chart[]) => ({
  name,
  description: null,
  widgets: charts.map(({ title, queries }, index) => ({
    title,
    layout: { column: 1 + 4 * (index % 3), row: 1 + 3 * Math.floor(index / 3), width: 4, height: 3 },
    linkedEntityGuids: null,
    visualization: { id: 'viz.line' },
    rawConfiguration: {
      legend: { enabled: true },
      nrqlQueries: queries.map((query) => ({ accountIds: [0], query })),
      yAxisLeft: { zero: true },
    },
  })),
});

/** The pages of CloudWatch's dashboard: a heading, then its graphs. */
function pagesOfDashboard(): { readonly name: string; readonly charts: Chart[] }[] {
  const pages: { name: string; charts: Chart[] }[] = [];
  const { widgets } = JSON.parse(one('aws_cloudwatch_dashboard', 'dashboard').dashboard_body);
  for (const { type, properties } of widgets as Arguments[]) {
    if (type === 'text') pages.push({ name: properties.markdown.replace('## ', ''), charts: [] });
    else {
      const shown = (properties.metrics as (string | Arguments)[][]).map(toShown);
      pages.at(-1)!.charts.push({ title: properties.title, queries: queriesOf(shown) });
    }
  }
  return pages;
}

function toShown(entry: readonly (string | Arguments)[]): Shown {
  const [namespace, name, ...rest] = entry;
  const texts = rest.filter((part): part is string => typeof part === 'string');
  const { stat } = rest.at(-1) as Arguments;
  const dimensions = Object.fromEntries(
    texts.flatMap((key, index) => (index % 2 === 0 ? [[key, texts[index + 1]!]] : [])),
  );
  return { namespace: String(namespace), name: String(name), dimensions, statistic: stat };
}

/** The metrics of the alarms with these pages, all subjects in one chart. */
function failures(title: string, ...runbooks: readonly string[]): Chart {
  const metrics = of('aws_cloudwatch_metric_alarm')
    .filter(({ config }) => runbooks.some((runbook) => config.alarm_description.endsWith(`/${runbook}.md`)))
    .map(({ config }) => ({
      namespace: config.namespace,
      name: config.metric_name,
      dimensions: config.dimensions,
      statistic: config.statistic,
    }));
  if (metrics.length === 0) throw new Error(`no alarm of ${runbooks.join()}`);
  const own = metrics.filter(({ namespace }) => namespace === OWN);
  const byDimension = new Map<string, Shown[]>();
  for (const metric of metrics.filter(({ namespace }) => namespace !== OWN)) {
    const key = `${metric.namespace} ${Object.keys(metric.dimensions).join()}`;
    byDimension.set(key, [...(byDimension.get(key) ?? []), metric]);
  }
  const ofAws = [...byDimension.values()].map((all) => {
    const [{ namespace, dimensions }] = all as [Shown];
    const prefix = prefixOf(namespace);
    const selected = [
      ...new Set(all.map(({ name, statistic }) => `${functionOf(statistic)}(${prefix}.${name})`)),
    ];
    const [dimension = ''] = Object.keys(dimensions);
    // Every thing of this deployment has its prefix; those of others in the account are left out by it.
    return `SELECT ${selected.join(', ')} FROM Metric WHERE ${prefix}.${dimension} LIKE '${OWN}%' FACET ${prefix}.${dimension} TIMESERIES`;
  });
  return { title, queries: [...ofAws, ...queriesOf(own)] };
}

const COSTS: readonly Chart[] = [
  {
    title: 'Ingested here, GB a day',
    queries: [
      `SELECT bytecountestimate() / 1e9 FROM Log WHERE aws.logGroup LIKE '/aws/lambda/${OWN}-%' OR aws.logGroup LIKE 'dms-tasks-${OWN}-%' TIMESERIES 1 day`,
      "SELECT bytecountestimate() / 1e9 FROM Metric WHERE collector.name = 'cloudwatch-metric-streams' TIMESERIES 1 day",
    ],
  },
  {
    title: 'Runs of functions, and their seconds',
    queries: [
      `SELECT sum(aws.lambda.Invocations), sum(aws.lambda.Duration) / 1000 FROM Metric WHERE aws.lambda.FunctionName LIKE '${OWN}-%' FACET aws.lambda.FunctionName TIMESERIES`,
    ],
  },
  {
    title: 'Read units of reconciliation',
    queries: [
      `SELECT sum(ReadUnits) FROM Log WHERE aws.logGroup = '/aws/lambda/${OWN}-reconcile-tables' FACET table TIMESERIES`,
    ],
  },
  {
    title: 'Rows loaded',
    queries: [
      `SELECT sum(LoadedRows), sum(LoadedFiles) FROM Log WHERE aws.logGroup = '/aws/lambda/${OWN}-load-staged-batches' FACET table TIMESERIES`,
    ],
  },
];

const dashboard = {
  name: `Replication ${OWN}`,
  description:
    'Freshness, throughput, failures and cost. Made by the tests of the repository; docs/one-pane-of-glass.md says how to import it.',
  permissions: 'PUBLIC_READ_WRITE',
  pages: [
    ...pagesOfDashboard().map(({ name, charts }) => toPage(name, charts)),
    toPage('Failures', [
      failures('Failed and throttled runs', 'function-errors', 'function-throttles'),
      failures('Runs that did not start', 'missed-runs'),
      failures('Dead letters', 'dead-letters'),
      failures(
        'Rejected and flagged',
        'rejected-rows',
        'rejected-files',
        'flagged-values',
        'invalid-records',
      ),
      failures('Schedules', 'schedule-target-errors', 'schedule-dropped', 'schedule-dead-letters'),
      failures('Set-up outdated', 'set-up-outdated'),
    ]),
    toPage('Cost', COSTS),
  ],
  variables: [],
};

it("the dashboard for New Relic is made of the stacks' own metrics", () => {
  expectGolden(
    join(projectFolder, 'docs', 'new-relic-dashboard.json'),
    `${JSON.stringify(dashboard, null, 2)}\n`,
  );
});

it('asks only for metrics that the set with everything streams, and for members of log lines that functions write', () => {
  const everything = synthesize({ environment: 'everything' });
  const [stream] = everything.of('aws_cloudwatch_metric_stream').map(({ config }) => config);
  const streamed = new Set(
    (stream!.include_filter as Arguments[]).flatMap(({ namespace, metric_names: names = [] }) =>
      (names as string[]).map((name) => `${prefixOf(namespace)}.${name}`),
    ),
  );
  const queries = dashboard.pages.flatMap(({ widgets }) =>
    widgets.flatMap(({ rawConfiguration }) => rawConfiguration.nrqlQueries.map(({ query }) => query)),
  );
  expect(queries.length).toBeGreaterThan(25);
  const asked = queries.flatMap((query) => [
    ...query.matchAll(/\b(?:sum|max|min|average)\((aws\.[\w.]+)\)/g),
  ]);
  expect(asked.map(([, name]) => name!).filter((name) => !streamed.has(name))).toEqual([]);
  const own = queries
    .filter((query) => query.includes('FROM Log'))
    .flatMap((query) => [...query.matchAll(/\b(?:sum|max)\((\w+)\)/g)].map(([, name]) => name!));
  const known = new Set(
    [
      ...everything.texts.pipeline.matchAll(/\\?"cdc-everything\\?",\\?"(\w+)\\?"|"metric_name": "(\w+)"/g),
    ].flatMap(([, shown, alarmed]) => [shown, alarmed]),
  );
  expect([...new Set(own)].filter((name) => !known.has(name))).toEqual([]);
});
