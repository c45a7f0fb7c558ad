import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { RuntimeEvent } from '../../../local/runtime/events';
import { MYSQL_SERVERS } from '../../../local/runtime/ports/mysql-server';
import { REPLICATION_TASKS } from '../../../local/runtime/ports/replication-task';
import { SCHEDULES } from '../../../local/runtime/ports/schedule';
import { STREAM_MAPPINGS } from '../../../local/runtime/ports/stream-mapping';
import { type Runtime, startRuntime } from '../../../local/runtime/runtime';
import { waitUntil } from '../../../local/runtime/wait-until';
import { StateFolder } from '../../../local/state/state-folder';
import { type EditableDeployment, synthesize } from '../../support/deployment';

describe('what the JSON says', () => {
  let folder: string;
  let original: EditableDeployment;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-runtime-'));
    original = synthesize();
  });
  afterAll(() => {
    original.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs an edited deployment for as long as `work` takes; everything is stopped afterwards. What the one before left is there. */
  async function withRuntime(
    deployment: EditableDeployment,
    work: (runtime: Runtime, events: readonly RuntimeEvent[]) => Promise<void>,
  ): Promise<void> {
    const state = await StateFolder.open(join(folder, 'state'));
    const events: RuntimeEvent[] = [];
    try {
      const runtime = await startRuntime({
        deploymentFolder: deployment.folder,
        state,
        tell: (event) => events.push(event),
      });
      try {
        await work(runtime, events);
      } finally {
        await runtime.stop();
      }
    } finally {
      state.release();
      deployment.remove();
    }
  }

  it('is what the laptop does: batch size, rate, retries, server parameters, tables, environment', async () => {
    const deployment = original.copy();
    deployment.edit('pipeline', ({ resource }) => {
      resource.aws_lambda_event_source_mapping.trades_stream.batch_size = 5;
      resource.aws_lambda_event_source_mapping.trades_stream.maximum_batching_window_in_seconds = 300;
      resource.aws_scheduler_schedule.every_ingest_txns.schedule_expression = 'rate(7 minutes)';
      resource.aws_lambda_function_event_invoke_config.ingest_trades_events.maximum_retry_attempts = 0;
      resource.aws_lambda_function.load_staged_batches.environment.variables.TOMBSTONE_DAYS = 'none';
    });
    deployment.edit('storage', ({ resource }) => {
      resource.aws_db_parameter_group.mysql.parameter.push({ name: 'max_connections', value: '77' });
    });
    deployment.edit('warehouse', ({ resource }) => {
      const task = resource.aws_dms_replication_task.replication;
      task.table_mappings = task.table_mappings.replace('"table-name":"txns"', '"table-name":"other%"');
    });
    await withRuntime(deployment, async (runtime, events) => {
      const { registry } = runtime;
      const [mapping] = registry.of(STREAM_MAPPINGS).values();
      const [task] = registry.of(REPLICATION_TASKS).values();
      const { rows } = (await runtime.functionOf('ingest-trades').invoke({})) as { rows: number };
      await mapping?.drain({ timeoutMs: 20_000 });
      const batches = events.flatMap((event) =>
        event.type === 'mapping' && event.event.type === 'delivered' ? [event.event.records] : [],
      );
      expect(batches).toEqual([...Array(Math.floor(rows / 5)).fill(5), ...(rows % 5 > 0 ? [rows % 5] : [])]);

      expect(registry.of(SCHEDULES).get('cdc-dev-ingest-txns')?.everyMs).toBe(420_000);
      expect(runtime.functionOf('ingest-trades').asyncPolicy.retries).toBe(0);
      await expect(readVariable(runtime, 'max_connections')).resolves.toBe('77');
      expect(task?.describe().tables.map(({ table }) => table)).not.toContain('bank.txns');
      await expect(runtime.functionOf('load-staged-batches').invoke({})).rejects.toThrow(
        /SETTINGS_INVALID.*TOMBSTONE_DAYS/,
      );

      // A server that nothing stopped is named when it ends; a run of `npm start` fails with that.
      process.kill(Number(readFileSync(join(folder, 'state', 'dynamodb', 'server.pid'), 'utf8')), 'SIGKILL');
      await waitUntil(() => events.some(({ type }) => type === 'engine-ended'), {
        what: 'the end of a server to be told',
        timeoutMs: 20_000,
      });
      expect(events.filter(({ type }) => type === 'engine-ended')).toEqual([
        {
          type: 'engine-ended',
          engine: 'DynamoDB Local',
          message: expect.stringMatching(/^DynamoDB Local ended \(signal SIGKILL\); log .*server\.log/),
        },
      ]);
    });
  });

  it.each<[string, (deployment: EditableDeployment) => void, RegExp]>([
    [
      'a table mapping that the task cannot follow',
      (deployment) =>
        deployment.edit('warehouse', ({ resource }) => {
          const task = resource.aws_dms_replication_task.replication;
          task.table_mappings = task.table_mappings.replace('"selection"', '"selections"');
        }),
      /aws_dms_replication_task\.replication\.table_mappings: /,
    ],
    [
      'a table mapping of a table that nobody prepares',
      (deployment) =>
        deployment.edit('warehouse', ({ resource }) => {
          const task = resource.aws_dms_replication_task.replication;
          task.table_mappings = task.table_mappings.replace('"table-name":"txns"', '"table-name":"other"');
        }),
      /the replication task selects bank\.other, which this function's catalogue does not have/,
    ],
    [
      'a server parameter that the server does not know',
      (deployment) =>
        deployment.edit('storage', ({ resource }) => {
          resource.aws_db_parameter_group.mysql.parameter.push({ name: 'no_such_parameter', value: '1' });
        }),
      /aws_db_instance\.mysql \(stack storage, .*cdk\.tf\.json\) could not start: .*no.such.parameter/s,
    ],
  ])('is refused by name, and nothing is left running, for %s', async (_what, change, message) => {
    const deployment = original.copy();
    change(deployment);
    await expect(withRuntime(deployment, async () => undefined)).rejects.toThrow(message);
    // The folder is free and its servers are down: another run begins.
    const state = await StateFolder.open(join(folder, 'state'));
    state.release();
  });
});

async function readVariable(runtime: Runtime, name: string): Promise<string> {
  const server = runtime.registry.of(MYSQL_SERVERS).get('cdc-dev-mysql')!;
  const connection = await createConnection({
    host: server.host,
    port: server.port,
    user: server.adminUser,
    password: server.adminPassword,
    ssl: { ca: readFileSync(server.caFile, 'utf8') },
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(`SELECT @@GLOBAL.${name} AS value`);
    return String(rows[0]?.value);
  } finally {
    await connection.end();
  }
}
