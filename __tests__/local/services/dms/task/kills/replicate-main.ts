/**
 * A replication task and its warehouse in a process of their own, so that a test can kill it. Takes an order a line
 * and answers each with a line; ends with the process that started it, whose pipe then closes.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SourceLogin } from '../../../../../../local/runtime/ports/replication-task';
import { createReplicationTask } from '../../../../../../local/services/dms/task/replication-task';
import { openWarehouse } from '../../../../../../local/services/redshift/storage/open-warehouse';
import { ARN, readTargetRows, selectAll, settings } from '../task-bed';
import type { Order, Place } from './replicating-process';

const TIMEOUT_MS = process.env.CDC_PROVE_MINUTES === undefined ? 30_000 : 900_000;

async function main(place: Place): Promise<void> {
  const answer = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  const warehouse = await openWarehouse({
    file: place.warehouseFile,
    database: 'analytics',
    fetchObject: () => Promise.reject(new Error('no file is copied here')),
  });
  const session = await warehouse.openSession();
  for (const statement of place.targets) await session.run(statement);
  const task = await createReplicationTask({
    arn: ARN,
    identifier: 'killed',
    migrationType: 'full-load-and-cdc',
    tableMappings: selectAll(place.database),
    settings: settings({ ErrorBehavior: { RecoverableErrorCount: -1 } }),
    // Asked again at each connection: a server that was killed has another port.
    source: async () => JSON.parse(readFileSync(place.loginFile, 'utf8')) as SourceLogin,
    warehouse,
    onEvent: (event) => {
      if (event.type !== 'applied') answer({ event });
    },
  });
  const obey = async (order: Order): Promise<unknown> => {
    switch (order.do) {
      case 'apply':
        return task.waitUntilApplied({
          timeoutMs: TIMEOUT_MS,
          ...(order.position === undefined ? {} : { position: order.position }),
        });
      case 'tables':
        return task.describe().tables;
      case 'resync':
        return task.resync(order.tables);
      case 'query':
        return (await session.run(order.sql)).rows.map((row) => row.map(String));
      case 'rows':
        return readTargetRows(session, place.database, order.table);
    }
  };
  task.start(task.describe().status === 'ready' ? 'start-replication' : 'resume-processing');
  answer({ started: true });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      answer({ done: (await obey(JSON.parse(line) as Order)) ?? null });
    } catch (error) {
      answer({ error: String(error) });
    }
  }
  process.exit(0);
}

void main(JSON.parse(process.argv[2] ?? '') as Place);
