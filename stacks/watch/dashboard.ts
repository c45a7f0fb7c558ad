/** One page: freshness at the top, then each path from left to right, then the systems at both ends. */
import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import type { Construct } from 'constructs';
import type { IngestHandler } from '../../pipeline/ingested-tables';
import { subjectOf, watchedTables } from '../../pipeline/watched-tables';
import { stackOf } from '../constructs/stack-of';
import { type DeployedIngest, deployedIngests } from '../deployed-ingests';
import { apiGraphs } from './api-alarms';
import type { Metric, Metrics } from './metric';

interface Graph {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

/** A page is 24 units wide. */
const PAGE_WIDTH = 24;
const GRAPH_HEIGHT = 6;
const HEADING_HEIGHT = 1;

/** @returns the metrics that it shows */
export function addDashboard(scope: Construct, metrics: Metrics): readonly Metric[] {
  const { names, settings } = stackOf(scope);
  const page = new Page(settings.region);
  const ingests = deployedIngests(settings);
  page.row('Is the warehouse fresh and equal?', equality(metrics));
  page.row('MySQL to Redshift', mysqlPath(metrics, ingests));
  page.row('DynamoDB to Redshift', dynamodbPath(metrics, ingests));
  page.row('The systems at both ends', systems(metrics, ingests, names.warehouse.isServerless));
  if (settings.api !== undefined) page.row('The API in front of the sources', apiGraphs(metrics));
  new CloudwatchDashboard(scope, 'dashboard', {
    dashboardName: names.prefix,
    dashboardBody: JSON.stringify({ widgets: page.widgets }),
  });
  return page.metrics;
}

function equality({ own }: Metrics): Graph[] {
  const ofAllTables = (
    title: string,
    handler: 'measure-freshness' | 'reconcile-tables',
    ...names: string[]
  ): Graph => ({
    title,
    metrics: watchedTables().flatMap(({ subject }) =>
      names.map((name) => own(handler, subject)(name, 'Maximum')),
    ),
  });
  return [
    ofAllTables('Seconds behind the source', 'measure-freshness', 'FreshnessSeconds'),
    ofAllTables('Age of the last proof, seconds', 'measure-freshness', 'ProofAgeSeconds'),
    ofAllTables('Rows that do not match', 'reconcile-tables', 'Mismatches'),
    ofAllTables(
      'Progress of the sweep %, read units',
      'reconcile-tables',
      'SweepProgressPercent',
      'ReadUnits',
    ),
  ];
}

function mysqlPath(
  { own, mysql, replicationTask, function: run }: Metrics,
  ingests: readonly DeployedIngest[],
): Graph[] {
  return [
    {
      title: 'Ingested and rejected rows',
      metrics: ingestMetrics(own, ingests, 'ingest-txns'),
    },
    {
      title: 'Binlog on disk, bytes',
      metrics: mysql === undefined ? [] : [mysql('BinLogDiskUsage', 'Average')],
    },
    {
      title: 'Replication latency, seconds',
      metrics: [
        replicationTask('CDCLatencySource', 'Maximum'),
        replicationTask('CDCLatencyTarget', 'Maximum'),
      ],
    },
    {
      title: 'Replicated changes',
      metrics: [
        replicationTask('CDCIncomingChanges', 'Sum'),
        replicationTask('CDCThroughputRowsTarget', 'Average'),
        run('start-replication-task')('Errors', 'Sum'),
      ],
    },
  ];
}

function dynamodbPath({ own, function: run }: Metrics, ingests: readonly DeployedIngest[]): Graph[] {
  const counted = (
    title: string,
    handler: 'stage-stream-records' | 'load-staged-batches',
    names: string[],
  ) => ({
    title,
    metrics: watchedTables()
      .filter(({ source }) => source === 'dynamodb')
      .flatMap(({ subject }) => names.map((name) => own(handler, subject)(name, 'Sum'))),
  });
  return [
    { title: 'Ingested and rejected items', metrics: ingestMetrics(own, ingests, 'ingest-trades') },
    {
      title: 'Age of the oldest change in the stream, ms',
      metrics: [run('stage-stream-records')('IteratorAge', 'Maximum')],
    },
    counted('Staged rows and files', 'stage-stream-records', ['StagedRows', 'StagedFiles', 'FlaggedValues']),
    counted('Loaded rows and files', 'load-staged-batches', ['LoadedRows', 'LoadedFiles', 'RejectedFiles']),
  ];
}

/** None where this deployment does not write into the table. */
const ingestMetrics = (
  own: Metrics['own'],
  ingests: readonly DeployedIngest[],
  ingest: IngestHandler,
): Metric[] =>
  ingests
    .filter(({ handler }) => handler === ingest)
    .flatMap(({ handler, table }) =>
      ['IngestedRows', 'RejectedRows'].map((name) => own(handler, subjectOf(table.name))(name, 'Sum')),
    );

function systems(
  { mysql, replicationInstance, warehouse, function: run }: Metrics,
  ingests: readonly DeployedIngest[],
  isServerless: boolean,
): Graph[] {
  return [
    { title: 'MySQL: CPU %', metrics: mysql === undefined ? [] : [mysql('CPUUtilization', 'Average')] },
    { title: 'Replication instance: CPU %', metrics: [replicationInstance('CPUUtilization', 'Average')] },
    isServerless
      ? {
          title: 'Redshift: RPUs and RPU-seconds',
          metrics: [warehouse('ComputeCapacity', 'Average'), warehouse('ComputeSeconds', 'Sum')],
        }
      : {
          title: 'Redshift: CPU and storage %',
          metrics: [warehouse('CPUUtilization', 'Average'), warehouse('PercentageDiskSpaceUsed', 'Average')],
        },
    {
      title: 'Function runs, ms',
      metrics: [
        'load-staged-batches' as const,
        'reconcile-tables' as const,
        ...ingests.flatMap(({ handler }) => (handler === 'ingest-txns' ? [handler] : [])),
      ].map((handler) => run(handler)('Duration', 'p95')),
    },
  ];
}

class Page {
  readonly widgets: object[] = [];
  readonly metrics: Metric[] = [];
  private y = 0;

  constructor(private readonly region: string) {}

  /** Graphs without a metric are left out. */
  row(heading: string, all: readonly Graph[]): void {
    const graphs = all.filter(({ metrics }) => metrics.length > 0);
    this.metrics.push(...graphs.flatMap(({ metrics }) => metrics));
    this.widgets.push({
      type: 'text',
      x: 0,
      y: this.y,
      width: PAGE_WIDTH,
      height: HEADING_HEIGHT,
      properties: { markdown: `## ${heading}` },
    });
    this.y += HEADING_HEIGHT;
    const width = Math.floor(PAGE_WIDTH / graphs.length);
    graphs.forEach((graph, index) => {
      this.widgets.push(this.graph(graph, { x: index * width, width }));
    });
    this.y += GRAPH_HEIGHT;
  }

  private graph({ title, metrics }: Graph, { x, width }: { x: number; width: number }): object {
    return {
      type: 'metric',
      x,
      y: this.y,
      width,
      height: GRAPH_HEIGHT,
      properties: {
        title,
        region: this.region,
        view: 'timeSeries',
        period: 300,
        metrics: metrics.map(({ namespace, name, dimensions, statistic }) => [
          namespace,
          name,
          ...Object.entries(dimensions).flat(),
          { stat: statistic },
        ]),
      },
    };
  }
}
