import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command as clearDeadLetters } from '../../../local/commands/clear-dead-letters';
import { command as connect } from '../../../local/commands/connect';
import { command as deadLetters } from '../../../local/commands/dead-letters';
import { followFile, lastLines } from '../../../local/commands/follow-file';
import { command as logs } from '../../../local/commands/logs';
import { command as pause } from '../../../local/commands/pause';
import { type PipelineStatus, StatusBoard } from '../../../local/commands/pipeline-status';
import { changeSchedule } from '../../../local/commands/set-schedule';
import { command as startTask } from '../../../local/commands/start-task';
import { exitCodeOfStatus, command as status } from '../../../local/commands/status';
import { command as stopTask } from '../../../local/commands/stop-task';
import { command as task } from '../../../local/commands/task';
import { actOnReplicationTask } from '../../../local/commands/task-control';
import { command as taskTables } from '../../../local/commands/task-tables';
import { type ControlServer, startControlServer } from '../../../local/runtime/control-server';
import { type CallableFunction, FUNCTIONS } from '../../../local/runtime/ports/callable-function';
import { STATE } from '../../../local/runtime/ports/host';
import { REPLICATION_TASKS, type ReplicationTask } from '../../../local/runtime/ports/replication-task';
import { SCHEDULES } from '../../../local/runtime/ports/schedule';
import { Registry } from '../../../local/runtime/registry';
import { waitUntil } from '../../../local/runtime/wait-until';
import { createSchedule } from '../../../local/services/scheduler/schedule';
import { writeOwnSource } from '../../../local/state/own-source';
import { readPausedSchedules } from '../../../local/state/paused-schedules';
import { StateFolder } from '../../../local/state/state-folder';
import { typed } from '../../support/typed';

const never = (): never => {
  throw new Error('not asked');
};

/** A pipeline as far as its state folder and its control endpoint go. */
describe('a running pipeline', () => {
  let dataDir: string;
  let state: StateFolder;
  let control: ControlServer;
  let registry: Registry;
  let board: StatusBoard;
  let printed: string[];
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'cdc-status-'));
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
    registry = new Registry();
    const schedule = createSchedule({
      name: 'cdc-dev-load-staged-batches',
      everyMs: 300_000,
      fire: async () => undefined,
    });
    registry.of(SCHEDULES).set(schedule.name, schedule);
    schedule.start(60_000);
    registry.of(REPLICATION_TASKS).set('task', taskWith('loaded'));
    board = new StatusBoard();
    state = await StateFolder.open(dataDir);
    registry.provide(STATE, state);
    control = await startControlServer({
      sql: never,
      reconcile: never,
      backfill: never,
      forget: never,
      redrive: never,
      resync: never,
      export: never,
      createTable: never,
      status: async () => board.describe(registry),
      schedule: async (request) => changeSchedule(registry, request),
      task: ({ asked }) => actOnReplicationTask(registry, asked),
    });
    state.writeRuntimeInfo({
      pid: process.pid,
      controlEndpoint: control.endpoint,
      controlToken: control.token,
      gatewayEndpoint: 'http://127.0.0.1:1',
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      region: 'eu-west-1',
    });
  });
  afterEach(async () => {
    await registry.of(SCHEDULES).get('cdc-dev-load-staged-batches')?.stop();
    await control.stop();
    state.release();
    jest.restoreAllMocks();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const taskWith = (tableState: 'loaded' | 'suspended'): ReplicationTask =>
    ({
      describe: () => ({
        identifier: 'cdc-dev-mysql',
        status: 'running',
        tables: [
          {
            table: 'bank.txns',
            state: tableState,
            snapshotRows: 10,
            inserts: 5,
            updates: 1,
            deletes: 2,
            rejected: 0,
            flagged: 0,
            ...(tableState === 'suspended' ? { suspendedBecause: 'an event did not fit' } : {}),
          },
        ],
      }),
    }) as unknown as ReplicationTask;
  const flags = () => ['--data-dir', dataDir];

  it('says lag, counts, next runs and the last comparison, as text and as JSON', async () => {
    const applied = {
      type: 'applied',
      table: 'bank.txns',
      inserts: 1,
      updates: 0,
      deletes: 0,
      truncates: 0,
      rejected: 0,
      lagMs: 234,
    } as const;
    board.see({ type: 'task', identifier: 'cdc-dev-mysql', event: applied });
    board.see({
      type: 'outcome',
      functionName: 'cdc-dev-load-staged-batches',
      outcome: 'loaded',
      fields: { table: 'trades', upserted: 12, deleted: 1, lagMs: 1500 },
    });
    board.see({
      type: 'function-ended',
      functionName: 'cdc-dev-reconcile-tables',
      payload: {
        tables: [
          { source: 'mysql.bank.txns', target: 'bank.txns', sourceRows: 14, targetRows: 14, mismatches: 0 },
        ],
      },
    });
    expect(await status(typed('status', ...flags()))).toBe(0);
    const [text = ''] = printed;
    expect(text).toMatch(/^MySQL +bank\.txns +0\.2 s +\d\d:\d\d:\d\d +16 +2 +0$/m);
    expect(text).toMatch(/^DynamoDB +trades +1\.5 s +\d\d:\d\d:\d\d +12 +1 +0$/m);
    expect(text).toMatch(/^mysql\.bank\.txns +bank\.txns +14 +14 +0 +0$/m);
    expect(text).toMatch(/^cdc-dev-load-staged-batches +300 s +\d\d:\d\d:\d\d$/m);
    expect(text).toMatch(/no dead letters$/);
    await status(typed('status', '--json', ...flags()));
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({
      state: 'running',
      pid: process.pid,
      comparedAt: expect.any(String),
    });
  });

  it('without dead letters says so, apart from what a script reads', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await deadLetters(typed('dead_letters', ...flags()))).toBe(0);
    expect(await clearDeadLetters(typed('clear_dead_letters', 'ingest-txns', ...flags()))).toBe(0);
    expect(told.mock.calls).toEqual([['no dead letters'], ['no dead letters of ingest-txns']]);
    expect(printed).toEqual([]);
  });

  it('is not well with a suspended table, a failing function or dead letters', async () => {
    const well = board.describe(registry);
    const letters: PipelineStatus = { ...well, deadLetters: [{ queue: 'q', count: 1 }] };
    expect([exitCodeOfStatus(well), exitCodeOfStatus(letters)]).toEqual([0, 3]);
    board.see({ type: 'function-failed', functionName: 'f', message: 'no', logFile: 'l', next: 'retry' });
    expect(exitCodeOfStatus(board.describe(registry))).toBe(1);
    board.see({ type: 'function-ended', functionName: 'f', payload: {} });
    expect(exitCodeOfStatus(board.describe(registry))).toBe(0);
    registry.of(REPLICATION_TASKS).set('task', taskWith('suspended'));
    expect(await status(typed('status', ...flags()))).toBe(1);
    expect(printed[0]).toContain(
      `suspended: bank.txns: an event did not fit\n  to bring it back: npm run resync -- bank.txns --data-dir ${dataDir}`,
    );
  });

  it('says how many rows a table has rejected since its copy, and why the last one was', async () => {
    const [found] = taskWith('loaded').describe().tables;
    const tables = [{ ...found, rejected: 2, rejectedBecause: 'column v cannot hold the value' }];
    registry.of(REPLICATION_TASKS).set('task', {
      describe: () => ({ identifier: 'cdc-dev-mysql', status: 'running', tables }),
    } as unknown as ReplicationTask);
    await status(typed('status', ...flags()));
    expect(printed[0]).toContain(
      '\nbank.txns rejected 2 rows, the last because column v cannot hold the value\n',
    );
  });

  it('pauses and resumes a schedule by the name of its function, and knows no other', async () => {
    expect(await pause(typed('pause', 'load-staged-batches', ...flags()))).toBe(0);
    await status(typed('status', ...flags()));
    expect(printed[1]).toMatch(/^cdc-dev-load-staged-batches +300 s +paused$/m);
    // The next start reads it.
    expect(readPausedSchedules(dataDir)).toEqual(['cdc-dev-load-staged-batches']);
    expect(changeSchedule(registry, { handler: 'load-staged-batches', change: 'resume' })).toMatch(
      /fires again/,
    );
    expect(readPausedSchedules(dataDir)).toEqual([]);
    await expect(pause(typed('pause', 'load', ...flags()))).rejects.toThrow(
      'there is no schedule of load; scheduled are load-staged-batches',
    );
  });

  it('stops and starts its replication task by the names that docs/operator.sh has', async () => {
    let taskStatus = 'running';
    const fake = taskWith('loaded');
    const running = {
      ...fake,
      describe: () => ({ ...fake.describe(), status: taskStatus }),
      stop: async () => {
        taskStatus = 'stopped';
      },
    } as ReplicationTask;
    registry.of(REPLICATION_TASKS).set('task', running);
    const name = 'cdc-dev-start-replication-task';
    const invoke = async (): Promise<void> => {
      taskStatus = 'running';
    };
    registry.of(FUNCTIONS).set(name, { name, invoke } as unknown as CallableFunction);
    const starter = createSchedule({ name, everyMs: 300_000, fire: async () => undefined });
    registry.of(SCHEDULES).set(name, starter);
    expect(await stopTask(typed('stop_task', ...flags()))).toBe(0);
    expect([taskStatus, starter.isPaused(), readPausedSchedules(dataDir)]).toEqual(['stopped', true, [name]]);
    await task(typed('task', ...flags()));
    expect(JSON.parse(printed[1]!)).toMatchObject({
      status: 'stopped',
      failure: null,
      tables: { loaded: 1 },
    });
    expect(await startTask(typed('start_task', ...flags()))).toBe(0);
    expect([taskStatus, readPausedSchedules(dataDir)]).toEqual(['running', []]);
    await taskTables(typed('task_tables', ...flags()));
    expect(printed[3]).toMatch(/^bank\.txns +loaded +\d+ /m);
    await starter.stop();
  });

  it('is connected to by a command without a password in it', async () => {
    mkdirSync(join(dataDir, 'secrets'));
    mkdirSync(join(dataDir, 'mysql'));
    writeFileSync(join(dataDir, 'mysql', 'admin-password'), 'hidden\n');
    const version = { value: JSON.stringify({ port: 4711 }), stages: ['AWSCURRENT'] };
    writeFileSync(
      join(dataDir, 'secrets', 'secrets.json'),
      JSON.stringify([{ name: 'cdc-dev-mysql-dms', versions: [version] }]),
    );
    expect(await connect(typed('connect', 'mysql', ...flags()))).toBe(0);
    const file = join(dataDir, 'connect', 'mysql.cnf');
    expect(printed[0]).toMatch(`mysql --defaults-extra-file=${file}`);
    expect(printed[0]).not.toContain('hidden');
    expect(readFileSync(file, 'utf8')).toBe(
      '[client]\nhost="127.0.0.1"\nport="4711"\nuser="cdc_admin"\npassword="hidden"\n',
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const mysql = {
      host: 'db.example.com',
      port: 3306,
      user: 'reader',
      sslMode: 'PREFERRED',
      tables: '',
    } as const;
    const dynamodb = { endpoint: 'http://127.0.0.1:8000', region: 'local', tables: ['quotes'] };
    writeOwnSource(dataDir, { mysql: { ...mysql, flavour: 'mysql' }, dynamodb });
    for (const system of ['mysql', 'dynamodb']) await connect(typed('connect', system, ...flags()));
    expect(printed[1]).toMatch(/^mysql --host db\.example\.com --port 3306 --user reader --password$/m);
    expect(printed[2]).toMatch(
      /^aws dynamodb scan --endpoint-url http:\/\/127\.0\.0\.1:8000 --region local --table-name quotes$/m,
    );
  });
});

describe('a stopped pipeline', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'cdc-stopped-'));
    (await StateFolder.open(dataDir)).release();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('says that it is stopped and what it has; what only a running one can do says how to start it', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    expect(await status(typed('status', '--json', '--data-dir', dataDir))).toBe(1);
    expect(JSON.parse(String(print.mock.calls[0]?.[0]))).toMatchObject({
      state: 'stopped',
      bytes: { mysql: 0 },
      deadLetters: [],
    });
    for (const [name, word, run] of [
      ['pause', 'ingest-txns', pause],
      ['connect', 's3', connect],
    ] as const)
      await expect(run(typed(name, word, '--data-dir', dataDir))).rejects.toThrow(
        `the pipeline in ${dataDir} is not running. Start it in another window (npm start -- --data-dir ${dataDir}), then: npm run ${name} -- ${word} --data-dir ${dataDir}`,
      );
    const mysql = {
      host: 'db',
      port: 3306,
      user: 'reader',
      flavour: 'mysql',
      tables: 'a.b,a.c',
    } as const;
    writeOwnSource(dataDir, { mysql: { ...mysql, sslMode: 'REQUIRED' } });
    await expect(pause(typed('pause', 'ingest-txns', '--data-dir', dataDir))).rejects.toThrow(
      `(npm start -- --mysql mysql://reader@db:3306 --tables a.b,a.c --ssl-mode REQUIRED --data-dir ${dataDir})`,
    );
    await expect(status(typed('status', '--data-dir', `${dataDir}x`))).rejects.toThrow(
      'there is no pipeline in',
    );
  });

  it('shows the last lines of its logs, by the name of a function', async () => {
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    mkdirSync(join(dataDir, 'functions', 'cdc-dev-ingest-txns'), { recursive: true });
    const file = join(dataDir, 'functions', 'cdc-dev-ingest-txns', 'function.log');
    writeFileSync(file, 'one\ntwo\nthree\n');
    expect(await logs(typed('logs', 'ingest-txns', '--lines', '2', '--data-dir', dataDir))).toBe(0);
    expect(print.mock.calls).toEqual([['two'], ['three']]);
    await expect(logs(typed('logs', 'ingest', '--data-dir', dataDir))).rejects.toThrow(
      `there is no log of ingest in ${dataDir}; there are: ingest-txns`,
    );
  });

  it('has logs that are followed line by line, into the next file when they are rotated', async () => {
    const file = join(dataDir, 'a.log');
    writeFileSync(file, 'old\n');
    const lines: string[] = [];
    const stop = followFile(file, (line) => lines.push(line));
    const seen = (wanted: readonly string[]): Promise<unknown> =>
      waitUntil(() => lines.join() === wanted.join(), {
        what: wanted.join(),
        timeoutMs: 10_000,
        lastState: () => lines.join(),
      });
    appendFileSync(file, 'new\nhal');
    await seen(['new']);
    appendFileSync(file, 'f\n');
    await seen(['new', 'half']);
    renameSync(file, `${file}.1`);
    writeFileSync(file, 'next\n');
    await seen(['new', 'half', 'next']);
    stop();
    expect(lastLines(file, 5)).toEqual(['next']);
  });
});
