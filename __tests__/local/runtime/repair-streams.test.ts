import { type CallableFunction, FUNCTIONS } from '../../../local/runtime/ports/callable-function';
import { STREAM_MAPPINGS, type StreamMapping } from '../../../local/runtime/ports/stream-mapping';
import { Registry } from '../../../local/runtime/registry';
import { StreamRepairs } from '../../../local/runtime/repair-streams';
import { dynamodbTables } from '../../../pipeline/tables';

const TABLE = dynamodbTables()[0]?.name ?? '';
const LOST = {
  type: 'mapping',
  functionName: 'stage',
  event: { type: 'lost', reason: 'POSITION_LOST: why' },
} as const;

function registryOf(lost: { reason: string | undefined }, backfill: (event: unknown) => unknown): Registry {
  const registry = new Registry();
  const mapping = { whyLost: () => lost.reason, markRepaired: () => (lost.reason = undefined) };
  registry
    .of(STREAM_MAPPINGS)
    .set(
      `arn:aws:dynamodb:eu-west-1:1:table/cdc-dev-${TABLE}/stream/x stage`,
      mapping as unknown as StreamMapping,
    );
  const called = { name: 'cdc-dev-backfill-tables', invoke: async (event: unknown) => backfill(event) };
  registry.of(FUNCTIONS).set(called.name, called as unknown as CallableFunction);
  return registry;
}

describe('the repair of streams', () => {
  it('backfills the table of a stream that lost records, step after step, and only then forgets the loss', async () => {
    const lost: { reason: string | undefined } = { reason: 'POSITION_LOST: why' };
    const asked: unknown[] = [];
    const registry = registryOf(lost, (event) => {
      expect(lost.reason).toBeDefined();
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
    expect(lost.reason).toBeUndefined();
  });

  it('ends the run when the backfill fails, and keeps the loss for the next start', async () => {
    const lost: { reason: string | undefined } = { reason: 'POSITION_LOST: why' };
    const registry = registryOf(lost, () => {
      throw new Error('no capacity');
    });
    const told = await new Promise((tell) => new StreamRepairs(registry, tell).see(LOST));
    expect(told).toMatchObject({
      type: 'mapping',
      event: { type: 'failed', error: new Error('no capacity') },
    });
    expect(lost.reason).toBe('POSITION_LOST: why');
  });
});
