/** One cycle that uses what the pipeline may do, paths of rejected rows included, and tells which grants it used. */

import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ResourceArguments } from '../../deployment/resource-arguments';
import { readStacks } from '../../deployment/terraform-json';
import { keepAttributeNames } from '../../pipeline/dynamodb/exact-names';
import { incomingPrefix, rejectedKey } from '../../pipeline/s3-layout';
import { dynamodbTables } from '../../pipeline/tables';
import { backfillTable } from '../runtime/backfill';
import type { RuntimeEvent } from '../runtime/events';
import { forgetInSteps } from '../runtime/forget';
import { ACCESS_CONTROL, type Grant } from '../runtime/ports/access-control';
import { DYNAMODB_LOCAL, dynamodbLocalClientConfig } from '../runtime/ports/dynamodb-local';
import { OBJECTS } from '../runtime/ports/object-store';
import { TABLE_STREAMS } from '../runtime/ports/table-stream';
import { WAREHOUSES } from '../runtime/ports/warehouse';
import { ProgressWatch } from '../runtime/progress-watch';
import { type Runtime, startRuntime } from '../runtime/runtime';
import type { StopSignals } from '../runtime/stop-signals';
import { StateFolder } from '../state/state-folder';
import { runCycle } from './cycle';
import { exerciseApi } from './exercise-api';
import { printEvent } from './report';
import { areEqual, parseTableSummaries } from './table-summary';

export interface ExerciseOptions {
  readonly deploymentFolder: string;
  /** Empty; everything in it is forgotten. */
  readonly dataDir: string;
  readonly print: (line: string) => void;
  /** Absent: nothing interrupts it. */
  readonly signals?: Pick<StopSignals, 'during' | 'wasReceived'>;
}

const UNINTERRUPTED: NonNullable<ExerciseOptions['signals']> = {
  during: (work) => work,
  wasReceived: () => false,
};

/** @throws Error when a call is denied, or when the cycle does not end with every table equal */
export async function exerciseDeployment(options: ExerciseOptions): Promise<readonly Grant[]> {
  const { deploymentFolder, dataDir, print, signals = UNINTERRUPTED } = options;
  const state = await StateFolder.open(dataDir, { fresh: true });
  const watch = new ProgressWatch();
  const tell = (event: RuntimeEvent): void => {
    watch.see(event);
    for (const line of printEvent(event, dataDir)) print(line);
  };
  try {
    const runtime = await signals.during(startRuntime({ deploymentFolder, state, tell }));
    try {
      await breakInput(runtime, deploymentFolder);
      for (const { name } of dynamodbTables()) await backfillTable(runtime.registry, { table: name });
      // A second step reads the state of the first.
      await runtime.functionOf('backfill-tables').invoke({});
      await changeExisting(runtime);
      const tables = await signals.during(runCycle(runtime, watch));
      if (!areEqual(tables)) throw new Error('the cycle ended with tables that are not equal');
      await exerciseApi(runtime);
      await forgetItems(runtime);
      await loseRow(runtime);
      await runtime.functionOf('measure-freshness').invoke({});
      return runtime.registry.the(ACCESS_CONTROL).grants();
    } finally {
      await runtime.stop({ drain: !signals.wasReceived() });
    }
  } finally {
    state.release();
  }
}

/** What the owner of a table does that was there before: no function of the pipeline writes into it. */
async function changeExisting({ registry }: Runtime): Promise<void> {
  const client = keepAttributeNames(
    new DynamoDBClient(dynamodbLocalClientConfig(registry.the(DYNAMODB_LOCAL))),
  );
  for (const { existing, tableName: TableName } of registry.of(TABLE_STREAMS).values()) {
    if (existing === undefined) continue;
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName, Limit: 1 }));
    for (const item of items) {
      const Item = { ...item, changed_by_its_owner: { BOOL: true } };
      await client.send(new PutItemCommand({ TableName, Item }));
    }
  }
  client.destroy();
}

/** The key of {@link breakInput}'s rejected item, which no source has. */
const FORGOTTEN = '900000001';

async function forgetItems(runtime: Runtime): Promise<void> {
  for (const { name, key } of dynamodbTables()) {
    const called = runtime.functionOf('forget-item');
    const { rejected } = await forgetInSteps(called, { table: name, key: key.map(() => FORGOTTEN) });
    if (rejected === 0) throw new Error(`a rejected item of ${name} was not forgotten`);
  }
}

/** A row that is missing in the warehouse, so that a sweep asks the source for it again. */
async function loseRow(runtime: Runtime): Promise<void> {
  const [table] = dynamodbTables();
  const [warehouse] = runtime.registry.of(WAREHOUSES).values();
  if (table === undefined || warehouse === undefined) return;
  const target = `${table.target.schema}.${table.target.table}`;
  const session = await warehouse.openSession();
  await session.run(
    `DELETE FROM ${target} WHERE ${table.key[0]} = (SELECT MIN(${table.key[0]}) FROM ${target})`,
  );
  await session.close();
  const compared = parseTableSummaries(
    await runtime.functionOf('reconcile-tables').invoke({ work: 'begin' }),
  );
  if (compared.every(({ inFlight }) => inFlight === 0)) throw new Error('a lost row was not noticed');
}

/** A broken row and a broken item in the seed, and files of each table that nothing can read. */
async function breakInput(runtime: Runtime, deploymentFolder: string): Promise<void> {
  const objects = runtime.registry.the(OBJECTS);
  const blocks = readStacks(deploymentFolder).flatMap(({ resources }) => resources);
  for (const block of blocks.filter(({ type }) => type === 'aws_s3_object')) {
    const object = new ResourceArguments(block, runtime.lookup);
    const [bucket, key] = [object.text('bucket'), object.text('key')];
    const pieces: Buffer[] = [];
    for await (const piece of objects.read(bucket, key)) pieces.push(piece as Buffer);
    await objects.putText(bucket, key, withBrokenRecord(Buffer.concat(pieces).toString()));
  }
  for (const block of blocks.filter(({ address }) => address === 'aws_s3_bucket.data')) {
    const bucket = new ResourceArguments(block, runtime.lookup).text('bucket');
    for (const table of dynamodbTables()) {
      await objects.putText(bucket, `${incomingPrefix(table.name)}broken.json.gz`, 'this is not gzip');
      const raw = JSON.stringify(Object.fromEntries(table.key.map((part) => [part, FORGOTTEN])));
      await objects.putText(bucket, rejectedKey(table.name, 'forgotten'), `${JSON.stringify({ raw })}\n`);
    }
  }
}

function withBrokenRecord(content: string): string {
  return content.trimStart().startsWith('{')
    ? content.replace(/\]\s*\}\s*$/, ',{"this":"item has no key"}]}')
    : `${content.trimEnd()}\nthis row has one field\n`;
}
