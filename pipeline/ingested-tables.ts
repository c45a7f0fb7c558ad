/**
 * The tables that this project also fills, from the files in `seed-data/`. Function, schedule, seed file and alarms of
 * each exist as long as the catalogue has the table.
 */
import { type DynamodbTable, type MysqlTable, type ReplicatedTable, TABLES } from './tables';

interface SeedOf {
  /** Bank transactions, appended at each ingest: the business columns carry no uniqueness (decision D7). */
  readonly 'ingest-txns': MysqlTable;
  /** Trades, replaced by id at each ingest. */
  readonly 'ingest-trades': DynamodbTable;
}

export type IngestHandler = keyof SeedOf;

interface IngestedTable<Handler extends IngestHandler = IngestHandler> {
  readonly handler: Handler;
  readonly source: SeedOf[Handler]['source'];
  /** Of the catalogue. */
  readonly name: string;
  /** In `seed-data/`. */
  readonly seedFile: string;
}

export const INGEST_TXNS = {
  handler: 'ingest-txns',
  source: 'mysql',
  name: 'txns',
  seedFile: 'txns.csv',
} as const satisfies IngestedTable;

export const INGEST_TRADES = {
  handler: 'ingest-trades',
  source: 'dynamodb',
  name: 'trades',
  seedFile: 'trades.json',
} as const satisfies IngestedTable;

/** The table of an ingest function, if the catalogue has it. */
export function findIngestedTable<Handler extends IngestHandler>(
  { name, source }: IngestedTable<Handler>,
  tables: readonly ReplicatedTable[] = TABLES,
): SeedOf[Handler] | undefined {
  return tables.find((table): table is SeedOf[Handler] => table.name === name && table.source === source);
}

/** @throws Error when the catalogue does not have it: no stack declares the function then. */
export function requireIngestedTable<Handler extends IngestHandler>(
  ingested: IngestedTable<Handler>,
): SeedOf[Handler] {
  const table = findIngestedTable(ingested);
  if (table !== undefined) return table;
  throw new Error(
    `the catalogue has no ${ingested.source} table ${ingested.name}, which ${ingested.handler} fills: deploy the pipeline stack again, which removes the function`,
  );
}

/** What the catalogue has of them, with the table. */
export function ingestedTables(
  tables: readonly ReplicatedTable[] = TABLES,
): (IngestedTable & { readonly table: ReplicatedTable })[] {
  return [INGEST_TXNS, INGEST_TRADES].flatMap((ingested: IngestedTable) => {
    const table = findIngestedTable(ingested, tables);
    return table === undefined ? [] : [{ ...ingested, table }];
  });
}
