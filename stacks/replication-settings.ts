/**
 * Settings of the DMS replication task: only keys that DMS returns, each in the exact JSON type that it returns.
 * An extra key, or a string instead of a number, would show as a change in every plan.
 */

export interface ReplicationSettingsOptions {
  readonly validateRows: boolean;
}

export function buildReplicationSettings({ validateRows }: ReplicationSettingsOptions) {
  return {
    TargetMetadata: {
      // Redshift has no column for a large object beyond 64 KB; `LobMaxSize` is in KB.
      SupportLobs: true,
      FullLobMode: false,
      LimitedSizeLobMode: true,
      LobMaxSize: 63,
      BatchApplyEnabled: true,
    },
    FullLoadSettings: {
      // Set-up created the tables with our own types, keys and sort orders, so they are emptied and never dropped. DMS
      // restarts an interrupted full load from its beginning (AWS DMS user guide, "Full-load task settings"), and
      // Redshift enforces no key: with DO_NOTHING the rows copied before would stay and appear twice.
      TargetTablePrepMode: 'TRUNCATE_BEFORE_LOAD',
      MaxFullLoadSubTasks: 8,
      CommitRate: 10_000,
      StopTaskCachedChangesApplied: false,
      StopTaskCachedChangesNotApplied: false,
    },
    ChangeProcessingTuning: {
      BatchApplyPreserveTransaction: true,
      BatchApplyTimeoutMin: 1,
      BatchApplyTimeoutMax: 30,
      BatchApplyMemoryLimit: 500,
    },
    // AWS DMS user guide, "Task settings for change processing DDL handling". Set-up owns the tables and the catalogue
    // says what they are: DMS neither drops nor alters them. It may empty them, by the TRUNCATE that set-up grants.
    ChangeProcessingDdlHandlingPolicy: {
      HandleSourceTableDropped: false,
      HandleSourceTableTruncated: true,
      HandleSourceTableAltered: false,
    },
    ErrorBehavior: {
      DataErrorPolicy: 'LOG_ERROR',
      DataTruncationErrorPolicy: 'LOG_ERROR',
      TableErrorPolicy: 'SUSPEND_TABLE',
      RecoverableErrorCount: -1,
      RecoverableErrorThrottling: true,
      ApplyErrorDeletePolicy: 'IGNORE_RECORD',
      // A resumed task may write a row again, and Redshift enforces no key: the old row is removed first.
      ApplyErrorInsertPolicy: 'INSERT_RECORD',
      ApplyErrorUpdatePolicy: 'LOG_ERROR',
      FullLoadIgnoreConflicts: true,
    },
    ControlTablesSettings: {
      ControlSchema: DMS_CONTROL_SCHEMA,
      HistoryTableEnabled: true,
      SuspendedTablesTableEnabled: true,
      StatusTableEnabled: true,
    },
    ValidationSettings: { EnableValidation: validateRows },
    Logging: { EnableLogging: true },
  };
}

/** Where DMS keeps its status, history and suspended tables in the warehouse. */
const DMS_CONTROL_SCHEMA = 'dms_control';
