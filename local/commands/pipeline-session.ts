/** A runtime with everything around it: the state folder, the control endpoint, and who gets to see what. */
import { backfillTable } from '../runtime/backfill';
import { type ControlServer, startControlServer } from '../runtime/control-server';
import type { RuntimeEvent } from '../runtime/events';
import { forgetInSteps } from '../runtime/forget';
import { checkMachine, watchDisk } from '../runtime/machine-limits';
import { ACCOUNT, GATEWAY, OPERATOR } from '../runtime/ports/host';
import { MYSQL_SERVERS } from '../runtime/ports/mysql-server';
import { WAREHOUSES } from '../runtime/ports/warehouse';
import { ProgressWatch } from '../runtime/progress-watch';
import { redriveStream } from '../runtime/redrive-stream';
import { StreamRepairs } from '../runtime/repair-streams';
import { type Runtime, type StopOptions, startRuntime } from '../runtime/runtime';
import { StateFolder } from '../state/state-folder';
import { askTerminal, confirmFresh } from './confirm-fresh';
import { compareAll } from './cycle';
import { countDeadLetters } from './dead-letter-report';
import { deploymentFolder } from './deployment-folder';
import { freeLeases } from './free-leases';
import { StatusBoard } from './pipeline-status';
import { queryWarehouse } from './query-warehouse';
import { readCreateTable } from './read-create-table';
import { isReadingStatement, ONLY_READS } from './reading-statement';
import { printEvent } from './report';
import { resyncRunning } from './resync-running';
import { changeSchedule } from './set-schedule';
import { actOnReplicationTask } from './task-control';
import { readUnfollowed } from './unfollowed-tables';

export interface PipelineSessionOptions {
  readonly dataDir: string;
  readonly fresh?: boolean;
  /** Deletes without a question what no seed file has. */
  readonly yes?: boolean;
  readonly everySeconds?: number | undefined;
  readonly chaos?: boolean;
  /** Takes each line for a person. */
  readonly print: (line: string) => void;
  readonly onEvent?: (event: RuntimeEvent) => void;
}

export interface PipelineSession {
  readonly runtime: Runtime;
  readonly watch: ProgressWatch;
  readonly board: StatusBoard;
  readonly state: StateFolder;
  stop(options?: StopOptions): Promise<void>;
}

/** @throws Error after which nothing is left running and the folder is free */
export async function openPipelineSession(options: PipelineSessionOptions): Promise<PipelineSession> {
  checkMachine(options.dataDir);
  const beforeClear = (folder: string) => confirmFresh({ folder, ask: askTerminal(), print: options.print });
  const state = await StateFolder.open(options.dataDir, {
    fresh: options.fresh === true,
    beforeClear: options.yes === true ? undefined : beforeClear,
  });
  const watch = new ProgressWatch();
  const board = new StatusBoard();
  let repairs: StreamRepairs | undefined;
  const tell = (event: RuntimeEvent): void => {
    watch.see(event);
    board.see(event);
    for (const line of printEvent(event, state.folder)) options.print(line);
    options.onEvent?.(event);
    repairs?.see(event);
  };
  try {
    const { everySeconds } = options;
    const runtime = await startRuntime({
      deploymentFolder: deploymentFolder(),
      state,
      tell,
      ...(everySeconds === undefined ? {} : { everySeconds }),
      chaos: options.chaos === true,
    });
    repairs = new StreamRepairs(runtime.registry, tell);
    const control = await openToCommands(runtime, { state, repairs, board }).catch(async (error: unknown) => {
      await runtime.stop({ drain: false });
      throw error;
    });
    const unwatch = watchDisk(state.folder, tell);
    const stop = async (stopOptions?: StopOptions): Promise<void> => {
      unwatch();
      try {
        await control.stop();
        await runtime.stop(stopOptions);
      } finally {
        state.release();
      }
    };
    return { runtime, watch, board, state, stop };
  } catch (error) {
    state.release();
    throw error;
  }
}

interface SessionParts {
  readonly state: StateFolder;
  readonly repairs: StreamRepairs;
  readonly board: StatusBoard;
}

/** No function that reconciles has started yet: whoever holds a lease died with an earlier run on this folder. */
async function openToCommands(
  runtime: Runtime,
  { state, repairs, board }: SessionParts,
): Promise<ControlServer> {
  for (const warehouse of runtime.registry.of(WAREHOUSES).values()) await freeLeases(warehouse);
  await repairs.repair();
  return openControl(runtime, state, board);
}

async function openControl(runtime: Runtime, state: StateFolder, board: StatusBoard): Promise<ControlServer> {
  const { registry } = runtime;
  const gateway = registry.the(GATEWAY);
  const control = await startControlServer({
    sql: async ({ sql }) => {
      if (!isReadingStatement(sql)) throw new Error(ONLY_READS);
      return queryWarehouse(registry.only(WAREHOUSES, 'a warehouse'), sql);
    },
    reconcile: async () => {
      const answer = await compareAll(runtime, { work: 'all', showKeys: true });
      return {
        ...(answer as object),
        deadLetters: countDeadLetters(runtime),
        unfollowed: readUnfollowed(registry),
      };
    },
    backfill: ({ table }) => backfillTable(registry, { table }),
    forget: ({ table, key }) => forgetInSteps(runtime.functionOf('forget-item'), { table, key }),
    redrive: () => redriveStream(registry, runtime.functionOf('stage-stream-records')),
    resync: ({ tables }) => resyncRunning(runtime, tables),
    status: async () => board.describe(registry),
    schedule: async (request) => changeSchedule(registry, request),
    task: ({ asked }) => actOnReplicationTask(registry, asked),
    export: ({ format }) => registry.only(WAREHOUSES, 'a warehouse').exportTables(format),
    createTable: (place) => readCreateTable(registry.only(MYSQL_SERVERS, 'a MySQL server'), place),
  });
  const { accessKeyId, secretAccessKey } = gateway.registerCaller(OPERATOR);
  state.writeRuntimeInfo({
    pid: process.pid,
    controlEndpoint: control.endpoint,
    controlToken: control.token,
    gatewayEndpoint: gateway.endpoint,
    accessKeyId,
    secretAccessKey,
    region: registry.the(ACCOUNT).region,
  });
  return control;
}
