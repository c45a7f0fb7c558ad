/**
 * What metrics and alarms are of. A table each, as long as there are few; of a large catalogue, all tables of one
 * source together, because a metric and an alarm per table would cost more than the pipeline, and a composite alarm
 * takes 100 alarms. Metrics of one subject are one series: counts add up, and of times the greatest one is the worst
 * table's. Log lines name the table in either case.
 */
import { type ReplicatedTable, TABLES } from './tables';

export interface WatchedTables {
  /** Last part of an alarm's name, and the value of the metrics' dimension `table`. */
  readonly subject: string;
  readonly source: ReplicatedTable['source'];
  /** One, or all of the source. */
  readonly tables: readonly ReplicatedTable[];
}

/** The tables of a larger catalogue are watched, and named in policies, together. */
export const SMALL_CATALOGUE = 25;

const groupOf = ({ source }: ReplicatedTable): string => `all-${source}`;

/** In the order of the catalogue. */
export function watchedTables(tables: readonly ReplicatedTable[] = TABLES): WatchedTables[] {
  if (tables.length <= SMALL_CATALOGUE)
    return tables.map((table) => ({ subject: table.name, source: table.source, tables: [table] }));
  return (['mysql', 'dynamodb'] as const).flatMap((source) => {
    const own = tables.filter((table) => table.source === source);
    return own[0] === undefined ? [] : [{ subject: groupOf(own[0]), source, tables: own }];
  });
}

/** Of a table's name; any other name is a subject itself. */
export function subjectOf(name: string, tables: readonly ReplicatedTable[] = TABLES): string {
  if (tables.length <= SMALL_CATALOGUE) return name;
  const table = tables.find((one) => one.name === name);
  return table === undefined ? name : groupOf(table);
}
