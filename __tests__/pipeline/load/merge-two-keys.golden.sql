LOCK TABLE "cdc"."orders_tombstones";

SELECT CAST(CASE WHEN COUNT(*) > 0 THEN 'ALREADY_LOADED' ELSE '0' END AS INTEGER)
FROM "cdc"."load_ledger"
WHERE "batch_id" = '0123abcd';

CREATE TEMP TABLE "staged_orders" (
  "_cdc_operation" VARCHAR(6) NOT NULL,
  "_cdc_stream_at" VARCHAR(32),
  "id" VARCHAR(80) NOT NULL,
  "small" SMALLINT,
  "whole" INTEGER NOT NULL,
  "big" BIGINT,
  "amount" NUMERIC(18,2),
  "ratio" DOUBLE PRECISION,
  "flag" BOOLEAN,
  "day" DATE,
  "at" VARCHAR(32),
  "name" VARCHAR(40),
  "doc" SUPER,
  "item" SUPER,
  "_cdc_flags" VARCHAR(4000),
  "_cdc_digest" VARCHAR(64),
  "_cdc_version" VARCHAR(40),
  "_cdc_changed_at" VARCHAR(32),
  "_cdc_expired_at" VARCHAR(32)
)
DISTSTYLE KEY
DISTKEY ("id");

COPY "staged_orders" ("_cdc_operation", "_cdc_stream_at", "id", "small", "whole", "big", "amount", "ratio", "flag", "day", "at", "name", "doc", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at")
FROM 's3://cdc-dev-123456789012-data/manifests/trades/0123abcd.json'
IAM_ROLE 'arn:aws:iam::123456789012:role/cdc-dev-copy'
FORMAT JSON 'auto'
GZIP
MANIFEST
TIMEFORMAT 'auto'
COMPUPDATE OFF
STATUPDATE OFF;

SELECT CAST(CASE WHEN COUNT(*) > 0 THEN 'INVALID_ROWS' ELSE '0' END AS INTEGER)
FROM "staged_orders"
WHERE "_cdc_operation" IS NULL
OR "_cdc_operation" NOT IN ('insert', 'update', 'delete')
OR "_cdc_version" IS NULL
OR LEN("_cdc_version") <> 40
OR LEN(TRANSLATE("_cdc_version", '0123456789', '')) > 0
OR "_cdc_changed_at" IS NULL
OR ("_cdc_operation" <> 'delete' AND ("_cdc_digest" IS NULL OR "_cdc_expired_at" IS NOT NULL));

CREATE TEMP TABLE "latest_orders" (
  "_cdc_operation" VARCHAR(6) NOT NULL,
  "_cdc_stream_at" TIMESTAMP,
  "id" VARCHAR(80) NOT NULL,
  "small" SMALLINT,
  "whole" INTEGER NOT NULL,
  "big" BIGINT,
  "amount" NUMERIC(18,2),
  "ratio" DOUBLE PRECISION,
  "flag" BOOLEAN,
  "day" DATE,
  "at" TIMESTAMP,
  "name" VARCHAR(40),
  "doc" SUPER,
  "item" SUPER,
  "_cdc_flags" VARCHAR(4000),
  "_cdc_digest" VARCHAR(64),
  "_cdc_version" VARCHAR(40),
  "_cdc_changed_at" TIMESTAMP,
  "_cdc_expired_at" TIMESTAMP
)
DISTSTYLE KEY
DISTKEY ("id");

INSERT INTO "latest_orders" ("_cdc_operation", "_cdc_stream_at", "id", "small", "whole", "big", "amount", "ratio", "flag", "day", "at", "name", "doc", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at")
SELECT "_cdc_operation", CAST("_cdc_stream_at" AS TIMESTAMP), "id", "small", "whole", "big", "amount", "ratio", "flag", "day", CAST("at" AS TIMESTAMP), "name", "doc", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", CAST("_cdc_changed_at" AS TIMESTAMP), CAST("_cdc_expired_at" AS TIMESTAMP)
FROM (
  SELECT "staged_orders".*, 1 AS "_cdc_rank"
  FROM "staged_orders"
  JOIN (
    SELECT "id" AS "_cdc_key_1", "whole" AS "_cdc_key_2"
    FROM "staged_orders"
    GROUP BY "id", "whole", LEN("id")
    HAVING COUNT(*) = 1
  ) AS keys ON "id" = "_cdc_key_1" AND LEN("id") = LEN("_cdc_key_1") AND "whole" = "_cdc_key_2"
  UNION ALL
  SELECT "staged_orders".*,
    ROW_NUMBER() OVER (PARTITION BY "id", "whole", LEN("id") ORDER BY COALESCE("_cdc_stream_at", '') DESC, "_cdc_version" DESC) AS "_cdc_rank"
  FROM "staged_orders"
  JOIN (
    SELECT "id" AS "_cdc_key_1", "whole" AS "_cdc_key_2"
    FROM "staged_orders"
    GROUP BY "id", "whole", LEN("id")
    HAVING COUNT(*) > 1
  ) AS keys ON "id" = "_cdc_key_1" AND LEN("id") = LEN("_cdc_key_1") AND "whole" = "_cdc_key_2"
) AS ranked
WHERE "_cdc_rank" = 1;

DELETE FROM "latest_orders"
USING "lab"."orders" AS known
WHERE "latest_orders"."id" = known."id" AND "latest_orders"."whole" = known."whole" AND LEN("latest_orders"."id") = LEN(known."id")
AND ((LEN(known."_cdc_version") = 20 AND known."_cdc_changed_at" > "latest_orders"."_cdc_changed_at")
  OR (LEN(known."_cdc_version") <> 20 AND known."_cdc_version" >= "latest_orders"."_cdc_version"
    AND ("latest_orders"."_cdc_stream_at" IS NULL OR known."_cdc_changed_at" >= "latest_orders"."_cdc_stream_at")));

DELETE FROM "latest_orders"
USING "cdc"."orders_tombstones" AS known
WHERE "latest_orders"."id" = known."id" AND "latest_orders"."whole" = known."whole" AND LEN("latest_orders"."id") = LEN(known."id")
AND ((LEN(known."_cdc_version") = 20 AND known."_cdc_changed_at" > "latest_orders"."_cdc_changed_at")
  OR (LEN(known."_cdc_version") <> 20 AND known."_cdc_version" >= "latest_orders"."_cdc_version"
    AND ("latest_orders"."_cdc_stream_at" IS NULL OR known."_cdc_changed_at" >= "latest_orders"."_cdc_stream_at")));

DELETE FROM "lab"."orders"
USING "latest_orders"
WHERE "lab"."orders"."id" = "latest_orders"."id" AND "lab"."orders"."whole" = "latest_orders"."whole" AND LEN("lab"."orders"."id") = LEN("latest_orders"."id");

INSERT INTO "lab"."orders" ("id", "small", "whole", "big", "amount", "ratio", "flag", "day", "at", "name", "doc", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at")
SELECT "id", "small", "whole", "big", "amount", "ratio", "flag", "day", "at", "name", "doc", "item", "_cdc_flags", "_cdc_digest", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at"
FROM "latest_orders"
WHERE "_cdc_operation" <> 'delete';

DELETE FROM "cdc"."orders_tombstones"
USING "latest_orders"
WHERE "cdc"."orders_tombstones"."id" = "latest_orders"."id" AND "cdc"."orders_tombstones"."whole" = "latest_orders"."whole" AND LEN("cdc"."orders_tombstones"."id") = LEN("latest_orders"."id");

INSERT INTO "cdc"."orders_tombstones" ("id", "whole", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at", "recorded_at")
SELECT "id", "whole", "_cdc_version", "_cdc_changed_at", "_cdc_expired_at", GETDATE()
FROM "latest_orders"
WHERE "_cdc_operation" = 'delete';

DELETE FROM "cdc"."orders_tombstones"
WHERE "recorded_at" < GETDATE() - INTERVAL '30 days';

INSERT INTO "cdc"."load_ledger" ("batch_id", "table_name", "manifest", "file_count", "row_count", "upserted_count", "deleted_count", "max_changed_at", "loaded_at")
SELECT
  '0123abcd',
  'orders',
  'manifests/trades/0123abcd.json',
  3,
  (SELECT COUNT(*) FROM "staged_orders"),
  (SELECT COUNT(*) FROM "latest_orders" WHERE "_cdc_operation" <> 'delete'),
  (SELECT COUNT(*) FROM "latest_orders" WHERE "_cdc_operation" = 'delete'),
  (SELECT CAST(MAX("_cdc_changed_at") AS TIMESTAMP) FROM "staged_orders"),
  GETDATE();
