import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { DynamodbLocal } from '../../../../../local/runtime/ports/dynamodb-local';
import type { StreamMappingEvent } from '../../../../../local/runtime/ports/stream-mapping';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { startDynamodbLocal } from '../../../../../local/services/dynamodb/dynamodb-local';
import type { DiscardedBatch } from '../../../../../local/services/lambda/stream-mapping/deliver-batch';
import {
  type RunningMapping,
  type StreamMappingOptions,
  startStreamMapping,
} from '../../../../../local/services/lambda/stream-mapping/stream-mapping';
import { ReadNumbers } from '../../../../../local/services/lambda/stream-mapping/trimmed-records';
import { daysToProve } from '../../../../support/days-to-prove';
import { canMoveClock, MovedClock } from '../../../../support/moved-clock';

const SDK = { region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/trades/stream/label';

describe('the stream mapping', () => {
  let folder: string;
  let server: DynamodbLocal;
  let tables: DynamoDBClient;
  let streamArn: string;
  let tableCount = 0;
  let table: string;
  const mappings: RunningMapping[] = [];
  let clock: MovedClock | undefined;
  let readNumbers = new ReadNumbers();

  const connect = (): void => {
    tables = new DynamoDBClient({ ...SDK, endpoint: server.endpoint });
  };
  const createTable = async (): Promise<string> => {
    const { TableDescription: made } = await tables.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    return made?.LatestStreamArn ?? '';
  };
  const put = async (id: string, value: number): Promise<void> => {
    await tables.send(
      new PutItemCommand({ TableName: table, Item: { id: { S: id }, v: { N: String(value) } } }),
    );
  };
  const putMany = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index += 1) await put(`k${index}`, index);
  };

  const restartLater = async (hours: number): Promise<void> => {
    await server.stop();
    clock?.moveBy(hours * 3_600);
    server = await startDynamodbLocal({ folder: join(folder, 'dynamodb') });
    connect();
  };

  /** Starts a mapping that keeps what its function took, and what was reported to it. */
  const start = async (
    overrides: Partial<StreamMappingOptions> = {},
    work: (event: DynamoDBStreamEvent) => unknown = () => ({}),
  ) => {
    const taken: string[] = [];
    const batches: DynamoDBStreamEvent[] = [];
    const events: StreamMappingEvent[] = [];
    const discarded: DiscardedBatch[] = [];
    const mapping = await startStreamMapping({
      client: new DynamoDBStreamsClient({ ...SDK, endpoint: server.endpoint }),
      streamArn,
      eventSourceArn: ARN,
      region: 'eu-west-1',
      checkpointFile: join(folder, `${table}.json`),
      batchSize: 10,
      batchWindowMs: 0,
      policy: { bisectOnError: true, retryLimit: 2, ageLimitMs: undefined, partialResponses: true },
      invoke: async (event) => {
        const answer = await work(event as DynamoDBStreamEvent);
        batches.push(event as DynamoDBStreamEvent);
        taken.push(...(event as DynamoDBStreamEvent).Records.map(idOf));
        return answer;
      },
      sendToFailureDestination: async (batch) => {
        discarded.push(batch);
      },
      onEvent: (event) => events.push(event),
      retryDelayMs: () => 1,
      readNumbers,
      ...overrides,
    });
    mappings.push(mapping);
    return { mapping, taken, batches, events, discarded };
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-stream-'));
    if (canMoveClock) clock = new MovedClock(folder);
    server = await startDynamodbLocal({ folder: join(folder, 'dynamodb') });
    connect();
  });
  beforeEach(async () => {
    tableCount += 1;
    readNumbers = new ReadNumbers();
    table = `trades-${tableCount}`;
    streamArn = await createTable();
  });
  afterEach(async () => {
    for (const mapping of mappings.splice(0)) await mapping.stop();
    clock?.moveBy(0);
  });
  afterAll(async () => {
    await server.stop();
    clock?.restore();
    rmSync(folder, { recursive: true, force: true });
  });

  it('delivers inserts, updates and deletes in the form and order of Lambda', async () => {
    await put('a', 1);
    await put('a', 2);
    await tables.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: 'a' } } }));
    const { mapping, batches } = await start();
    await mapping.drain({ timeoutMs: 10_000 });
    const records = batches.flatMap(({ Records }) => Records);
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(records[1]).toEqual({
      eventID: expect.any(String),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: ARN,
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { id: { S: 'a' } },
        NewImage: { id: { S: 'a' }, v: { N: '2' } },
        OldImage: { id: { S: 'a' }, v: { N: '1' } },
        SequenceNumber: expect.stringMatching(/^\d{34}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    const versions = records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
    expect(versions).toEqual([...versions].sort());
    const seconds = records[1]?.dynamodb?.ApproximateCreationDateTime ?? 0;
    expect(Math.abs(Date.now() / 1000 - seconds)).toBeLessThan(90);
  });

  it('fills batches up to the batch size and no further', async () => {
    await putMany(0, 25);
    const { mapping, batches } = await start({ batchSize: 7, batchWindowMs: 60_000 });
    await waitUntil(() => batches.length >= 3, { what: 'three full batches', timeoutMs: 10_000 });
    await mapping.drain({ timeoutMs: 10_000 });
    expect(batches.map(({ Records }) => Records.length)).toEqual([7, 7, 7, 4]);
  });

  it('keeps a batch open for its window, and closes it early when it drains', async () => {
    const { mapping, batches } = await start({ batchSize: 1_000, batchWindowMs: 60_000 });
    await putMany(0, 300);
    await mapping.drain({ timeoutMs: 10_000 });
    expect(batches.map(({ Records }) => Records.length)).toEqual([300]);
  });

  it('puts a record that always fails on the failure destination, alone, and delivers its neighbours', async () => {
    await putMany(0, 8);
    const { mapping, taken, discarded } = await start({}, (event) => {
      if (event.Records.some((record) => idOf(record) === 'k5')) throw new Error('cannot take k5');
      return {};
    });
    await mapping.drain({ timeoutMs: 10_000 });
    expect(taken).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k6', 'k7']);
    expect(discarded).toHaveLength(1);
    expect(discarded[0]).toMatchObject({ reason: 'RetryAttemptsExhausted', invokeCount: 3 });
    expect(discarded[0]?.records).toHaveLength(1);
  });

  it('neither halves, discards nor tells of a batch whose function was stopped with the mapping', async () => {
    await putMany(0, 4);
    let endFunction: ((reason: Error) => void) | undefined;
    const first = await start(
      { policy: { bisectOnError: true, retryLimit: 0, ageLimitMs: undefined, partialResponses: true } },
      () => new Promise((_resolve, reject) => (endFunction = reject)),
    );
    await waitUntil(() => endFunction !== undefined, {
      what: 'the function to be called',
      timeoutMs: 10_000,
    });
    const stopped = first.mapping.stop();
    endFunction?.(new Error('the function was stopped'));
    await stopped;
    expect(first.discarded).toEqual([]);
    expect(first.events.filter(({ type }) => type === 'function-failed')).toEqual([]);
    const second = await start();
    await second.mapping.drain({ timeoutMs: 10_000 });
    expect(second.taken).toEqual(['k0', 'k1', 'k2', 'k3']);
  });

  it('goes on after the last delivered record, also when the stream server was killed in between', async () => {
    await putMany(0, 15);
    let calls = 0;
    const first = await start({ batchSize: 5, retryDelayMs: () => 60_000 }, () => {
      calls += 1;
      if (calls > 2) throw new Error('the function is broken');
      return {};
    });
    await waitUntil(() => first.events.some(({ type }) => type === 'function-failed'), {
      what: 'the third batch to fail',
      timeoutMs: 10_000,
    });
    await first.mapping.stop();
    expect(first.taken).toEqual([...Array(10).keys()].map((index) => `k${index}`));

    process.kill(Number(readFileSync(join(folder, 'dynamodb', 'server.pid'), 'utf8')), 'SIGKILL');
    await server.stop();
    server = await startDynamodbLocal({ folder: join(folder, 'dynamodb') });
    connect();
    await putMany(15, 20);
    const second = await start({ batchSize: 5 });
    await second.mapping.drain({ timeoutMs: 10_000 });
    expect(second.taken).toEqual([...Array(10).keys()].map((index) => `k${index + 10}`));
  });

  it('delivers again what was delivered when the checkpoint did not reach the disk', async () => {
    await putMany(0, 3);
    const first = await start();
    await first.mapping.drain({ timeoutMs: 10_000 });
    await first.mapping.stop();
    rmSync(join(folder, `${table}.json`));
    const second = await start();
    await second.mapping.drain({ timeoutMs: 10_000 });
    expect(second.taken).toEqual(first.taken);
    expect(second.batches).toEqual(first.batches);
  });

  it('knows a table that was created again, reads its stream from the beginning, and remembers it until a repair', async () => {
    await putMany(0, 1);
    const { mapping } = await start();
    await mapping.drain({ timeoutMs: 10_000 });
    await mapping.stop({ drained: true });
    await tables.send(new DeleteTableCommand({ TableName: table }));
    streamArn = await createTable();
    await putMany(5, 7);
    const again = await start();
    expect(again.mapping.whyLost()).toMatch(/^SOURCE_REPLACED: .* the table was deleted and created again$/);
    await again.mapping.drain({ timeoutMs: 10_000 });
    expect(again.taken).toEqual(['k5', 'k6']);
    await again.mapping.stop();
    const third = await start();
    expect(third.events).toEqual([{ type: 'lost', reason: third.mapping.whyLost() }]);
    third.mapping.markRepaired(third.mapping.lossCount());
    await third.mapping.stop();
    expect((await start()).mapping.whyLost()).toBeUndefined();
  });

  it('reads records again that were delivered before, by the numbers that the function saw', async () => {
    await putMany(0, 5);
    const { mapping, batches } = await start();
    await mapping.drain({ timeoutMs: 10_000 });
    const records = batches.flatMap(({ Records }) => Records);
    const [first, last] = [1, 3].map((at) => records[at]?.dynamodb?.SequenceNumber ?? '');
    const again = (await mapping.readAgain({ first: first!, last: last! })) as DynamoDBStreamEvent['Records'];
    expect(again.map(idOf)).toEqual(['k1', 'k2', 'k3']);
    expect(again.map(({ dynamodb }) => dynamodb?.SequenceNumber)).toEqual(
      records.slice(1, 4).map(({ dynamodb }) => dynamodb?.SequenceNumber),
    );
    const none = String(BigInt(last!) + 1000n);
    expect(await mapping.readAgain({ first: none, last: none })).toBeUndefined();
  });

  const whereClocksMove = canMoveClock ? describe : describe.skip;
  whereClocksMove('when the clock is set', () => {
    const DAY = 86_400;
    const agedPolicy = {
      bisectOnError: true,
      retryLimit: 2,
      ageLimitMs: 23 * 3_600_000,
      partialResponses: true,
    };
    const numbered = (from: number, to: number) =>
      [...Array(to - from).keys()].map((index) => `k${index + from}`);
    const untilTaken = (taken: readonly string[], count: number): Promise<boolean> =>
      waitUntil(() => taken.length >= count, {
        what: `${count} records`,
        timeoutMs: 20_000,
        lastState: () => taken.join(' '),
      });
    const versionsOf = (batches: readonly DynamoDBStreamEvent[]) =>
      batches.flatMap(({ Records }) => Records).map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');

    it('past the life of a shard and right again, nothing is lost, discarded or older than before', async () => {
      const { mapping, taken, batches, discarded } = await start({ policy: agedPolicy, patienceMs: 500 });
      await putMany(0, 3);
      await untilTaken(taken, 3);
      await putMany(3, 6);
      clock?.moveBy(6 * 3_600);
      await putMany(6, 9);
      await untilTaken(taken, 9);
      await putMany(9, 12);
      clock?.moveBy(0);
      await putMany(12, 15);
      await mapping.drain({ timeoutMs: 20_000 });
      expect(taken).toEqual(numbered(0, 15));
      expect(discarded).toEqual([]);
      const versions = versionsOf(batches);
      expect(versions).toEqual([...versions].sort());
    });

    it('forward past the life of unread records and right again, they are waited for', async () => {
      const { mapping, taken } = await start({ policy: agedPolicy });
      await putMany(0, 3);
      await untilTaken(taken, 3);
      await putMany(3, 6);
      clock?.moveBy(25 * 3_600);
      await putMany(6, 9);
      await new Promise((resolve) => setTimeout(resolve, 600));
      clock?.moveBy(0);
      await putMany(9, 12);
      await mapping.drain({ timeoutMs: 20_000 });
      expect(taken).toEqual(numbered(0, 12));
    });

    /** Two reads may or may not fall between the writes and the clock. */
    const untilAllOrNamed = async (
      {
        taken,
        events,
      }: { readonly taken: readonly string[]; readonly events: readonly StreamMappingEvent[] },
      count: number,
    ): Promise<void> => {
      await waitUntil(() => taken.at(-1) === `k${count - 1}`, {
        what: `the last of ${count} records`,
        timeoutMs: 20_000,
        lastState: () => taken.join(' '),
      });
      const lost = events.flatMap((event) => (event.type === 'lost' ? [event.reason] : []));
      if (taken.length < count)
        expect(lost).toEqual([expect.stringMatching(/^POSITION_LOST: shard .* lost records/)]);
      else expect(taken).toEqual(numbered(0, count));
    };

    it.each([
      ['a day', 24],
      ['25 hours', 25],
    ])(
      'back %s and right again, nothing is discarded, and a record that nobody read is named',
      async (_, hours) => {
        const run = await start({ policy: agedPolicy, patienceMs: 500 });
        await putMany(0, 3);
        clock?.moveBy(-hours * 3_600);
        await putMany(3, 6);
        await untilTaken(run.taken, 6);
        await putMany(6, 9);
        clock?.moveBy(0);
        await putMany(9, 12);
        await untilAllOrNamed(run, 12);
        expect(run.discarded).toEqual([]);
        const versions = versionsOf(run.batches);
        expect(versions).toEqual([...versions].sort());
      },
    );

    it('forward past the life of a record for good, a record that nobody read is named as lost', async () => {
      const run = await start({ policy: agedPolicy, patienceMs: 500 });
      await putMany(0, 3);
      await untilTaken(run.taken, 3);
      await putMany(3, 6);
      clock?.moveBy(25 * 3_600);
      await putMany(6, 9);
      await untilAllOrNamed(run, 9);
    });

    it('forward two days while everything was read, it reads on, also after a clean stop that follows', async () => {
      const { mapping, taken } = await start({ policy: agedPolicy, patienceMs: 500 });
      await putMany(0, 3);
      await mapping.drain({ timeoutMs: 20_000 });
      clock?.moveBy(2 * DAY);
      await putMany(3, 6);
      await mapping.drain({ timeoutMs: 20_000 });
      expect(taken).toEqual(numbered(0, 6));
      // Every record that the checkpoint names has left the stream.
      clock?.moveBy(4 * DAY);
      await mapping.drain({ timeoutMs: 20_000 });
      await mapping.stop({ drained: true });
      const again = await start({ policy: agedPolicy });
      expect(again.mapping.whyLost()).toBeUndefined();
      await putMany(6, 26);
      await again.mapping.drain({ timeoutMs: 20_000 });
      expect(again.taken).toEqual(numbered(6, 26));
    });
  });

  // As for a laptop that was off: the server starts again so much later. Each case has a table of its own.
  const whereDaysPass = canMoveClock ? it : it.skip;
  const { hoursOff, rounds } = daysToProve();
  whereDaysPass(
    `continues ${hoursOff.join(', ')} hours later as it must: a clean stop loses nothing, after a kill a loss is named`,
    async () => {
      let isFirst = true;
      for await (const random of rounds()) {
        if (!isFirst) await restartLater(0);
        isFirst = false;
        const [seen, expected] = [new Map<string, unknown>(), new Map<string, unknown>()];
        const cases = hoursOff.flatMap((hours) =>
          (['clean', 'kill', 'kill and writes', 'kill before all'] as const).map((how) => {
            tableCount += 1;
            const name = `${tableCount}, ${how}, ${hours} h`;
            return { hours, how, name, table: `days-${tableCount}`, arn: '', puts: 1 + random.below(20) };
          }),
        );
        const use = (one: (typeof cases)[number]): void => {
          table = one.table;
          streamArn = one.arn;
        };
        for (const one of cases) {
          use(one);
          one.arn = await createTable();
          use(one);
          await putMany(0, one.puts);
          const first = await start({}, () => {
            if (one.how === 'kill before all') throw new Error('never');
            return {};
          });
          if (one.how !== 'kill before all') await first.mapping.drain({ timeoutMs: 20_000 });
          await first.mapping.stop({ drained: one.how === 'clean' });
          if (one.how === 'kill and writes') await putMany(one.puts, one.puts + 2);
        }
        for (const hours of hoursOff) {
          await restartLater(hours);
          for (const one of cases.filter((given) => given.hours === hours)) {
            use(one);
            const again = await start();
            const lost = again.mapping.whyLost()?.split(':')[0];
            await again.mapping.drain({ timeoutMs: 20_000 });
            const kept = again.taken.length;
            await putMany(100, 120);
            await again.mapping.drain({ timeoutMs: 20_000 });
            await again.mapping.stop();
            seen.set(one.name, { lost, kept, arrived: again.taken.length - kept });
            const waiting = { clean: 0, kill: 0, 'kill and writes': 2, 'kill before all': one.puts }[one.how];
            const named = one.how === 'clean' ? undefined : 'POSITION_LOST';
            expected.set(
              one.name,
              hours < 24
                ? { lost: undefined, kept: waiting, arrived: 20 }
                : { lost: named, kept: 0, arrived: 20 },
            );
          }
        }
        expect(seen).toEqual(expected);
      }
    },
  );
});

function idOf(record: DynamoDBStreamEvent['Records'][number]): string {
  return record.dynamodb?.Keys?.id?.S ?? '';
}
