/**
 * The laptop's twin of the DMS replication task: MySQL → warehouse, snapshot then binlog.
 *
 *      no checkpoint                  checkpoint of an earlier run
 *            │                                      │
 *            ▼                                      ▼
 *        ┌───────┐                             ┌─────────┐   the run has ended
 *        │ ready │                             │ stopped │ ◀────────────────────┐
 *        └───┬───┘                             └────┬────┘                      │
 *            │ start-replication                    │ resume-processing,        │
 *            ▼                                      │ reload-target             │
 *        ┌──────────┐ ◀─────────────────────────────┘                           │
 *        │ starting │ ────────────── stop ──────────────────────────────▶ ┌─────┴────┐
 *        └─┬──────┬─┘ ◀──── resume-processing, reload-target ────┐        │ stopping │
 *          │      │                                              │        └──────────┘
 *          │      └──────────────── error ──────────────▶ ┌──────┴─┐            ▲
 *          │ tables are known                             │ failed │            │
 *          ▼                        ┌─────── error ─────▶ └────────┘            │
 *        ┌─────────┐ ───────────────┘                                           │
 *        │ running │ ────────────── stop ───────────────────────────────────────┘
 *        └─────────┘
 *
 * In `running` a table is copied (snapshot) if it was not yet, then the binlog is followed. A lost connection is no
 * transition: the task connects again, up to RecoverableErrorCount times. What ends in `failed` is what a person must
 * decide: a lost position, another source, a damaged binlog, or what the settings say (STOP_TASK).
 */
import { type ErrorCode, PipelineError } from '../../../../pipeline/errors';
import {
  type ReplicationTask,
  type ReplicationTaskOptions,
  type StartType,
  StartTypeError,
  type TaskDescription,
  type TaskEvent,
  TaskStateError,
  type TaskStatus,
} from '../../../runtime/ports/replication-task';
import {
  comparePositions,
  formatPosition,
  type SourcePosition,
} from '../../../runtime/ports/source-position';
import { WarehouseError, type WarehouseSession } from '../../../runtime/ports/warehouse';
import { waitUntil } from '../../../runtime/wait-until';
import { ControlTables } from './control-tables';
import { ResyncRequests } from './resync-requests';
import { runTask } from './run-task';
import { type ReadLogin, withSource } from './source-connection';
import { readBinlogEnd } from './source-server';
import type { TableMappings } from './table-mappings';
import type { TaskContext, TaskTable } from './task-context';
import { parseDefinition } from './task-definition';
import type { TaskSettings } from './task-settings';

/**
 * Parses the task's JSON and reads the state that an earlier run left in the warehouse.
 * @throws TaskDefinitionError listing every rule and setting that cannot be honoured.
 */
export async function createReplicationTask(options: ReplicationTaskOptions): Promise<ReplicationTask> {
  const { mappings, settings } = parseDefinition(options);
  const session = await options.warehouse.openSession();
  const control = new ControlTables(session, settings.controlSchema, options.identifier);
  try {
    const checkpoint = await control.readCheckpoint();
    return new Task(options, mappings, settings, session, control, checkpoint?.position);
  } catch (error) {
    // Before the first start the control tables are not there.
    if (!(error instanceof WarehouseError)) throw error;
    return new Task(options, mappings, settings, session, control, undefined);
  }
}

class Task implements ReplicationTask {
  readonly arn: string;
  readonly identifier: string;
  private status: TaskStatus;
  private failure: { code: ErrorCode; message: string } | undefined;
  private stoppedAtMs: number | undefined;
  private readonly tables = new Map<string, TaskTable>();
  private readonly readLogin: ReadLogin;
  private running: Promise<void> | undefined;
  private stopRequested = false;
  private waiters = 0;
  /** Every table of this run is known, with its state. */
  private planned = false;
  private readonly requests: ResyncRequests;

  constructor(
    private readonly options: ReplicationTaskOptions,
    private readonly mappings: TableMappings,
    private readonly settings: TaskSettings,
    private readonly session: WarehouseSession,
    private readonly control: ControlTables,
    private applied: SourcePosition | undefined,
  ) {
    this.arn = options.arn;
    this.identifier = options.identifier;
    this.status = applied === undefined ? 'ready' : 'stopped';
    this.requests = new ResyncRequests(this.tables, control);
    const { source } = options;
    this.readLogin = typeof source === 'function' ? source : async () => source;
  }

  describe(): TaskDescription {
    return {
      arn: this.arn,
      identifier: this.identifier,
      migrationType: this.options.migrationType,
      tableMappings: mappingsText(this.options.tableMappings),
      status: this.status,
      ...(this.failure === undefined ? {} : { failure: this.failure }),
      ...(this.stoppedAtMs === undefined ? {} : { stoppedAtMs: this.stoppedAtMs }),
      ...(this.applied === undefined ? {} : { appliedPosition: this.applied }),
      tables: [...this.tables.values()].map(({ statistics }) => ({ ...statistics })),
      settingsWithoutMeaning: this.settings.withoutMeaning,
    };
  }

  start(type: StartType): void {
    const { status } = this;
    if (status !== 'ready' && status !== 'stopped' && status !== 'failed')
      throw new TaskStateError(`the replication task is ${status} and cannot be started now`);
    if ((type === 'start-replication') !== (status === 'ready')) {
      const allowed = status === 'ready' ? 'start-replication' : 'resume-processing or reload-target';
      throw new StartTypeError(
        `start type ${type} cannot be used on a task that is ${status}: start-replication is for the first start, this one needs ${allowed}`,
      );
    }
    this.stopRequested = false;
    this.failure = undefined;
    this.planned = false;
    this.setStatus('starting');
    this.running = this.run(type);
  }

  async resync(tables: readonly string[]): Promise<void> {
    await this.requests.check(tables);
    if (this.running !== undefined) this.requests.note(tables);
    else await this.requests.writeDown(tables);
  }

  async stop(): Promise<void> {
    if (this.running === undefined) return;
    this.stopRequested = true;
    if (this.status === 'starting' || this.status === 'running') this.setStatus('stopping');
    await this.running;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.session.close();
  }

  currentSourcePosition(): Promise<SourcePosition> {
    return withSource(this.readLogin, readBinlogEnd);
  }

  async waitUntilApplied(wait: {
    readonly position?: SourcePosition;
    readonly timeoutMs: number;
  }): Promise<void> {
    const position = wait.position ?? (await this.currentSourcePosition());
    this.waiters += 1;
    try {
      const ended = await waitUntil(
        () => {
          if (this.applied !== undefined && this.copied && comparePositions(this.applied, position) >= 0)
            return 'applied';
          return this.running === undefined ? 'not running' : undefined;
        },
        {
          what: `the replication task to apply all changes before ${formatPosition(position)}`,
          timeoutMs: wait.timeoutMs,
          everyMs: 20,
          lastState: () =>
            `${this.status}, applied to ${this.applied ? formatPosition(this.applied) : 'nothing'}`,
        },
      );
      if (ended === 'not running') throw this.notRunning(position);
    } finally {
      this.waiters -= 1;
    }
  }

  /** A checkpoint is written before the first copy is complete; only then does it speak for all tables. */
  private get copied(): boolean {
    if (this.requests.isWaiting || !this.planned) return false;
    const states = [...this.tables.values()].map(({ statistics }) => statistics.state);
    return states.length > 0 && states.every((state) => state === 'loaded' || state === 'suspended');
  }

  private notRunning(position: SourcePosition): PipelineError {
    return new PipelineError({
      code: this.failure?.code ?? 'REPLICATION_TASK_FAILED',
      disposition: 'halt',
      message: `the replication task is ${this.status} and will not apply the changes before ${formatPosition(position)}${this.failure === undefined ? '' : `: ${this.failure.message}`}`,
      context: { status: this.status },
    });
  }

  private async run(type: StartType): Promise<void> {
    try {
      if (type === 'reload-target') await this.forget();
      await this.runToEnd();
      this.running = undefined;
      this.setStatus('stopped');
    } catch (error) {
      this.running = undefined;
      const { code, reason: message } = asFailure(error);
      this.failure = { code, message };
      this.setStatus('failed');
      this.emit({ type: 'failed', code, message });
    }
  }

  /** A new copy may be asked for while it fails, for instance because no table was left. */
  private async runToEnd(): Promise<void> {
    try {
      await runTask(this.context(), {
        onRunning: () => {
          this.planned = true;
          if (!this.stopRequested) this.setStatus('running');
        },
        onApplied: (position) => {
          this.applied = position;
        },
        hurry: () => this.waiters > 0,
      });
    } catch (error) {
      if (!this.requests.isWaiting || this.stopRequested) throw error;
      this.planned = false;
      await this.requests.writeDownNoted();
      await this.runToEnd();
    }
  }

  private async forget(): Promise<void> {
    await this.control.prepare();
    await this.control.forget();
    this.tables.clear();
    this.applied = undefined;
  }

  private context(): TaskContext {
    this.tables.clear();
    return {
      identifier: this.identifier,
      mappings: this.mappings,
      settings: this.settings,
      readLogin: this.readLogin,
      session: this.session,
      control: this.control,
      tables: this.tables,
      emit: (event) => this.emit(event),
      failpoint: this.options.failpoint ?? (() => {}),
      stopping: () => this.stopRequested,
      checkRequests: () => this.requests.take(),
      expected: new Map(),
      announced: new Set(),
      server: { foldsNames: false, logsCascades: false },
    };
  }

  private setStatus(status: TaskStatus): void {
    if (status === this.status) return;
    this.status = status;
    this.stoppedAtMs = status === 'stopped' ? Date.now() : undefined;
    this.emit({ type: 'status', status });
  }

  private emit(event: TaskEvent): void {
    this.options.onEvent?.(event);
  }
}

const mappingsText = (mappings: unknown): string =>
  typeof mappings === 'string' ? mappings : JSON.stringify(mappings);

function asFailure(error: unknown): Pick<PipelineError, 'code' | 'reason'> {
  if (error instanceof PipelineError) return error;
  return {
    code: 'REPLICATION_TASK_FAILED',
    reason: error instanceof Error ? error.message : String(error),
  };
}
