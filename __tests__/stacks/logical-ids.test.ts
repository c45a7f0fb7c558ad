import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { App, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { BaseStack } from '../../stacks/base-stack';
import { parseSettings } from '../../stacks/settings';
import { context } from './synthesized';

class OneStack extends BaseStack {
  constructor(app: App) {
    super(app, 'network', parseSettings(context()));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'ids-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newStack = (): OneStack => new OneStack(new App({ outdir: join(folder, 'out') }));
const idsOf = (stack: OneStack): string[] =>
  Object.keys(JSON.parse(Testing.synth(stack)).resource.aws_sqs_queue).sort();

describe('a logical id', () => {
  it('is the path of the construct, without a last part that only repeats the type', () => {
    const stack = newStack();
    const orders = new Construct(stack, 'ingest-orders');
    new SqsQueue(orders, 'queue', {});
    new SqsQueue(orders, 'dead-letters', {});
    new SqsQueue(stack, 'queue', {});
    expect(idsOf(stack)).toEqual(['ingest_orders', 'ingest_orders_dead_letters', 'queue']);
  });

  it('is never given twice', () => {
    const stack = newStack();
    new SqsQueue(stack, 'a-b', {});
    new SqsQueue(stack, 'a_b', {});
    expect(() => Testing.synth(stack)).toThrow(
      /network\/a_b and network\/a-b would both be aws_sqs_queue\.a_b/,
    );
  });
});
