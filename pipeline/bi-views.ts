/**
 * What analysts are given instead of the tables: plain views in a schema of their own, as data. The warehouse makes them,
 * QuickSight and the page of the laptop draw them. Each needs a table of the catalogue with certain columns, and is left out
 * where the catalogue does not have it. What is selected is in pipeline/warehouse/bi-queries.ts.
 */
import type { ReplicatedTable } from './tables';
import { foldName } from './values/catalogue';

export const BI_SCHEMA = 'bi';

export interface BiColumn {
  /** Of the warehouse; the value is cast to it, so that the view keeps its types when a table's change. */
  readonly type: string;
  readonly comment: string;
}

/** A line for each value of a text, over time. */
export interface BiChart {
  readonly id: string;
  readonly title: string;
  /** Columns of the view. */
  readonly time: string;
  readonly line: string;
  readonly value: string;
  /** What one row stands for. */
  readonly step: 'DAY' | 'HOUR';
  /** What a tool does that draws several rows as one point. */
  readonly combine: 'AVERAGE' | 'SUM';
}

export interface BiView {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly comment: string;
  readonly columns: Readonly<Record<string, BiColumn>>;
  /** None for a view that is best read as a table. */
  readonly charts: readonly BiChart[];
}

const AMOUNT = 'NUMERIC(38,2)';

export const DAILY_BALANCES = {
  name: 'daily_balances',
  title: 'Daily balances',
  comment:
    'One row for each account and day with a transaction: what went in and out, and the balance at the end of the day',
  columns: {
    account_no: { type: 'VARCHAR(256)', comment: 'The account' },
    day: { type: 'DATE', comment: 'The date of the transactions' },
    transactions: { type: 'BIGINT', comment: 'How many; each ingest of a file adds its rows again' },
    deposits: { type: AMOUNT, comment: 'Sum of the deposits, 0 without any' },
    withdrawals: { type: AMOUNT, comment: 'Sum of the withdrawals, 0 without any' },
    closing_balance: {
      type: 'NUMERIC(18,2)',
      comment: 'Balance after the last transaction of the day, the one with the highest txn_id',
    },
  },
  charts: [
    {
      id: 'closing-balance',
      title: 'Balance of each account at the end of the day',
      time: 'day',
      line: 'account_no',
      value: 'closing_balance',
      step: 'DAY',
      combine: 'AVERAGE',
    },
  ],
} as const satisfies BiView;

export const HOURLY_TRADES = {
  name: 'hourly_trades',
  title: 'Hourly trades',
  comment: 'One row for each ticker and hour (UTC) with a trade: trades, shares and prices',
  columns: {
    ticker: { type: 'VARCHAR(256)', comment: 'The ticker' },
    hour: { type: 'TIMESTAMP', comment: 'Its beginning, in UTC' },
    trades: { type: 'BIGINT', comment: 'How many' },
    shares: { type: 'DOUBLE PRECISION', comment: 'Sum of the shares' },
    vwap: {
      type: 'DOUBLE PRECISION',
      comment: 'Average price, weighted by shares; NULL where no share was traded',
    },
    low: { type: 'NUMERIC(38,12)', comment: 'The lowest price' },
    high: { type: 'NUMERIC(38,12)', comment: 'The highest price' },
  },
  charts: [
    {
      id: 'vwap',
      title: 'Average price of each ticker and hour, weighted by shares',
      time: 'hour',
      line: 'ticker',
      value: 'vwap',
      step: 'HOUR',
      combine: 'AVERAGE',
    },
    {
      id: 'trades',
      title: 'Trades of each ticker and hour',
      time: 'hour',
      line: 'ticker',
      value: 'trades',
      step: 'HOUR',
      combine: 'SUM',
    },
  ],
} as const satisfies BiView;

export const DATA_FRESHNESS = {
  name: 'data_freshness',
  title: 'Data freshness',
  comment:
    'One row for each replicated table: up to when its changes have arrived, and when it was last proven equal to its source',
  columns: {
    table_name: { type: 'VARCHAR(256)', comment: 'Schema and table here' },
    source: { type: 'VARCHAR(16)', comment: 'mysql or dynamodb' },
    arrived_until: {
      type: 'TIMESTAMP',
      comment:
        'MySQL: all changes before this time are here. DynamoDB: the newest change that is here. In UTC',
    },
    proven_equal_as_of: {
      type: 'TIMESTAMP',
      comment: 'When the comparison began that last found no difference, in UTC; NULL before the first',
    },
  },
  charts: [],
} as const satisfies BiView;

/** Entries of the catalogue that views are made for, and the columns that they read. */
const BANK_TRANSACTIONS = {
  source: 'mysql',
  name: 'txns',
  columns: ['txn_id', 'account_no', 'date', 'withdrawal_amt', 'deposit_amt', 'balance_amt'],
} as const;
const TRADES_OF_MARKET = {
  source: 'dynamodb',
  name: 'trades',
  columns: ['ticker', 'price', 'shares', 'traded_at'],
} as const;

/** What the views of a catalogue read; a table that it does not have, or not with the columns, is absent. */
export interface BiSources {
  readonly txns: ReplicatedTable | undefined;
  readonly trades: ReplicatedTable | undefined;
}

export const biSources = (tables: readonly ReplicatedTable[]): BiSources => ({
  txns: findWith(tables, BANK_TRANSACTIONS),
  trades: findWith(tables, TRADES_OF_MARKET),
});

/** The views of a catalogue; that of the freshness is in each. */
export function biViews(tables: readonly ReplicatedTable[]): BiView[] {
  const { txns, trades } = biSources(tables);
  return [
    ...(txns === undefined ? [] : [DAILY_BALANCES]),
    ...(trades === undefined ? [] : [HOURLY_TRADES]),
    DATA_FRESHNESS,
  ];
}

function findWith(
  tables: readonly ReplicatedTable[],
  wanted: { readonly name: string; readonly source: string; readonly columns: readonly string[] },
): ReplicatedTable | undefined {
  const table = tables.find(({ name, source }) => name === wanted.name && source === wanted.source);
  const has = new Set(table?.columns.map((column) => foldName(column.name)));
  return wanted.columns.every((column) => has.has(column)) ? table : undefined;
}
