/**
 * What analysts are given instead of the tables: plain views in a schema of their own, as data. Each needs a table of the
 * catalogue with certain columns, and is left out where the catalogue does not have it.
 */
import { HEARTBEATS } from '../heartbeats';
import { type ReplicatedTable, targetName } from '../tables';
import { foldName } from '../values/catalogue';
import { quoteLiteral, quoteTable } from './sql-text';
import { LEDGER, SWEEPS } from './table-definitions';

export const BI_SCHEMA = 'bi';

export interface BiColumn {
  readonly name: string;
  /** Of the warehouse; the value is cast to it, so that the view keeps its types when a table's change. */
  readonly type: string;
  readonly comment: string;
  readonly expression: string;
}

export interface BiView {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly BiColumn[];
  /** From `FROM` on. */
  readonly from: readonly string[];
  /** The tables that it reads. */
  readonly reads: readonly { readonly schema: string; readonly table: string }[];
}

/** Entries of the catalogue that views are made for. */
const BANK_TRANSACTIONS = { source: 'mysql', name: 'txns' } as const;
const TRADES_OF_MARKET = { source: 'dynamodb', name: 'trades' } as const;

/** The views of a catalogue; that of the freshness is in each. */
export function biViews(tables: readonly ReplicatedTable[]): BiView[] {
  const txns = findWith(tables, BANK_TRANSACTIONS, [
    'txn_id',
    'account_no',
    'date',
    'withdrawal_amt',
    'deposit_amt',
    'balance_amt',
  ]);
  const trades = findWith(tables, TRADES_OF_MARKET, ['ticker', 'price', 'shares', 'traded_at']);
  return [
    ...(txns === undefined ? [] : [dailyBalances(txns)]),
    ...(trades === undefined ? [] : [hourlyTrades(trades)]),
    dataFreshness(tables),
  ];
}

function findWith(
  tables: readonly ReplicatedTable[],
  { name, source }: { readonly name: string; readonly source: string },
  columns: readonly string[],
): ReplicatedTable | undefined {
  const table = tables.find((one) => one.name === name && one.source === source);
  const has = new Set(table?.columns.map((column) => foldName(column.name)));
  return columns.every((column) => has.has(column)) ? table : undefined;
}

const AMOUNT = 'NUMERIC(38,2)';

function dailyBalances({ target }: ReplicatedTable): BiView {
  return {
    name: 'daily_balances',
    comment:
      'One row for each account and day with a transaction: what went in and out, and the balance at the end of the day',
    columns: [
      { name: 'account_no', type: 'VARCHAR(256)', comment: 'The account', expression: '"account_no"' },
      { name: 'day', type: 'DATE', comment: 'The date of the transactions', expression: '"date"' },
      {
        name: 'transactions',
        type: 'BIGINT',
        comment: 'How many; each ingest of a file adds its rows again',
        expression: 'COUNT(*)',
      },
      {
        name: 'deposits',
        type: AMOUNT,
        comment: 'Sum of the deposits, 0 without any',
        expression: 'COALESCE(SUM("deposit_amt"), 0)',
      },
      {
        name: 'withdrawals',
        type: AMOUNT,
        comment: 'Sum of the withdrawals, 0 without any',
        expression: 'COALESCE(SUM("withdrawal_amt"), 0)',
      },
      {
        name: 'closing_balance',
        type: 'NUMERIC(18,2)',
        comment: 'Balance after the last transaction of the day, the one with the highest txn_id',
        expression: 'MAX(CASE WHEN "newest" = 1 THEN "balance_amt" END)',
      },
    ],
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

function hourlyTrades({ target }: ReplicatedTable): BiView {
  const shares = `SUM(${asDouble('shares')})`;
  return {
    name: 'hourly_trades',
    comment: 'One row for each ticker and hour (UTC) with a trade: trades, shares and prices',
    columns: [
      { name: 'ticker', type: 'VARCHAR(256)', comment: 'The ticker', expression: '"ticker"' },
      { name: 'hour', type: 'TIMESTAMP', comment: 'Its beginning, in UTC', expression: HOUR },
      { name: 'trades', type: 'BIGINT', comment: 'How many', expression: 'COUNT(*)' },
      { name: 'shares', type: 'DOUBLE PRECISION', comment: 'Sum of the shares', expression: shares },
      {
        name: 'vwap',
        type: 'DOUBLE PRECISION',
        comment: 'Average price, weighted by shares; NULL where no share was traded',
        expression: `SUM(${asDouble('price')} * ${asDouble('shares')}) / NULLIF(${shares}, 0)`,
      },
      { name: 'low', type: 'NUMERIC(38,12)', comment: 'The lowest price', expression: 'MIN("price")' },
      { name: 'high', type: 'NUMERIC(38,12)', comment: 'The highest price', expression: 'MAX("price")' },
    ],
    from: [
      `FROM ${quoteTable(target.schema, target.table)}`,
      'WHERE "ticker" IS NOT NULL AND "traded_at" IS NOT NULL',
      `GROUP BY "ticker", ${HOUR}`,
    ],
    reads: [target],
  };
}

function dataFreshness(tables: readonly ReplicatedTable[]): BiView {
  const named = tables.map(
    (table) =>
      `  SELECT ${quoteLiteral(table.name)} AS "name", ${quoteLiteral(targetName(table))} AS "target", ${quoteLiteral(table.source)} AS "source"`,
  );
  return {
    name: 'data_freshness',
    comment:
      'One row for each replicated table: up to when its changes have arrived, and when it was last proven equal to its source',
    columns: [
      {
        name: 'table_name',
        type: 'VARCHAR(256)',
        comment: 'Schema and table here',
        expression: 'named."target"',
      },
      { name: 'source', type: 'VARCHAR(16)', comment: 'mysql or dynamodb', expression: 'named."source"' },
      {
        name: 'arrived_until',
        type: 'TIMESTAMP',
        comment:
          'MySQL: all changes before this time are here. DynamoDB: the newest change that is here. In UTC',
        expression: `CASE WHEN named."source" = 'mysql' THEN beat."beat_at" ELSE loads."changed_at" END`,
      },
      {
        name: 'proven_equal_as_of',
        type: 'TIMESTAMP',
        comment: 'When the comparison began that last found no difference, in UTC; NULL before the first',
        expression: 'proofs."proven_at"',
      },
    ],
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
