/** The live page of a running pipeline: what it shows, what it may ask, and its news. */
import { compareAll } from '../commands/cycle';
import type { StatusBoard } from '../commands/pipeline-status';
import { type QueryAnswer, queryWarehouse } from '../commands/query-warehouse';
import { isReadingStatement, ONLY_READS } from '../commands/reading-statement';
import { resyncRunning } from '../commands/resync-running';
import { withSuggestion } from '../commands/suggest-table';
import { readUnfollowed } from '../commands/unfollowed-tables';
import type { RuntimeEvent } from '../runtime/events';
import { DYNAMODB_LOCAL } from '../runtime/ports/dynamodb-local';
import { MYSQL_SERVERS } from '../runtime/ports/mysql-server';
import { WAREHOUSES } from '../runtime/ports/warehouse';
import type { Registry } from '../runtime/registry';
import type { Runtime } from '../runtime/runtime';
import { withMysqlServer } from '../runtime/with-mysql-server';
import { listAnalystViews, readAnalystView } from './analyst-views';
import { type AskedChange, parseAskedChange, type RowValues, requireTable } from './asked-change';
import { changeItem, readItems, withItemPlace } from './dynamodb-items';
import { FlowMeter } from './flow-meter';
import { Journeys } from './journeys';
import { changeMysqlRow, readNewestRows } from './mysql-rows';
import { PageFeed } from './page-feed';
import { PageLog } from './page-log';
import { type PageOperations, startPageServer } from './page-server';
import { buildPageView, type PageView } from './page-view';
import { actOnPart, onlyMysqlServer } from './part-actions';
import { listRejected, readRejected } from './rejected-batches';
import { buildTableForms } from './table-forms';

export interface Page {
  readonly link: string;
  stop(): Promise<void>;
}

const SAMPLE_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 1_000;
/** More rows than these are counted and not shown. */
const MOST_ANSWER_ROWS = 1_000;

/** Sees every event of a run from its beginning; the page starts once the runtime is up. */
export class PageWatch {
  readonly log: PageLog;
  readonly meter = new FlowMeter();
  isReconnecting = false;
  lastBatch: string | undefined;
  journeys: Journeys | undefined;

  /** @param folder of the state */
  constructor(folder: string) {
    this.log = new PageLog(folder);
  }

  readonly see = (event: RuntimeEvent): void => {
    this.log.see(event);
    this.meter.see(event);
    this.journeys?.see(event);
    if (event.type === 'task') {
      if (event.event.type === 'reconnecting') this.isReconnecting = true;
      if (event.event.type === 'applied' || event.event.type === 'status') this.isReconnecting = false;
    }
    if (event.type === 'outcome' && event.outcome === 'loaded' && typeof event.fields.batchId === 'string') {
      this.lastBatch = `${event.fields.table}: ${event.fields.batchId}`;
    }
  };
}

export interface PageParts {
  readonly runtime: Runtime;
  readonly board: StatusBoard;
  readonly watch: PageWatch;
}

export async function startPage({ runtime, board, watch }: PageParts): Promise<Page> {
  const { registry } = runtime;
  const feed = new PageFeed();
  const ask = (sql: string): Promise<QueryAnswer> =>
    queryWarehouse(registry.only(WAREHOUSES, 'a warehouse'), sql);
  const journeys = new Journeys({ ask, tell: (journey) => feed.send('journey', journey) });
  watch.journeys = journeys;
  watch.log.unfollowed = () => readUnfollowed(registry);
  watch.log.onEntry = (entry) => feed.send('log', entry);
  const view = (): PageView =>
    buildPageView({
      status: board.describe(registry),
      totals: watch.meter.totals(),
      registry,
      rejected: listRejected(registry),
      isReconnecting: watch.isReconnecting,
      lastBatch: watch.lastBatch,
    });
  const server = await startPageServer({
    feed,
    operations: operationsOf({ runtime, watch, journeys, ask }),
    firstMessages: () => [
      {
        name: 'hello',
        data: {
          forms: buildTableForms().map((form) => ({
            ...form,
            isReadOnly: isReadOnly(registry, form.source),
          })),
          samples: watch.meter.samples(),
          log: watch.log.latest(),
          view: view(),
        },
      },
    ],
  });
  const stopLooking = lookAgain(feed, view, watch);
  return {
    link: server.link,
    stop: async () => {
      stopLooking();
      journeys.stop();
      await server.stop();
    },
  };
}

/** A source of somebody else. */
const isReadOnly = (registry: Registry, source: 'mysql' | 'dynamodb'): boolean =>
  source === 'dynamodb'
    ? registry.the(DYNAMODB_LOCAL).isReadOnly === true
    : [...registry.of(MYSQL_SERVERS).values()].some((server) => server.isReadOnly === true);

/** Nothing is looked at while no page is open, but the samples. */
function lookAgain(feed: PageFeed, view: () => PageView, watch: PageWatch): () => void {
  let last = '';
  const looking = setInterval(() => {
    if (feed.clientCount === 0) return;
    const now = view();
    const text = JSON.stringify(now);
    if (text !== last) feed.send('view', now);
    last = text;
  }, LOOK_EVERY_MS);
  const sampling = setInterval(() => feed.send('sample', watch.meter.sample()), SAMPLE_EVERY_MS);
  return () => {
    clearInterval(looking);
    clearInterval(sampling);
  };
}

interface Operating {
  readonly runtime: Runtime;
  readonly watch: PageWatch;
  readonly journeys: Journeys;
  readonly ask: (sql: string) => Promise<QueryAnswer>;
}

function operationsOf(operating: Operating): PageOperations {
  const { runtime, watch, ask } = operating;
  return {
    act: (request) => actOnPart({ runtime, say: (what, text) => watch.log.say(what, text) }, request),
    reconcile: async () => {
      await compareAll(runtime, { work: 'all', showKeys: true });
    },
    resync: ({ table }) => resyncRunning(runtime, [String(table)]),
    rows: ({ table }) => readRows(runtime, table),
    change: (request) => changeRow(operating, parseAskedChange(request)),
    rejected: ({ key }) => readRejected(runtime.registry, key),
    sql: ({ sql }) => answerQuery(ask, String(sql ?? '')),
    analysts: (request) =>
      request.view === undefined ? listAnalystViews(ask) : readAnalystView(ask, request),
  };
}

/** @throws Error with the warehouse's message, and the table that was meant where one is near */
async function answerQuery(ask: Operating['ask'], sql: string): Promise<QueryAnswer & { elapsedMs: number }> {
  if (!isReadingStatement(sql)) throw new Error(ONLY_READS);
  const startedAt = performance.now();
  try {
    const answer = await ask(sql);
    const elapsedMs = Math.round(performance.now() - startedAt);
    return { ...answer, rows: answer.rows.slice(0, MOST_ANSWER_ROWS), elapsedMs };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(await withSuggestion(message, ask), { cause: error });
  }
}

async function readRows(runtime: Runtime, name: unknown): Promise<RowValues[]> {
  const table = requireTable(name);
  return table.source === 'mysql'
    ? withMysqlServer(onlyMysqlServer(runtime), (connection) => readNewestRows(connection, table))
    : withItemPlace(runtime.registry, table, readItems);
}

interface Changed {
  /** Of its journey. */
  readonly id: number;
  readonly key: RowValues;
}

async function changeRow({ runtime, journeys, watch }: Operating, change: AskedChange): Promise<Changed> {
  const { table, operation } = change;
  const before = await journeys.rowBefore(change);
  const key =
    table.source === 'mysql'
      ? await withMysqlServer(onlyMysqlServer(runtime), (connection) =>
          changeMysqlRow(connection, { ...change, table }),
        )
      : await withItemPlace(runtime.registry, table, (place) => changeItem(place, change));
  watch.log.say(operation, `${table.name}, by the page`);
  return { id: journeys.begin(change, key, before).id, key };
}
