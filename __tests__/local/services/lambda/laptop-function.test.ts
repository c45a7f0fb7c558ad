import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeEvent } from '../../../../local/runtime/events';
import type { AsyncPolicy } from '../../../../local/runtime/ports/callable-function';
import { LaptopFunction } from '../../../../local/services/lambda/laptop-function';
import { parseOutcomeLine } from '../../../../local/services/lambda/outcome-line';
import type { InvocationResult } from '../../../../local/services/lambda/process/invocation';
import { createScheduledCall } from '../../../../local/services/scheduler/scheduled-call';
import { MessageQueue } from '../../../../local/services/sqs/message-queue';

const FAILED: InvocationResult = { error: { errorType: 'Error', errorMessage: 'broken' }, durationMs: 1 };
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:cdc-dev-ingest-txns';

describe('a deployed function', () => {
  let folder: string;
  let deadLetters: MessageQueue;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-function-'));
    deadLetters = MessageQueue.open(folder, 'dead-letters');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A function that answers one result after the other, the last one indefinitely. */
  function build(results: readonly InvocationResult[], policy: Partial<AsyncPolicy> = {}) {
    const events: RuntimeEvent[] = [];
    let calls = 0;
    const called = new LaptopFunction({
      name: 'cdc-dev-ingest-txns',
      role: 'cdc-dev-ingest-txns',
      arn: ARN,
      logFile: 'function.log',
      host: {
        invoke: async () => {
          calls += 1;
          return results[Math.min(calls, results.length) - 1]!;
        },
        killInstances: async () => undefined,
        stop: async () => undefined,
      },
      tell: (event) => events.push(event),
      retryDelayMs: () => 1,
    });
    called.asyncPolicy = { retries: 1, maxAgeMs: 60_000, deadLetters, ...policy };
    return { called, events, calls: () => calls };
  }

  it('gives its answer to whoever waits for it', async () => {
    const { called, events } = build([{ payload: { rows: 1 }, durationMs: 1 }]);
    await expect(called.invoke({})).resolves.toEqual({ rows: 1 });
    expect(events).toEqual([
      { type: 'function-ended', functionName: 'cdc-dev-ingest-txns', payload: { rows: 1 }, durationMs: 1 },
    ]);
  });

  it('tells whoever waits why it failed and where its log is', async () => {
    await expect(build([FAILED]).called.invoke({})).rejects.toThrow(
      /cdc-dev-ingest-txns failed: Error: broken\n.*function\.log/,
    );
  });

  it('runs an event again that failed, and is done when it succeeds', async () => {
    const { called, events, calls } = build([FAILED, { payload: null, durationMs: 1 }]);
    await called.accept({}).done;
    expect(calls()).toBe(2);
    expect(events.map(({ type }) => type)).toEqual(['function-failed', 'function-ended']);
    expect(deadLetters.count()).toBe(0);
  });

  it('puts an event on the dead-letter queue after the last retry, as Lambda words it', async () => {
    const { called, events, calls } = build([FAILED], { retries: 2 });
    await called.accept({ a: 1 }).done;
    expect(calls()).toBe(3);
    expect(events.map((event) => (event.type === 'function-failed' ? event.next : event.type))).toEqual([
      'retry',
      'retry',
      'dead-letter',
      'dead-letter',
    ]);
    expect(deadLetters.read()[0]?.body).toMatchObject({
      requestContext: {
        functionArn: `${ARN}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { a: 1 },
      responsePayload: { errorType: 'Error', errorMessage: 'broken' },
    });
  });

  it('retries no event past its age', async () => {
    const { called, calls } = build([FAILED], { retries: 2, maxAgeMs: 0 });
    await called.accept({}).done;
    expect(calls()).toBe(1);
    expect(deadLetters.read()[0]?.body).toMatchObject({ requestContext: { condition: 'EventAgeExceeded' } });
  });

  it('takes no event while it stops, and retries none', async () => {
    const { called, calls } = build([FAILED], { retries: 100 });
    const { done } = called.accept({});
    called.beginStop();
    await done;
    expect(calls()).toBe(1);
    expect(() => called.accept({})).toThrow('takes no more events');
    expect(deadLetters.count()).toBe(0);
  });
});

describe('a scheduled call', () => {
  let folder: string;
  let deadLetters: MessageQueue;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-call-'));
    deadLetters = MessageQueue.open(folder, 'dead-letters');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function build(accept: (input: unknown) => { done: Promise<void> }, retries: number) {
    return createScheduledCall({
      scheduleName: 'cdc-dev-ingest-txns',
      called: { name: 'cdc-dev-ingest-txns', arn: ARN, accept },
      input: { a: 1 },
      retries,
      maxAgeMs: 60_000,
      deadLetters,
      tell: () => undefined,
      retryDelayMs: () => 1,
    });
  }

  it('hands its input to the function and settles when the function is done', async () => {
    const inputs: unknown[] = [];
    const call = build((input) => {
      inputs.push(input);
      return { done: Promise.resolve() };
    }, 0);
    await call.fire();
    expect(inputs).toEqual([{ a: 1 }]);
  });

  it('tries again what is not accepted, then puts it on the dead-letter queue', async () => {
    let tries = 0;
    const call = build(() => {
      tries += 1;
      throw new Error('throttled');
    }, 2);
    await call.fire();
    expect(tries).toBe(3);
    expect(deadLetters.read()[0]?.body).toMatchObject({
      input: { a: 1 },
      attributes: { TARGET_ARN: ARN, ERROR_MESSAGE: 'throttled', RETRY_ATTEMPTS: 2 },
    });
  });
});

describe('the outcome line of a function', () => {
  it('is found among its log lines', () => {
    const line =
      '{"level":"INFO","message":"loaded","outcome":"loaded","table":"trades","rows":2,"lagMs":null,"deep":{}}';
    expect(parseOutcomeLine(line)).toEqual({
      outcome: 'loaded',
      fields: { level: 'INFO', message: 'loaded', table: 'trades', rows: 2, lagMs: null },
    });
  });

  it.each(['plain text about "outcome"', '{"outcome": broken', '{"outcome":1}', '{"message":"x"}', ''])(
    'is not taken for %j',
    (line) => {
      expect(parseOutcomeLine(line)).toBeUndefined();
    },
  );
});
