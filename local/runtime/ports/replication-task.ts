/** The port of the replication task's twin: what the runtime and the DMS service see of it. */
import type { ErrorCode } from '../../../pipeline/errors';
import { Kind } from '../registry';
import type { SourcePosition } from './source-position';
import type { Warehouse } from './warehouse';

/** The start types of DMS (AWS DMS API, StartReplicationTask). */
export type StartType = 'start-replication' | 'resume-processing' | 'reload-target';

/** The statuses of a DMS task that the twin can be in (AWS DMS API, ReplicationTask.Status). */
export type TaskStatus = 'ready' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/** How the task reaches its source: what its secret holds, and the authority that must have signed the server. */
export interface SourceLogin {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** PEM file; without it the connection trusts what Node trusts. */
  readonly caFile?: string;
}

export type TaskEvent =
  /** One table was copied, or had refused rows written to the exceptions table meanwhile. `table` is the source's `database.table`. */
  | {
      readonly type: 'snapshot-finished';
      readonly table: string;
      readonly rows: number;
      readonly rejected: number;
    }
  /** A copy takes long: how far it is. `rows`: read so far. `secondsLeft`: by the source's own estimate of its rows. */
  | {
      readonly type: 'snapshot-progress';
      readonly table: string;
      readonly rows: number;
      readonly rowsPerSecond: number;
      readonly secondsLeft?: number;
    }
  /** One committed batch of one table. `lagMs`: from the newest commit in it at the source until it was committed here. */
  | {
      readonly type: 'applied';
      readonly table: string;
      readonly inserts: number;
      readonly updates: number;
      readonly deletes: number;
      readonly truncates: number;
      readonly rejected: number;
      readonly lagMs: number;
    }
  /** Changes of this table are no longer applied; a person has to look, then `reload-target`. */
  | { readonly type: 'table-suspended'; readonly table: string; readonly reason: string }
  /** An ALTER TABLE was applied: its columns at the source are these now. */
  | {
      readonly type: 'table-altered';
      readonly table: string;
      readonly columns: readonly string[];
      /** Columns at the source that the warehouse does not have. */
      readonly ignored: readonly string[];
    }
  /** A table is copied without these, which the warehouse does not have. */
  | { readonly type: 'columns-ignored'; readonly table: string; readonly columns: readonly string[] }
  /** The connection to the source broke; the task resumes from its checkpoint. */
  | { readonly type: 'reconnecting'; readonly attempt: number; readonly message: string }
  /** Another server answers, and the task continues there by GTID. */
  | { readonly type: 'source-changed'; readonly from: string; readonly to: string | null }
  | { readonly type: 'status'; readonly status: TaskStatus }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

export interface TableStatistics {
  /** Source `database.table`. */
  readonly table: string;
  readonly state: 'waiting' | 'loading' | 'loaded' | 'suspended';
  readonly snapshotRows: number;
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
  /** Rows rejected into `awsdms_apply_exceptions` since the table's copy began, over restarts. */
  readonly rejected: number;
  /** Why the last of them was; without the value. */
  readonly rejectedBecause?: string;
  /** Values that are NULL in the warehouse because their column cannot hold them; in `awsdms_apply_exceptions` too. */
  readonly flagged: number;
  readonly suspendedBecause?: string;
}

export interface TaskDescription {
  readonly arn: string;
  readonly identifier: string;
  readonly migrationType: string;
  /** JSON text. */
  readonly tableMappings: string;
  readonly status: TaskStatus;
  /** Of the last failure, while the status is `failed`. */
  readonly failure?: { readonly code: ErrorCode; readonly message: string };
  /** When it was stopped last, by a call in this process. */
  readonly stoppedAtMs?: number;
  /** All committed source changes up to here are in the warehouse. */
  readonly appliedPosition?: SourcePosition;
  readonly tables: readonly TableStatistics[];
  /** Settings of the task that mean nothing on a laptop: which, and why. */
  readonly settingsWithoutMeaning?: readonly { readonly name: string; readonly reason: string }[];
}

export interface ReplicationTaskOptions {
  readonly arn: string;
  readonly identifier: string;
  /** `migration_type` of the resource; the twin runs `full-load-and-cdc`, `full-load` and `cdc` are refused. */
  readonly migrationType: string;
  /** `table_mappings` of the resource: the JSON text, or what it parses to. */
  readonly tableMappings: unknown;
  /** `replication_task_settings` of the resource: the JSON text, or what it parses to; absent means DMS's defaults. */
  readonly settings?: unknown;
  /** Asked at each connection, so that a rotated secret is picked up. */
  readonly source: SourceLogin | (() => Promise<SourceLogin>);
  readonly warehouse: Warehouse;
  readonly onEvent?: (event: TaskEvent) => void;
  /** For tests: called before each step that could be the last one; a throw is a crash there. */
  readonly failpoint?: (step: Failpoint) => void;
}

/** The steps between which a crash can fall. */
export type Failpoint =
  | 'snapshot:opened'
  | 'snapshot:batch'
  | 'snapshot:table-done'
  | 'apply:before'
  | 'apply:rows-written'
  | 'apply:before-commit'
  | 'apply:committed';

export interface ReplicationTask {
  readonly arn: string;
  readonly identifier: string;
  describe(): TaskDescription;
  /**
   * Begins to run and returns at once, as DMS does; progress comes as events.
   * @throws TaskStateError when the task is not in a state that allows it.
   */
  start(type: StartType): void;
  /**
   * Gives tables a new copy, whether they are suspended or not; others are left alone. Returns once the wish is noted:
   * a task that runs copies them at its next commit, another when it is started. `tables`: source `database.table`.
   * @throws UnknownTableError for a table that the task does not have.
   */
  resync(tables: readonly string[]): Promise<void>;
  /** Stops at the next commit; returns when nothing runs any more. Without a run it does nothing. */
  stop(): Promise<void>;
  /** Where the source's binlog ends now: everything committed before this call is before it. */
  currentSourcePosition(): Promise<SourcePosition>;
  /**
   * Waits until all changes before `position` (default: where the source is now) are in the warehouse.
   * @throws PipelineError when the task fails or stops meanwhile, Error when `timeoutMs` pass.
   */
  waitUntilApplied(options: {
    readonly position?: SourcePosition;
    readonly timeoutMs: number;
  }): Promise<void>;
  /** Stops and closes what the task holds. */
  close(): Promise<void>;
}

/** The task cannot do this in its present state; DMS answers InvalidResourceStateFault. */
export class TaskStateError extends Error {
  override readonly name = 'TaskStateError';
}

/** The task has no such table; DMS answers InvalidResourceStateFault. */
export class UnknownTableError extends Error {
  override readonly name = 'UnknownTableError';
}

/** The start type cannot be used now; DMS answers InvalidParameterCombinationException. */
export class StartTypeError extends Error {
  override readonly name = 'StartTypeError';
}

/** What the resource asks for that the twin cannot honour: which rule or setting, and why. Empty when all is well. */
export interface TaskProblem {
  /** `table_mappings` or `replication_task_settings`. */
  readonly property: string;
  /** For instance `rule-id 3, filters` or `FullLoadSettings.TargetTablePrepMode`. */
  readonly where: string;
  readonly message: string;
}

/** All problems of a task's JSON at once. */
export class TaskDefinitionError extends Error {
  override readonly name = 'TaskDefinitionError';

  constructor(readonly problems: readonly TaskProblem[]) {
    super(problems.map((problem) => `${problem.property}: ${problem.where}: ${problem.message}`).join('\n'));
  }
}

/** By ARN. */
export const REPLICATION_TASKS = new Kind<ReplicationTask>('replication tasks');
