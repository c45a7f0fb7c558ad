/** The task's own tables in the warehouse: their names and columns. */

/** After DMS's own control tables (AWS DMS user guide, "Control table task settings"), as far as the twin keeps them. */
export const CONTROL_TABLES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  awsdms_txn_state: [
    ['task_name', 'VARCHAR(128)'],
    ['checkpoint_file', 'VARCHAR(512)'],
    ['checkpoint_offset', 'BIGINT'],
    ['checkpoint_gtid', 'VARCHAR(65535)'],
    ['server_uuid', 'VARCHAR(64)'],
    ['file_created_at', 'BIGINT'],
    ['updated_at', 'TIMESTAMP'],
  ],
  awsdms_table_state: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['state', 'VARCHAR(16)'],
    ['snapshot_file', 'VARCHAR(512)'],
    ['snapshot_offset', 'BIGINT'],
    ['snapshot_rows', 'BIGINT'],
    ['structure', 'VARCHAR(64)'],
    ['reason', 'VARCHAR(65535)'],
    ['updated_at', 'TIMESTAMP'],
  ],
  awsdms_copy_state: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['snapshot_file', 'VARCHAR(512)'],
    ['snapshot_offset', 'BIGINT'],
    ['rows_read', 'BIGINT'],
    ['rows_copied', 'BIGINT'],
    ['last_key', 'VARCHAR(65535)'],
    ['structure', 'VARCHAR(64)'],
    ['made_at', 'VARCHAR(64)'],
  ],
  awsdms_table_structure: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['part', 'INTEGER'],
    ['text', 'VARCHAR(65535)'],
  ],
  awsdms_prepared_transactions: [
    ['task_name', 'VARCHAR(128)'],
    ['xid', 'VARCHAR(1024)'],
    ['start_file', 'VARCHAR(512)'],
    ['start_offset', 'BIGINT'],
  ],
  awsdms_suspended_tables: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['suspend_reason', 'VARCHAR(65535)'],
    ['suspend_timestamp', 'TIMESTAMP'],
  ],
  awsdms_rejected_rows: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['rejected_rows', 'BIGINT'],
    ['reason', 'VARCHAR(65535)'],
  ],
  awsdms_apply_exceptions: [
    ['task_name', 'VARCHAR(128)'],
    ['table_name', 'VARCHAR(1024)'],
    ['error_time', 'TIMESTAMP'],
    ['statement', 'VARCHAR(65535)'],
    ['error', 'VARCHAR(65535)'],
  ],
};
