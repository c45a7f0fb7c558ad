/** The two tables of the tests' own catalogue, `__tests__/support/tables/` (jest.config.cjs says so to all that run). */
import { INGEST_TRADES, INGEST_TXNS, requireIngestedTable } from '../../pipeline/ingested-tables';

/** In MySQL: many types, a numbered key. */
export const TXNS = requireIngestedTable(INGEST_TXNS);

/** In DynamoDB: a key of one attribute, columns from inside the item. */
export const TRADES = requireIngestedTable(INGEST_TRADES);
