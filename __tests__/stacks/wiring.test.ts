import { type Arguments, STACKS, synthesize } from './synthesized';

/** Outputs for the people who operate the deployment; no stack reads them. */
const FOR_OPERATORS = {
  storage: ['data_bucket_name', 'dms_bucket_name', 'mysql_endpoint', 'trades_table_name'],
  warehouse: ['replication_task_arn', 'warehouse_endpoint'],
} as const;

const { stacks, texts } = synthesize();

const REFERENCE = /data\.terraform_remote_state\.([a-z_]+)\.outputs\.([A-Za-z0-9_-]+)/g;
const consumed = STACKS.flatMap((stack) =>
  [...texts[stack].matchAll(REFERENCE)].map((match) => ({ stack, upstream: match[1]!, output: match[2]! })),
);

describe('between the stacks', () => {
  it('every output that is read exists', () => {
    expect(consumed.length).toBeGreaterThan(20);
    const missing = consumed.filter(
      ({ upstream, output }) => !(output in (stacks[upstream as 'network'].output ?? {})),
    );
    expect(missing).toEqual([]);
  });

  it('every output is read, or is for operators', () => {
    for (const stack of STACKS) {
      const declared = Object.keys(stacks[stack].output);
      const read = new Set(consumed.filter(({ upstream }) => upstream === stack).map(({ output }) => output));
      const unread = declared.filter((name) => !read.has(name));
      const expected =
        stack === 'pipeline' ? declared : (FOR_OPERATORS as Record<string, readonly string[]>)[stack];
      expect(unread.sort()).toEqual([...(expected ?? [])].sort());
    }
  });

  it('no output is one that CDKTF made by itself', () => {
    for (const stack of STACKS) expect(texts[stack]).not.toContain('cross-stack');
  });

  it('every output has a readable name and a description, and none is sensitive', () => {
    for (const stack of STACKS) {
      for (const [name, output] of Object.entries(stacks[stack].output as Record<string, Arguments>)) {
        expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(output.description).toMatch(/^[A-Z].*\.$/);
        expect(output.sensitive).toBeUndefined();
      }
    }
  });

  it('a plan demands just the outputs that it reads', () => {
    for (const stack of STACKS) {
      const states = (stacks[stack].data?.terraform_remote_state ?? {}) as Record<string, Arguments>;
      for (const [upstream, state] of Object.entries(states)) {
        const { condition } = state.lifecycle.postcondition[0];
        const demanded = JSON.parse(/setsubtract\((\[.*?\]),/.exec(condition)![1]!);
        const read = consumed.filter(
          (reference) => reference.stack === stack && reference.upstream === upstream,
        );
        expect(demanded).toEqual([...new Set(read.map(({ output }) => output))].sort());
        expect(state.lifecycle.precondition[0].error_message).toContain(`The ${upstream} stack of cdc-dev`);
      }
    }
  });

  it('a new DynamoDB stream is announced by the output that its mapping reads', () => {
    expect(stacks.storage.output.trades_stream_arn.value).toBe(
      `\${aws_dynamodb_table.table_trades.stream_arn}`,
    );
    const mapping = stacks.pipeline.resource.aws_lambda_event_source_mapping.trades_stream;
    expect(mapping.event_source_arn).toBe(
      `\${data.terraform_remote_state.storage.outputs.trades_stream_arn}`,
    );
  });

  it('operators learn the name of every function', () => {
    expect(Object.keys(stacks.pipeline.output)).toHaveLength(11);
    expect(stacks.pipeline.output.ingest_txns_function_name.value).toBe(
      `\${aws_lambda_function.ingest_txns.function_name}`,
    );
  });
});
