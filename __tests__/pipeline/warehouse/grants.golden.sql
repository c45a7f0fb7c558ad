CREATE USER "cdc_dms" PASSWORD 'md53b276f557a3d253d08ff916a92c7cf0f';

ALTER USER "cdc_dms" SESSION TIMEOUT 86400;

GRANT USAGE ON SCHEMA "market" TO "IAMR:cdc-dev-load";

GRANT USAGE ON SCHEMA "cdc" TO "IAMR:cdc-dev-load";

GRANT SELECT, INSERT, DELETE ON TABLE "market"."trades", "cdc"."trades_tombstones" TO "IAMR:cdc-dev-load";

GRANT SELECT, INSERT ON TABLE "cdc"."load_ledger" TO "IAMR:cdc-dev-load";

GRANT SELECT ON TABLE "cdc"."formats" TO "IAMR:cdc-dev-load";

GRANT USAGE ON SCHEMA "bank" TO "IAMR:cdc-dev-reconcile";

GRANT USAGE ON SCHEMA "market" TO "IAMR:cdc-dev-reconcile";

GRANT USAGE ON SCHEMA "cdc" TO "IAMR:cdc-dev-reconcile";

GRANT SELECT ON TABLE "bank"."txns", "market"."trades", "cdc"."trades_tombstones", "cdc"."load_ledger" TO "IAMR:cdc-dev-reconcile";

GRANT SELECT, INSERT, UPDATE ON TABLE "cdc"."sweeps" TO "IAMR:cdc-dev-reconcile";

GRANT SELECT, INSERT, DELETE ON TABLE "cdc"."leases", "cdc"."differences", "cdc"."seen_rows" TO "IAMR:cdc-dev-reconcile";

GRANT USAGE ON SCHEMA "cdc_heartbeat" TO "IAMR:cdc-dev-freshness";

GRANT USAGE ON SCHEMA "cdc" TO "IAMR:cdc-dev-freshness";

GRANT SELECT ON TABLE "cdc_heartbeat"."heartbeats", "cdc"."sweeps" TO "IAMR:cdc-dev-freshness";

GRANT USAGE ON SCHEMA "market" TO "IAMR:forgetter";

GRANT USAGE ON SCHEMA "cdc" TO "IAMR:forgetter";

GRANT SELECT, DELETE ON TABLE "market"."trades", "cdc"."trades_tombstones" TO "IAMR:forgetter";

GRANT USAGE, CREATE ON SCHEMA "bank" TO "cdc_dms";

GRANT USAGE, CREATE ON SCHEMA "cdc_heartbeat" TO "cdc_dms";

GRANT USAGE, CREATE ON SCHEMA "dms_control" TO "cdc_dms";

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLE "bank"."txns", "cdc_heartbeat"."heartbeats" TO "cdc_dms";
