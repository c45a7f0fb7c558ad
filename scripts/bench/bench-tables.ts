/** The benchmarks measure the two tables that this project fills itself. */
import { INGEST_TRADES, INGEST_TXNS, requireIngestedTable } from '../../pipeline/ingested-tables';

export const BENCH_TXNS = requireIngestedTable(INGEST_TXNS);
export const BENCH_TRADES = requireIngestedTable(INGEST_TRADES);
