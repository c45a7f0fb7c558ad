import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallableFunction, FUNCTIONS } from '../../../local/runtime/ports/callable-function';
import { STREAM_MAPPINGS, type StreamMapping } from '../../../local/runtime/ports/stream-mapping';
import { Registry } from '../../../local/runtime/registry';
import { StreamRepairs } from '../../../local/runtime/repair-streams';
import { StreamCheckpoints } from '../../../local/services/lambda/stream-mapping/stream-checkpoints';
import { dynamodbTables } from '../../../pipeline/tables';

const TABLE = dynamodbTables()[0]?.name ?? '';
const LOST = {
  type: 'mapping',
  functionName: 'stage',
  event: { type: 'lost', reason: 'POSITION_LOST: why' },
} as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-repairs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function lostStream(backfill: (event: unknown) => unknown) {
  const registry = new Registry();
  const file = join(mkdtempSync(join(folder, 'stream-')), 'checkpoints.json');
  const checkpoints = StreamCheckpoints.open(file, 'arn');
  checkpoints.markLost(LOST.event.reason);
  const mapping = {
    whyLost: () => checkpoints.whyLost,
    lossCount: () => checkpoints.lossCount,
    markRepaired: (count: number) => checkpoints.markRepaired(count),
  };
  registry
    .of(STREAM_MAPPINGS)
    .set(
      `arn:aws:dynamodb:eu-west-1:1:table/cdc-dev-${TABLE}/stream/x stage`,
      mapping as unknown as StreamMapping,
    );
  const called = { name: 'cdc-dev-backfill-tables', invoke: async (event: unknown) => backfill(event) };
  registry.of(FUNCTIONS).set(called.name, called as unknown as CallableFunction);
  return { registry, checkpoints };
}

describe('the repair of streams', () => {
  it('backfills the table of a stream that lost records, step after step, and only then forgets the loss', async () => {
    const asked: unknown[] = [];
    const { registry, checkpoints } = lostStream((event) => {
      expect(checkpoints.whyLost).toBeDefined();
      asked.push(event);
      return { tables: [{ table: TABLE, items: 3, rejected: 0, isDone: asked.length === 2 }] };
    });
    const repairs = new StreamRepairs(registry, () => undefined);
    await repairs.repair();
    await repairs.repair();
    expect(asked).toEqual([
      { table: TABLE, reason: 'POSITION_LOST: why' },
      { table: TABLE, continue: true },
    ]);
    expect(checkpoints.whyLost).toBeUndefined();
  });

  it('keeps a loss that came while the backfill ran, for another one, whatever its reason', async () => {
    let count = 0;
    const { registry, checkpoints } = lostStream(() => {
      count += 1;
      if (count === 1) checkpoints.markLost(LOST.event.reason);
      return { tables: [{ table: TABLE, items: 3, rejected: 0, isDone: true }] };
    });
    const repairs = new StreamRepairs(registry, () => undefined);
    await repairs.repair();
    expect(checkpoints.whyLost).toBe(LOST.event.reason);
    await repairs.repair();
    expect([count, checkpoints.whyLost]).toEqual([2, undefined]);
  });

  it('ends the run when the backfill fails, and keeps the loss for the next start', async () => {
    const { registry, checkpoints } = lostStream(() => {
      throw new Error('no capacity');
    });
    const told = await new Promise((tell) => new StreamRepairs(registry, tell).see(LOST));
    expect(told).toMatchObject({
      type: 'mapping',
      event: { type: 'failed', error: new Error('no capacity') },
    });
    expect(checkpoints.whyLost).toBe(LOST.event.reason);
  });
});
