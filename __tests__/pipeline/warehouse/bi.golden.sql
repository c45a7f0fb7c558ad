GRANT USAGE ON SCHEMA "bi" TO ROLE "bi_readers";

GRANT USAGE ON SCHEMA "bank" TO ROLE "bi_readers";

GRANT USAGE ON SCHEMA "market" TO ROLE "bi_readers";

GRANT USAGE ON SCHEMA "cdc_heartbeat" TO ROLE "bi_readers";

GRANT USAGE ON SCHEMA "cdc" TO ROLE "bi_readers";

DROP VIEW IF EXISTS "bi"."daily_balances";

CREATE VIEW "bi"."daily_balances" AS
SELECT
  CAST("account_no" AS VARCHAR(256)) AS "account_no",
  CAST("date" AS DATE) AS "day",
  CAST(COUNT(*) AS BIGINT) AS "transactions",
  CAST(COALESCE(SUM("deposit_amt"), 0) AS NUMERIC(38,2)) AS "deposits",
  CAST(COALESCE(SUM("withdrawal_amt"), 0) AS NUMERIC(38,2)) AS "withdrawals",
  CAST(MAX(CASE WHEN "newest" = 1 THEN "balance_amt" END) AS NUMERIC(18,2)) AS "closing_balance"
FROM (
  SELECT "account_no", "date", "deposit_amt", "withdrawal_amt", "balance_amt",
    ROW_NUMBER() OVER (PARTITION BY "account_no", "date" ORDER BY "txn_id" DESC) AS "newest"
  FROM "bank"."txns"
) AS numbered
GROUP BY "account_no", "date"
WITH NO SCHEMA BINDING;

COMMENT ON VIEW "bi"."daily_balances" IS 'One row for each account and day with a transaction: what went in and out, and the balance at the end of the day';

GRANT SELECT ON TABLE "bi"."daily_balances" TO ROLE "bi_readers";

DROP VIEW IF EXISTS "bi"."hourly_trades";

CREATE VIEW "bi"."hourly_trades" AS
SELECT
  CAST("ticker" AS VARCHAR(256)) AS "ticker",
  CAST(DATE_TRUNC('hour', "traded_at") AS TIMESTAMP) AS "hour",
  CAST(COUNT(*) AS BIGINT) AS "trades",
  CAST(SUM(CAST("shares" AS DOUBLE PRECISION)) AS DOUBLE PRECISION) AS "shares",
  CAST(SUM(CAST("price" AS DOUBLE PRECISION) * CAST("shares" AS DOUBLE PRECISION)) / NULLIF(SUM(CAST("shares" AS DOUBLE PRECISION)), 0) AS DOUBLE PRECISION) AS "vwap",
  CAST(MIN("price") AS NUMERIC(38,12)) AS "low",
  CAST(MAX("price") AS NUMERIC(38,12)) AS "high"
FROM "market"."trades"
WHERE "ticker" IS NOT NULL AND "traded_at" IS NOT NULL
GROUP BY "ticker", DATE_TRUNC('hour', "traded_at")
WITH NO SCHEMA BINDING;

COMMENT ON VIEW "bi"."hourly_trades" IS 'One row for each ticker and hour (UTC) with a trade: trades, shares and prices';

GRANT SELECT ON TABLE "bi"."hourly_trades" TO ROLE "bi_readers";

DROP VIEW IF EXISTS "bi"."data_freshness";

CREATE VIEW "bi"."data_freshness" AS
SELECT
  CAST(named."target" AS VARCHAR(256)) AS "table_name",
  CAST(named."source" AS VARCHAR(16)) AS "source",
  CAST(CASE WHEN named."source" = 'mysql' THEN beat."beat_at" ELSE loads."changed_at" END AS TIMESTAMP) AS "arrived_until",
  CAST(proofs."proven_at" AS TIMESTAMP) AS "proven_equal_as_of"
FROM (
  SELECT 'txns' AS "name", 'bank.txns' AS "target", 'mysql' AS "source"
  UNION ALL
  SELECT 'trades' AS "name", 'market.trades' AS "target", 'dynamodb' AS "source"
) AS named
CROSS JOIN (SELECT MAX("beat_at") AS "beat_at" FROM "cdc_heartbeat"."heartbeats") AS beat
LEFT JOIN (SELECT "table_name", MAX("max_changed_at") AS "changed_at" FROM "cdc"."load_ledger" GROUP BY "table_name") AS loads
  ON loads."table_name" = named."name"
LEFT JOIN (SELECT "table_name", MAX(CASE WHEN "equal_at" IS NOT NULL THEN "started_at" END) AS "proven_at" FROM "cdc"."sweeps" GROUP BY "table_name") AS proofs
  ON proofs."table_name" = named."name"
WHERE named."name" IS NOT NULL
WITH NO SCHEMA BINDING;

COMMENT ON VIEW "bi"."data_freshness" IS 'One row for each replicated table: up to when its changes have arrived, and when it was last proven equal to its source';

GRANT SELECT ON TABLE "bi"."data_freshness" TO ROLE "bi_readers";
