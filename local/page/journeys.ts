/** Changes that a person made by the page, followed until they are in the warehouse. */
import { targetName } from '../../pipeline/tables';
import { foldName } from '../../pipeline/values/catalogue';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../../pipeline/warehouse/sql-text';
import type { QueryAnswer } from '../commands/query-warehouse';
import type { RuntimeEvent } from '../runtime/events';
import type { AskedChange, RowValues } from './asked-change';

export interface JourneyStep {
  readonly text: string;
  /** Since the change was committed at the source. */
  readonly afterMs: number;
}

export interface Journey {
  readonly id: number;
  readonly table: string;
  readonly target: string;
  readonly operation: AskedChange['operation'];
  readonly key: string;
  readonly steps: readonly JourneyStep[];
  readonly state: 'travelling' | 'arrived' | 'not-seen';
  /** As it is in the target now; absent for one that is gone. */
  readonly row?: Readonly<Record<string, string | null>>;
}

export interface JourneysOptions {
  readonly ask: (sql: string) => Promise<QueryAnswer>;
  readonly tell: (journey: Journey) => void;
  readonly pollMs?: number;
  readonly patienceMs?: number;
}

type Row = Readonly<Record<string, string | null>>;

const POLL_MS = 250;
/** A stopped part may be started again within this time. */
const PATIENCE_MS = 10 * 60_000;

export class Journeys {
  private readonly open = new Map<number, Journey & { readonly startedAt: number; readonly name: string }>();
  private count = 0;
  private isStopped = false;

  constructor(private readonly options: JourneysOptions) {}

  /** The row of the target that a change will change, as it is before; undefined when there is none. */
  async rowBefore(change: AskedChange): Promise<Row | undefined> {
    return change.operation === 'insert' ? undefined : this.read(change, change.key);
  }

  /** Begins at once; `tell` gets it at each step. */
  begin(change: AskedChange, key: RowValues, before: Row | undefined): Journey {
    this.count += 1;
    const journey: Journey = {
      id: this.count,
      table: change.table.name,
      target: targetName(change.table),
      operation: change.operation,
      key: Object.values(key).join(', '),
      steps: [{ text: `committed in ${change.table.source === 'mysql' ? 'MySQL' : 'DynamoDB'}`, afterMs: 0 }],
      state: 'travelling',
    };
    this.open.set(journey.id, { ...journey, startedAt: performance.now(), name: sourceOf(change) });
    this.options.tell(journey);
    void this.follow(journey.id, change, key, before);
    return journey;
  }

  /** Steps on the path, as the run's events tell them. */
  readonly see = (event: RuntimeEvent): void => {
    if (event.type === 'task' && event.event.type === 'applied') {
      this.step(event.event.table, 'applied by the replication task');
    }
    if (event.type !== 'outcome') return;
    const table = String(event.fields.table ?? '');
    if (event.outcome === 'staged') this.step(table, 'staged as a file in S3');
    if (event.outcome === 'loaded' && Number(event.fields.files ?? 0) > 0) {
      this.step(table, 'loaded by COPY and merged');
    }
  };

  stop(): void {
    this.isStopped = true;
  }

  private step(name: string, text: string): void {
    for (const [id, journey] of this.open) {
      if (journey.name === name && !journey.steps.some((step) => step.text === text)) {
        this.advance(id, { text });
      }
    }
  }

  private advance(id: number, { text, ...ending }: { text: string } & Partial<Journey>): void {
    const journey = this.open.get(id);
    if (journey === undefined) return;
    const { startedAt, name, ...told } = journey;
    const afterMs = Math.round(performance.now() - startedAt);
    const next: Journey = { ...told, ...ending, steps: [...told.steps, { text, afterMs }] };
    if (next.state === 'travelling') this.open.set(id, { ...next, startedAt, name });
    else this.open.delete(id);
    this.options.tell(next);
  }

  private async follow(
    id: number,
    change: AskedChange,
    key: RowValues,
    before: Row | undefined,
  ): Promise<void> {
    const { pollMs = POLL_MS, patienceMs = PATIENCE_MS } = this.options;
    const { target } = this.open.get(id) ?? { target: '' };
    const until = performance.now() + patienceMs;
    try {
      while (!this.isStopped && performance.now() < until) {
        const row = await this.read(change, key);
        if (hasArrived(change.operation, row, before)) {
          const text = row === undefined ? `gone from ${target}` : `in ${target}`;
          return this.advance(id, { text, state: 'arrived', ...(row === undefined ? {} : { row }) });
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
      this.advance(id, { text: 'not in the warehouse yet; no longer watched', state: 'not-seen' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.advance(id, { text: `cannot be watched: ${reason}`, state: 'not-seen' });
    }
  }

  private async read(change: AskedChange, key: RowValues): Promise<Row | undefined> {
    const { columns, rows } = await this.options.ask(buildTargetRowQuery(change, key));
    const [row] = rows;
    if (row === undefined) return undefined;
    return Object.fromEntries(
      columns.map(({ name }, at) => [name, row[at] == null ? null : String(row[at])]),
    );
  }
}

function hasArrived(
  operation: AskedChange['operation'],
  row: Row | undefined,
  before: Row | undefined,
): boolean {
  if (operation === 'insert') return row !== undefined;
  if (operation === 'delete') return row === undefined;
  return row !== undefined && JSON.stringify(row) !== JSON.stringify(before);
}

/** As events name it. */
const sourceOf = ({ table }: AskedChange): string =>
  table.source === 'mysql' ? `${table.database}.${table.sourceTable ?? table.name}` : table.name;

/** @throws RangeError for a key that no statement may hold as a text: one with a backslash */
function buildTargetRowQuery({ table }: AskedChange, key: RowValues): string {
  const conditions = Object.entries(key).map(
    ([name, value]) => `${quoteIdentifier(foldName(name))} = ${quoteLiteral(value ?? '')}`,
  );
  if (conditions.length === 0) throw new Error('the table has no key by which its row could be found');
  return [
    'SELECT *',
    `FROM ${quoteTable(table.target.schema, table.target.table)}`,
    `WHERE ${conditions.join(' AND ')}`,
  ].join('\n');
}
