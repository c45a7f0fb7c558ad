CREATE SCHEMA IF NOT EXISTS "lab";

CREATE SCHEMA IF NOT EXISTS "bank";

CREATE SCHEMA IF NOT EXISTS "cdc_heartbeat";

CREATE SCHEMA IF NOT EXISTS "cdc";

CREATE SCHEMA IF NOT EXISTS "dms_control";

CREATE TABLE IF NOT EXISTS "lab"."orders" (
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
  "_cdc_digest" VARCHAR(64) NOT NULL,
  "_cdc_version" VARCHAR(40) NOT NULL,
  "_cdc_changed_at" TIMESTAMP NOT NULL,
  "_cdc_expired_at" TIMESTAMP,
  PRIMARY KEY ("id", "whole")
)
DISTSTYLE KEY
DISTKEY ("id")
SORTKEY ("id", "whole");

CREATE TABLE IF NOT EXISTS "bank"."notes" (
  "note" VARCHAR(65535)
)
DISTSTYLE EVEN;

CREATE TABLE IF NOT EXISTS "cdc_heartbeat"."heartbeats" (
  "id" SMALLINT NOT NULL,
  "beat_at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("id")
)
DISTSTYLE KEY
DISTKEY ("id")
SORTKEY ("id");

CREATE TABLE IF NOT EXISTS "cdc"."formats" (
  "table_name" VARCHAR(256) NOT NULL,
  "format" INTEGER NOT NULL,
  "recorded_at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("table_name")
)
DISTSTYLE KEY
DISTKEY ("table_name");

CREATE TABLE IF NOT EXISTS "cdc"."load_ledger" (
  "batch_id" VARCHAR(64) NOT NULL,
  "table_name" VARCHAR(256) NOT NULL,
  "manifest" VARCHAR(1024) NOT NULL,
  "file_count" INTEGER NOT NULL,
  "row_count" BIGINT NOT NULL,
  "upserted_count" BIGINT NOT NULL,
  "deleted_count" BIGINT NOT NULL,
  "max_changed_at" TIMESTAMP,
  "loaded_at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("batch_id")
)
DISTSTYLE KEY
DISTKEY ("batch_id")
SORTKEY ("loaded_at");

CREATE TABLE IF NOT EXISTS "cdc"."leases" (
  "name" VARCHAR(256) NOT NULL,
  "holder" VARCHAR(256) NOT NULL,
  "expires_at" TIMESTAMP NOT NULL
)
DISTSTYLE EVEN;

CREATE TABLE IF NOT EXISTS "cdc"."sweeps" (
  "sweep_id" VARCHAR(256) NOT NULL,
  "table_name" VARCHAR(256) NOT NULL,
  "started_at" TIMESTAMP NOT NULL,
  "finished_at" TIMESTAMP,
  "equal_at" TIMESTAMP,
  "cursor" VARCHAR(65535),
  "progress_percent" INTEGER NOT NULL,
  "parts" BIGINT NOT NULL,
  "attempts" INTEGER NOT NULL,
  "source_rows" BIGINT NOT NULL,
  "target_rows" BIGINT NOT NULL,
  "flagged" BIGINT NOT NULL,
  "mismatches" BIGINT NOT NULL,
  "missing" BIGINT NOT NULL,
  "extra" BIGINT NOT NULL,
  "different" BIGINT NOT NULL,
  "in_flight" BIGINT NOT NULL,
  "unfollowed" BIGINT NOT NULL,
  "read_units" BIGINT NOT NULL
)
DISTSTYLE EVEN
SORTKEY ("started_at");

CREATE TABLE IF NOT EXISTS "cdc"."differences" (
  "table_name" VARCHAR(256) NOT NULL,
  "key_hash" VARCHAR(64) NOT NULL,
  "key_columns" VARCHAR(65535),
  "source_state" VARCHAR(32) NOT NULL,
  "target_state" VARCHAR(32) NOT NULL,
  "source_since" BIGINT NOT NULL,
  "target_since" BIGINT NOT NULL
)
DISTSTYLE EVEN
SORTKEY ("table_name");

CREATE TABLE IF NOT EXISTS "cdc"."seen_rows" (
  "sweep_id" VARCHAR(256) NOT NULL,
  "part_id" VARCHAR(256) NOT NULL,
  "key_hash" VARCHAR(64) NOT NULL,
  "row_hash" VARCHAR(64) NOT NULL
)
DISTSTYLE EVEN
SORTKEY ("sweep_id", "part_id");

CREATE TABLE IF NOT EXISTS "cdc"."readers" (
  "target_table" VARCHAR(256) NOT NULL,
  "reader" VARCHAR(256) NOT NULL
)
DISTSTYLE EVEN;

CREATE TABLE IF NOT EXISTS "cdc"."orders_tombstones" (
  "id" VARCHAR(80) NOT NULL,
  "whole" INTEGER NOT NULL,
  "_cdc_version" VARCHAR(40) NOT NULL,
  "_cdc_changed_at" TIMESTAMP NOT NULL,
  "recorded_at" TIMESTAMP NOT NULL,
  "_cdc_expired_at" TIMESTAMP,
  PRIMARY KEY ("id", "whole")
)
DISTSTYLE KEY
DISTKEY ("id")
SORTKEY ("id", "whole");
