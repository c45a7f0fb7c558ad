LOCK TABLE "cdc"."trades_tombstones";

SELECT CAST(CASE WHEN COUNT(*) > 0 THEN 'ALREADY_LOADED' ELSE '0' END AS INTEGER)
FROM "cdc"."load_ledger"
WHERE "batch_id" = '0123abcd';

CREATE TEMP TABLE "staged_trades" (
  "_cdc_operation" VARCHAR(6) NOT NULL,
  "_cdc_stream_at" VARCHAR(32),
  "id" VARCHAR(2048) NOT NULL,
  "ticker" VARCHAR(256),
  "ticket" VARCHAR(256),
  "price" NUMERIC(38,12),
  "shares" NUMERIC(38,12),
  "system" VARCHAR(256),
  "lag" NUMERIC(38,12),
  "traded_at" VARCHAR(32),
  "item" SUPER,
  "_cdc_flags" VARCHAR(4000),
  "_cdc_digest" VARCHAR(64),
  "_cdc_version" VARCHAR(40),
  "_cdc_changed_at" VARCHAR(32),
  "_cdc_expired_at" VARCHAR(32)
)
DISTSTYLE KEY
DISTKEY ("id");

COPY "staged_trades" ("_cdc_operation", "_cdc_stream_at", "id", "ticker", "ticket", "price", "shares", "system", "lag", "traded_at", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at")
FROM 's3://cdc-dev-123456789012-data/manifests/trades/0123abcd.json'
IAM_ROLE 'arn:aws:iam::123456789012:role/cdc-dev-copy'
FORMAT JSON 'auto'
GZIP
MANIFEST
TIMEFORMAT 'auto'
COMPUPDATE OFF
STATUPDATE OFF;

SELECT CAST(CASE WHEN COUNT(*) > 0 THEN 'INVALID_ROWS' ELSE '0' END AS INTEGER)
FROM "staged_trades"
WHERE "_cdc_operation" IS NULL
OR "_cdc_operation" NOT IN ('insert', 'update', 'delete')
OR "_cdc_version" IS NULL
OR LEN("_cdc_version") <> 40
OR LEN(TRANSLATE("_cdc_version", '0123456789', '')) > 0
OR "_cdc_changed_at" IS NULL
OR ("_cdc_operation" <> 'delete' AND ("_cdc_digest" IS NULL OR "_cdc_expired_at" IS NOT NULL));

CREATE TEMP TABLE "latest_trades" (
  "_cdc_operation" VARCHAR(6) NOT NULL,
  "_cdc_stream_at" TIMESTAMP,
  "id" VARCHAR(2048) NOT NULL,
  "ticker" VARCHAR(256),
  "ticket" VARCHAR(256),
  "price" NUMERIC(38,12),
  "shares" NUMERIC(38,12),
  "system" VARCHAR(256),
  "lag" NUMERIC(38,12),
  "traded_at" TIMESTAMP,
  "item" SUPER,
  "_cdc_flags" VARCHAR(4000),
  "_cdc_digest" VARCHAR(64),
  "_cdc_version" VARCHAR(40),
  "_cdc_changed_at" TIMESTAMP,
  "_cdc_expired_at" TIMESTAMP
)
DISTSTYLE KEY
DISTKEY ("id");

INSERT INTO "latest_trades" ("_cdc_operation", "_cdc_stream_at", "id", "ticker", "ticket", "price", "shares", "system", "lag", "traded_at", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at")
SELECT "_cdc_operation", CAST("_cdc_stream_at" AS TIMESTAMP), "id", "ticker", "ticket", "price", "shares", "system", "lag", CAST("traded_at" AS TIMESTAMP), "item", "_cdc_flags", "_cdc_digest", "_cdc_version", CAST("_cdc_changed_at" AS TIMESTAMP), CAST("_cdc_expired_at" AS TIMESTAMP)
FROM (
  SELECT "staged_trades".*, 1 AS "_cdc_rank"
  FROM "staged_trades"
  JOIN (
    SELECT "id" AS "_cdc_key_1"
    FROM "staged_trades"
    GROUP BY "id", LEN("id")
    HAVING COUNT(*) = 1
  ) AS keys ON "id" = "_cdc_key_1" AND LEN("id") = LEN("_cdc_key_1")
  UNION ALL
  SELECT "staged_trades".*,
    ROW_NUMBER() OVER (PARTITION BY "id", LEN("id") ORDER BY COALESCE("_cdc_stream_at", '') DESC, "_cdc_version" DESC) AS "_cdc_rank"
  FROM "staged_trades"
  JOIN (
    SELECT "id" AS "_cdc_key_1"
    FROM "staged_trades"
    GROUP BY "id", LEN("id")
    HAVING COUNT(*) > 1
  ) AS keys ON "id" = "_cdc_key_1" AND LEN("id") = LEN("_cdc_key_1")
) AS ranked
WHERE "_cdc_rank" = 1;

DELETE FROM "latest_trades"
USING "market"."trades" AS known
WHERE "latest_trades"."id" = known."id" AND LEN("latest_trades"."id") = LEN(known."id")
AND ((LEN(known."_cdc_version") = 20 AND known."_cdc_changed_at" > "latest_trades"."_cdc_changed_at")
  OR (LEN(known."_cdc_version") <> 20 AND known."_cdc_version" >= "latest_trades"."_cdc_version"
    AND ("latest_trades"."_cdc_stream_at" IS NULL OR known."_cdc_changed_at" >= "latest_trades"."_cdc_stream_at")));

DELETE FROM "latest_trades"
USING "cdc"."trades_tombstones" AS known
WHERE "latest_trades"."id" = known."id" AND LEN("latest_trades"."id") = LEN(known."id")
AND ((LEN(known."_cdc_version") = 20 AND known."_cdc_changed_at" > "latest_trades"."_cdc_changed_at")
  OR (LEN(known."_cdc_version") <> 20 AND known."_cdc_version" >= "latest_trades"."_cdc_version"
    AND ("latest_trades"."_cdc_stream_at" IS NULL OR known."_cdc_changed_at" >= "latest_trades"."_cdc_stream_at")));

DELETE FROM "market"."trades"
USING "latest_trades"
WHERE "market"."trades"."id" = "latest_trades"."id" AND LEN("market"."trades"."id") = LEN("latest_trades"."id");

INSERT INTO "market"."trades" ("id", "ticker", "ticket", "price", "shares", "system", "lag", "traded_at", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at")
SELECT "id", "ticker", "ticket", "price", "shares", "system", "lag", "traded_at", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at"
FROM "latest_trades"
WHERE "_cdc_operation" <> 'delete';

DELETE FROM "cdc"."trades_tombstones"
USING "latest_trades"
WHERE "cdc"."trades_tombstones"."id" = "latest_trades"."id" AND LEN("cdc"."trades_tombstones"."id") = LEN("latest_trades"."id");

INSERT INTO "cdc"."trades_tombstones" ("id", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at", "recorded_at")
SELECT "id", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at", GETDATE()
FROM "latest_trades"
WHERE "_cdc_operation" = 'delete';

DELETE FROM "cdc"."trades_tombstones"
WHERE "recorded_at" < GETDATE() - INTERVAL '30 days';

INSERT INTO "cdc"."load_ledger" ("batch_id", "table_name", "manifest", "file_count", "row_count", "upserted_count", "deleted_count", "max_changed_at", "loaded_at")
SELECT
  '0123abcd',
  'trades',
  'manifests/trades/0123abcd.json',
  3,
  (SELECT COUNT(*) FROM "staged_trades"),
  (SELECT COUNT(*) FROM "latest_trades" WHERE "_cdc_operation" <> 'delete'),
  (SELECT COUNT(*) FROM "latest_trades" WHERE "_cdc_operation" = 'delete'),
  (SELECT CAST(MAX("_cdc_changed_at") AS TIMESTAMP) FROM "staged_trades"),
  GETDATE();
