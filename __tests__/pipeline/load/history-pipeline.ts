/** What a table of random histories goes through: its stage, its loads, and the repairs that its schedule or somebody begins. */
import type { DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import { hashOfColumns, nextBackfill } from '../../../pipeline/stage/backfill-due';
import type { BackfillState } from '../../../pipeline/stage/backfill-state';
import { BackfillStore } from '../../../pipeline/stage/backfill-store';
import { runBackfillStep } from '../../../pipeline/stage/backfill-table';
import type { DynamodbTable } from '../../../pipeline/tables';
import { buildAdditions } from '../../../pipeline/warehouse/additive-changes';
import { changeTable } from '../../../pipeline/warehouse/change-table';
import { readExistingTables } from '../../../pipeline/warehouse/table-check';
import { targetDefinition } from '../../../pipeline/warehouse/table-definitions';
import { buildRowText, historyOf, type TableSource } from '../../support/table-source';
import { TRADES } from '../../support/tables';
import { BUCKET } from '../../support/warehouse-bed';
import type { LoadBed } from './load-bed';
import { type Change, HISTORIES, type HistoryStep, type STOPS, type TableStep } from './random-histories';
import { Stopped, StoppingDataApi, stoppingStore } from './stopping-ports';

/** As long as a schedule leaves the columns to settle. */
const SETTLED_SECONDS = 16 * 60;

/** `ticker` is wider later, `lag` comes and goes. */
export const narrowTable = (table: DynamodbTable): DynamodbTable => ({
  ...table,
  columns: table.columns
    .filter(({ name }) => name !== 'lag')
    .map((column) =>
      column.name === 'ticker' ? { ...column, type: { kind: 'text', characters: 2 } } : column,
    ),
});

const withoutLag = (table: DynamodbTable): DynamodbTable => ({
  ...table,
  columns: table.columns.filter(({ name }) => name !== 'lag'),
});

interface Delivery {
  readonly history: string;
  readonly records: readonly DynamoDBRecord[];
}

export class HistoryPipeline {
  private readonly backfills: BackfillStore;
  private delivered: Delivery[] = [];
  /** Of this round, which become one file or two. */
  private arriving: Delivery[] = [];
  private backfill: BackfillState | undefined;
  /** Why the stream alone cannot make the target equal any more. */
  private asked: string | undefined;
  private hasOtherColumns = false;

  constructor(
    private readonly bed: LoadBed,
    private readonly source: TableSource,
  ) {
    this.backfills = new BackfillStore(bed.s3, BUCKET);
  }

  takeHistoryStep(history: string, step: HistoryStep): void {
    switch (step.kind) {
      case 'change':
        this.apply(history, step.change);
        return;
      case 'transaction':
        for (const change of step.changes) this.apply(history, change);
        return;
      case 'deliver':
        this.deliver(history, this.source.read(history, step.count));
        return;
      case 'deliver again': {
        const own = this.delivered.filter((delivery) => delivery.history === history);
        const again = own[step.which % (own.length || 1)];
        if (again !== undefined) this.arriving.push(again);
        return;
      }
      case 'reshard':
        this.source.reshard(history, step.count);
    }
  }

  /** What the histories' shards delivered is staged in two invocations, each with half of each delivery. */
  async stage({ isReversed }: { readonly isReversed: boolean }): Promise<void> {
    const halves = this.arriving.map(({ records }) => {
      const half = Math.ceil(records.length / 2);
      return [records.slice(0, half), records.slice(half)] as const;
    });
    this.arriving = [];
    const files = [halves.flatMap(([first]) => first), halves.flatMap(([, second]) => second)];
    await this.source.settle();
    for (const file of isReversed ? files.reverse() : files) {
      const records = this.source.asDelivered(file);
      if (records.length > 0) await this.bed.stage(records);
    }
  }

  async takeTableStep(step: TableStep): Promise<void> {
    switch (step.kind) {
      case 'nothing':
        return;
      case 'load':
        return void (await this.bed.load({}, step.maxFiles));
      case 'stopped load':
        return this.stopLoad(step.at);
      case 'replay':
        return this.replay(step.which);
      case 'backfill':
        return this.runBackfill(step.isAsked ? 'by hand' : undefined, step);
      case 'trim':
        if (this.source.trim()) this.asked = 'records left the stream unread';
        return;
      case 'recreate':
        this.source.recreate();
        this.delivered = [];
        return;
      case 'new stream':
        this.source.renewStream();
        this.delivered = [];
        return;
      case 'other columns':
        return this.changeColumns();
    }
  }

  /** All that is under way arrives; a table that the stream cannot make equal is backfilled, by its schedule or by its repair. */
  async finish(): Promise<void> {
    for (const history of HISTORIES)
      for (;;) {
        const records = this.source.read(history, Number.POSITIVE_INFINITY);
        if (records.length === 0) break;
        this.deliver(history, records);
      }
    await this.stage({ isReversed: false });
    await this.bed.load();
    if (this.hasOtherColumns) {
      this.source.pass(SETTLED_SECONDS);
      await this.runBackfill(undefined);
      this.source.pass(SETTLED_SECONDS);
    }
    await this.runBackfill(this.asked);
    await this.bed.load();
  }

  async targetRows(): Promise<string[]> {
    const lag = this.bed.table.columns.some(({ name }) => name === 'lag') ? 'CAST(lag AS VARCHAR)' : 'NULL';
    const rows = await this.bed.dataApi.readRows(
      `SELECT id, CAST(price AS VARCHAR) AS price, ticker, ${lag} AS lag, _cdc_flags AS flags, _cdc_digest AS digest, CASE WHEN _cdc_expired_at IS NULL THEN '' ELSE 'expired' END AS expired FROM market.trades`,
    );
    return rows.map(buildRowText).filter(this.source.isCertain).sort();
  }

  private apply(history: string, { key, price, isExpiry, isLong }: Change): void {
    const id = `${history}-${key}`;
    if (price === null) this.source.remove(id, { isExpiry });
    else this.source.put(id, attributesOf(price, isLong));
  }

  private deliver(history: string, records: readonly DynamoDBRecord[]): void {
    if (records.length === 0) return;
    this.delivered.push({ history, records });
    this.arriving.push({ history, records });
  }

  private async stopLoad(at: (typeof STOPS)[number]): Promise<void> {
    const { bed } = this;
    const ports =
      at === 'executeBatch'
        ? { dataApi: new StoppingDataApi(bed.dataApiOptions) }
        : { store: stoppingStore(bed.s3, at) };
    await bed.load(ports).catch((error: unknown) => {
      if (!(error instanceof Stopped)) throw error;
    });
  }

  /** A loaded file comes back. One of a table that was deleted since needs a backfill, as ARCHITECTURE says (D43). */
  private async replay(which: number): Promise<void> {
    const { store } = this.bed;
    const loaded = (await this.bed.list('loaded/trades/')).filter((key) => key.endsWith('.gz'));
    const key = loaded[which % (loaded.length || 1)];
    if (key === undefined) return;
    await store.writeBytes(key.replace('loaded/', 'incoming/'), await store.readBytes(key));
    if (!this.source.wasRecreated) return;
    this.asked = 'files of the former table were replayed';
    this.source.doubtAll();
  }

  /** As set-up adds and widens, and as `change-table` removes. Between two deploys the schedule runs. */
  private async changeColumns(): Promise<void> {
    const { bed } = this;
    await this.runSchedule();
    const full = { ...TRADES, keepsExpired: bed.table.keepsExpired };
    const isFull = bed.table.columns.length === full.columns.length;
    bed.table = isFull ? withoutLag(full) : full;
    const wanted = [targetDefinition(bed.table)];
    if (isFull)
      await changeTable(bed.dataApi, [bed.table], {
        table: 'market.trades',
        renamed: {},
        isEmpty: false,
        confirmed: true,
      });
    else
      for (const statement of buildAdditions(wanted, await readExistingTables(bed.dataApi, wanted)))
        await bed.dataApi.execute(statement);
    this.hasOtherColumns = true;
    this.source.doubtExpired();
    await this.runSchedule();
  }

  /** A run that has no time for a page of the table. */
  private async runSchedule(): Promise<void> {
    this.backfill = nextBackfill(await this.source.describe(), this.backfill, {
      asked: undefined,
      columns: hashOfColumns(this.bed.table),
    });
  }

  private async runBackfill(
    asked: string | undefined,
    { pages = 4, meanwhile = [] }: Partial<Extract<TableStep, { kind: 'backfill' }>> = {},
  ): Promise<void> {
    const { bed, source } = this;
    const columns = hashOfColumns(bed.table);
    const begun = nextBackfill(await source.describe(), this.backfill, { asked, columns });
    const changes = [...meanwhile];
    let pagesLeft = pages;
    this.backfill = await runBackfillStep(bed.table, begun, {
      scan: async (segment, segmentCount) => {
        pagesLeft -= 1;
        const items = await source.scan((item) => segmentOf(item, segmentCount) === segment);
        for (const { history, change } of changes.splice(0, 10)) this.apply(history, change);
        return { items, next: undefined, readUnits: 0 };
      },
      writeFile: (file) => this.backfills.writeFile(file),
      saveState: async () => undefined,
      writeEnd: (runId, state) => this.backfills.writeEnd(bed.table, runId, state),
      reject: (error) => {
        throw error;
      },
      pause: async () => undefined,
      remainingMs: () => (pagesLeft > 0 ? 600_000 : 0),
      maxReadUnitsPerSecond: 1_000,
    });
    for (const { history, change } of changes) this.apply(history, change);
  }
}

function attributesOf(price: number, isLong: boolean): Item {
  return {
    price: { N: (price / 100).toFixed(2) },
    ticker: { S: isLong ? 'longer than two' : 'ab' },
    details: { M: { lag: isLong ? { S: 'late' } : { N: String(price) } } },
  };
}

const segmentOf = (item: Item, segmentCount: number): number =>
  HISTORIES.indexOf(historyOf(item.id?.S ?? '')) % segmentCount;
