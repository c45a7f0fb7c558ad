/** The last lines of the run, in their parts. */
import { describeEvent } from '../commands/report';
import { line, type ReportLine } from '../commands/report-line';
import { describeVerdict, parseTableSummaries, type UnfollowedTables } from '../commands/table-summary';
import type { RuntimeEvent } from '../runtime/events';
import { handlerOf } from '../runtime/runtime';

export interface LogEntry extends ReportLine {
  /** Grows by one with each. */
  readonly number: number;
}

const MOST_ENTRIES = 200;

export class PageLog {
  private readonly entries: LogEntry[] = [];
  private count = 0;
  /** Known once the runtime is up. */
  unfollowed: () => UnfollowedTables = () => ({});

  /** @param folder of the state, for commands that lines name */
  constructor(private readonly folder: string) {}

  onEntry: (entry: LogEntry) => void = () => undefined;

  readonly see = (event: RuntimeEvent): void => {
    for (const told of this.linesOf(event)) this.add(told);
  };

  /** What a person did by the page, and what became of it. */
  say(what: string, text: string): void {
    this.add(line(what, '', text));
  }

  /** Oldest first. */
  latest(): readonly LogEntry[] {
    return this.entries;
  }

  private add(told: ReportLine): void {
    this.count += 1;
    const entry = { ...told, number: this.count };
    this.entries.push(entry);
    if (this.entries.length > MOST_ENTRIES) this.entries.shift();
    this.onEntry(entry);
  }

  /** A comparison is one line here: its table is on the page. */
  private linesOf(event: RuntimeEvent): readonly ReportLine[] {
    if (event.type !== 'function-ended') return describeEvent(event, this.folder);
    if (handlerOf(event.functionName) !== 'reconcile-tables') return [];
    const tables = parseTableSummaries(event.payload).filter(({ isNews = true }) => isNews);
    return tables.length === 0 ? [] : [line('compared', '', describeVerdict(tables, this.unfollowed()))];
  }
}
