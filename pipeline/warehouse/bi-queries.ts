/** What the views for analysts select: an expression for each column of their description, and where it comes from. */
import { type BiView, biSources, DAILY_BALANCES, DATA_FRESHNESS, HOURLY_TRADES } from '../bi-views';
import { HEARTBEATS } from '../heartbeats';
import { type ReplicatedTable, targetName } from '../tables';
import { quoteLiteral, quoteTable } from './sql-text';
import { LEDGER, SWEEPS } from './table-definitions';

export interface BiQuery {
  readonly view: BiView;
  readonly expressions: Readonly<Record<string, string>>;
  /** From `FROM` on. */
  readonly from: readonly string[];
  /** The tables that it reads. */
  readonly reads: readonly { readonly schema: string; readonly table: string }[];
}

/** An expression for each column of the view, and for no other. */
type Expressions<View extends BiView> = Readonly<Record<keyof View['columns'], string>>;

export function biQueries(tables: readonly ReplicatedTable[]): BiQuery[] {
  const { txns, trades } = biSources(tables);
  return [
    ...(txns === undefined ? [] : [dailyBalances(txns)]),
    ...(trades === undefined ? [] : [hourlyTrades(trades)]),
    dataFreshness(tables),
  ];
}

function dailyBalances({ target }: ReplicatedTable): BiQuery {
  const expressions: Expressions<typeof DAILY_BALANCES> = {
    account_no: '"account_no"',
    day: '"date"',
    transactions: 'COUNT(*)',
    deposits: 'COALESCE(SUM("deposit_amt"), 0)',
    withdrawals: 'COALESCE(SUM("withdrawal_amt"), 0)',
    closing_balance: 'MAX(CASE WHEN "newest" = 1 THEN "balance_amt" END)',
  };
  return {
    view: DAILY_BALANCES,
    expressions,
    from: [
      'FROM (',
      '  SELECT "account_no", "date", "deposit_amt", "withdrawal_amt", "balance_amt",',
      '    ROW_NUMBER() OVER (PARTITION BY "account_no", "date" ORDER BY "txn_id" DESC) AS "newest"',
      `  FROM ${quoteTable(target.schema, target.table)}`,
      ') AS numbered',
      'GROUP BY "account_no", "date"',
    ],
    reads: [target],
  };
}

/** Prices and shares have up to 38 digits, whose products have no exact type: the sums are doubles. */
const asDouble = (column: string): string => `CAST("${column}" AS DOUBLE PRECISION)`;
const HOUR = `DATE_TRUNC('hour', "traded_at")`;

function hourlyTrades({ target }: ReplicatedTable): BiQuery {
  const shares = `SUM(${asDouble('shares')})`;
  const expressions: Expressions<typeof HOURLY_TRADES> = {
    ticker: '"ticker"',
    hour: HOUR,
    trades: 'COUNT(*)',
    shares,
    vwap: `SUM(${asDouble('price')} * ${asDouble('shares')}) / NULLIF(${shares}, 0)`,
    low: 'MIN("price")',
    high: 'MAX("price")',
  };
  return {
    view: HOURLY_TRADES,
    expressions,
    from: [
      `FROM ${quoteTable(target.schema, target.table)}`,
      'WHERE "ticker" IS NOT NULL AND "traded_at" IS NOT NULL',
      `GROUP BY "ticker", ${HOUR}`,
    ],
    reads: [target],
  };
}

function dataFreshness(tables: readonly ReplicatedTable[]): BiQuery {
  const named = tables.map(
    (table) =>
      `  SELECT ${quoteLiteral(table.name)} AS "name", ${quoteLiteral(targetName(table))} AS "target", ${quoteLiteral(table.source)} AS "source"`,
  );
  const expressions: Expressions<typeof DATA_FRESHNESS> = {
    table_name: 'named."target"',
    source: 'named."source"',
    arrived_until: `CASE WHEN named."source" = 'mysql' THEN beat."beat_at" ELSE loads."changed_at" END`,
    proven_equal_as_of: 'proofs."proven_at"',
  };
  return {
    view: DATA_FRESHNESS,
    expressions,
    from: [
      'FROM (',
      named.length === 0
        ? `  SELECT CAST(NULL AS VARCHAR(256)) AS "name", CAST(NULL AS VARCHAR(256)) AS "target", CAST(NULL AS VARCHAR(16)) AS "source"`
        : named.join('\n  UNION ALL\n'),
      ') AS named',
      `CROSS JOIN (SELECT MAX("beat_at") AS "beat_at" FROM ${quoteTable(HEARTBEATS.target.schema, HEARTBEATS.target.table)}) AS beat`,
      `LEFT JOIN (SELECT "table_name", MAX("max_changed_at") AS "changed_at" FROM ${quoteTable(LEDGER.schema, LEDGER.table)} GROUP BY "table_name") AS loads`,
      '  ON loads."table_name" = named."name"',
      `LEFT JOIN (SELECT "table_name", MAX(CASE WHEN "equal_at" IS NOT NULL THEN "started_at" END) AS "proven_at" FROM ${quoteTable(SWEEPS.schema, SWEEPS.table)} GROUP BY "table_name") AS proofs`,
      '  ON proofs."table_name" = named."name"',
      'WHERE named."name" IS NOT NULL',
    ],
    reads: [HEARTBEATS.target, LEDGER, SWEEPS],
  };
}
