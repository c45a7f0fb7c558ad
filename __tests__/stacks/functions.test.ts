import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  API_HANDLERS,
  HANDLER_NAMES,
  type HandlerName,
  parseHandlerSettings,
} from '../../pipeline/handler-environment';
import { type Arguments, type Synthesis, synthesize } from './synthesized';

const dev = synthesize();
const prod = synthesize({ environment: 'prod' });
/** With the API and nothing else that is optional. */
const withApi = synthesize({
  change: ({ environments: { dev: own, everything } }) => {
    own.api = { ...everything.api, waf: undefined };
  },
});
const deploymentOf = (handler: HandlerName): Synthesis => (isOfApi(handler) ? withApi : dev);
const isOfApi = (handler: HandlerName): boolean => (API_HANDLERS as readonly string[]).includes(handler);
const nameOf = (handler: string): string => handler.replaceAll('-', '_');
const functionOf = (handler: HandlerName, deployment: Synthesis = deploymentOf(handler)): Arguments =>
  deployment.one('aws_lambda_function', nameOf(handler));
const SCHEDULED = [
  'backfill-tables',
  'ingest-txns',
  'ingest-trades',
  'start-replication-task',
  'load-staged-batches',
  'reconcile-tables',
  'measure-freshness',
] as const;
const TALK_TO_MYSQL: readonly string[] = ['ingest-txns', 'prepare-mysql', 'reconcile-tables', 'api-txns'];

function standIn(variable: string): string {
  if (variable.endsWith('_ARN')) return 'arn:aws:service:::resource';
  return variable.endsWith('_PORT') ? '3306' : 'resolved';
}

/** As Terraform would fill them: what a reference stands for, in the shape that the handler parses. */
function resolved(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value.replaceAll(/\$\{[^}]+\}/g, standIn(name))]),
  );
}

it.each([
  ['prepare-warehouse', { BI_VIEWS: 'on', API_TABLES: 'on' }],
  ['prepare-mysql', { API_REQUESTS: 'on' }],
] as const)('%s makes what is optional only where the settings ask for it', (handler, optional) => {
  const variables = (deployment: Synthesis): Record<string, string> =>
    functionOf(handler, deployment).environment.variables;
  for (const name of Object.keys(optional)) expect(variables(dev)).not.toHaveProperty(name);
  const asked = variables(synthesize({ environment: 'everything' }));
  expect(asked).toMatchObject(optional);
  expect(() => parseHandlerSettings(handler, resolved(asked))).not.toThrow();
});

it('both set-ups run again when the API is switched on', () => {
  const fingerprints = (deployment: Synthesis): string[] =>
    (['prepare-mysql', 'prepare-warehouse'] as const).map(
      (handler) => functionOf(handler, deployment).environment.variables.SET_UP_FINGERPRINT,
    );
  const withApi = synthesize({
    change: ({ environments }) => {
      environments.dev.api = { ...environments.everything.api, waf: undefined };
    },
  });
  for (const [at, fingerprint] of fingerprints(dev).entries())
    expect(fingerprints(withApi)[at]).not.toBe(fingerprint);
});

describe('each function', () => {
  it.each([...HANDLER_NAMES])(
    '%s gets an environment that its handler takes, and nothing else',
    (handler) => {
      const { variables } = functionOf(handler).environment;
      expect(() => parseHandlerSettings(handler, resolved(variables))).not.toThrow();
      const own = Object.keys(variables).filter((name) => !/^(POWERTOOLS_|NODE_)/.test(name));
      const needed = own.filter((name) => {
        const { [name]: _, ...rest } = resolved(variables);
        try {
          parseHandlerSettings(handler, rest);
          return false;
        } catch {
          return true;
        }
      });
      expect(needed.sort()).toEqual(own.sort());
    },
  );

  it.each([...HANDLER_NAMES])('%s runs its own bundle on nodejs22 and arm64', (handler) => {
    expect(functionOf(handler)).toMatchObject({
      function_name: `cdc-dev-${handler}`,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      role: `arn:aws:iam::123456789012:role/cdc-dev-${handler}`,
      source_code_hash: createHash('sha256').update(`bundle of ${handler}`).digest('base64'),
      filename: expect.stringMatching(
        new RegExp(`^assets/${nameOf(handler)}_bundle/[0-9a-f]{32}/${handler}\\.zip$`),
      ),
      tracing_config: { mode: 'Active' },
      kms_key_arn: `\${data.terraform_remote_state.network.outputs.key_arn}`,
    });
  });

  it.each([...HANDLER_NAMES])('%s logs as JSON into a group that is there before it', (handler) => {
    expect(functionOf(handler).logging_config).toEqual({
      log_format: 'JSON',
      log_group: `\${aws_cloudwatch_log_group.${nameOf(handler)}.name}`,
      application_log_level: 'INFO',
      system_log_level: 'WARN',
    });
    expect(functionOf(handler).depends_on).toEqual([`aws_iam_role_policy.${nameOf(handler)}_execution`]);
  });

  it('sits in the VPC just when it talks to MySQL, and then trusts the authorities of RDS', () => {
    for (const handler of HANDLER_NAMES) {
      const { vpc_config: vpc, environment } = functionOf(handler);
      const inside = TALK_TO_MYSQL.includes(handler);
      expect([handler, vpc !== undefined]).toEqual([handler, inside]);
      expect(environment.variables.NODE_EXTRA_CA_CERTS).toBe(inside ? '/var/runtime/ca-cert.pem' : undefined);
    }
  });

  it('reserves no concurrency, which a new account has not got', () => {
    for (const handler of HANDLER_NAMES) {
      expect(functionOf(handler).reserved_concurrent_executions).toBeUndefined();
    }
  });

  it('reserves one run each where the quota is said to be there, except for the one that the streams call', () => {
    const deployment = synthesize({
      change: (context) => {
        context.reserveConcurrency = true;
      },
    });
    for (const handler of HANDLER_NAMES.filter((name) => !isOfApi(name))) {
      const expected = handler === 'stage-stream-records' ? undefined : 1;
      expect(functionOf(handler, deployment).reserved_concurrent_executions).toBe(expected);
    }
  });
});

describe('a schedule', () => {
  it('starts each of the seven functions, retries, and hands what it gives up to dead letters', () => {
    expect(dev.of('aws_scheduler_schedule')).toHaveLength(SCHEDULED.length + 1);
    for (const handler of SCHEDULED) {
      expect(dev.one('aws_scheduler_schedule', `every_${nameOf(handler)}`)).toMatchObject({
        name: `cdc-dev-${handler}`,
        schedule_expression: 'rate(5 minutes)',
        flexible_time_window: { mode: 'OFF' },
        target: {
          arn: `\${aws_lambda_function.${nameOf(handler)}.arn}`,
          retry_policy: { maximum_event_age_in_seconds: 300, maximum_retry_attempts: 2 },
          dead_letter_config: { arn: `\${aws_sqs_queue.${nameOf(handler)}_dead_letters.arn}` },
        },
      });
    }
  });

  it('begins a sweep by a schedule of its own, and resumes it with the others', () => {
    const input = (name: string) => JSON.parse(dev.one('aws_scheduler_schedule', name).target.input);
    expect(input('every_reconcile_tables')).toEqual({});
    expect(input('every_reconcile_tables_begin')).toEqual({ work: 'begin' });
    expect(prod.one('aws_scheduler_schedule', 'every_reconcile_tables_begin')).toMatchObject({
      schedule_expression: 'rate(1 day)',
      target: { retry_policy: { maximum_event_age_in_seconds: 86_400 } },
    });
    const environment = prod.one('aws_lambda_function', 'reconcile_tables').environment.variables;
    expect(environment).toMatchObject({ READ_UNITS_PER_SECOND: '200', SPREAD_SECONDS: '72000' });
  });

  it('leaves a failed event to Lambda no longer than until the next run', () => {
    for (const handler of SCHEDULED) {
      const events = dev.one('aws_lambda_function_event_invoke_config', `${nameOf(handler)}_events`);
      expect(events.maximum_event_age_in_seconds).toBe(300);
      expect(events.destination_config.on_failure.destination).toBe(
        `arn:aws:sqs:us-east-1:123456789012:cdc-dev-${handler}-dead-letters`,
      );
    }
  });

  it('never appends the rows of txns twice by a retry', () => {
    const events = dev.one('aws_lambda_function_event_invoke_config', 'ingest_txns_events');
    expect(events.maximum_retry_attempts).toBe(0);
  });

  it('cuts time-outs so that a run ends before the next one begins', () => {
    const every = synthesize({
      change: (context) => {
        context.schedule = 'rate(1 minute)';
      },
    });
    for (const handler of SCHEDULED) expect(functionOf(handler, every).timeout).toBeLessThan(60);
    expect(functionOf('stage-stream-records', every).timeout).toBe(120);
  });
});

describe('the stream mapping', () => {
  it('loses no change: oldest first, halves, limits below the stream, a queue for the rest', () => {
    expect(dev.one('aws_lambda_event_source_mapping', 'trades_stream')).toMatchObject({
      function_name: `\${aws_lambda_function.stage_stream_records.function_name}`,
      starting_position: 'TRIM_HORIZON',
      batch_size: 500,
      maximum_batching_window_in_seconds: 30,
      parallelization_factor: 1,
      bisect_batch_on_function_error: true,
      function_response_types: ['ReportBatchItemFailures'],
      maximum_retry_attempts: 10,
      maximum_record_age_in_seconds: 43_200,
      destination_config: {
        on_failure: { destination_arn: `\${aws_sqs_queue.stage_stream_records_dead_letters.arn}` },
      },
    });
  });
});

describe('a deploy', () => {
  const PREPARED = [
    'aws_lambda_invocation.deploy_prepare_mysql',
    'aws_lambda_invocation.deploy_prepare_warehouse',
  ];

  it('sets up MySQL, then the warehouse, then starts the replication task', () => {
    expect(dev.of('aws_lambda_invocation')).toHaveLength(3);
    expect(dev.one('aws_lambda_invocation', 'deploy_prepare_mysql').depends_on).toEqual([]);
    expect(dev.one('aws_lambda_invocation', 'deploy_prepare_warehouse').depends_on).toEqual([PREPARED[0]]);
    expect(dev.one('aws_lambda_invocation', 'deploy_start_replication_task').depends_on).toEqual(PREPARED);
  });

  it('does not start the task when the stack is destroyed', () => {
    const scopes = dev.of('aws_lambda_invocation').map(({ name, config }) => [name, config.lifecycle_scope]);
    expect(Object.fromEntries(scopes)).toEqual({
      deploy_prepare_mysql: 'CRUD',
      deploy_prepare_warehouse: 'CRUD',
      deploy_start_replication_task: 'CREATE_ONLY',
    });
  });

  it('schedules and reads streams only after set-up', () => {
    for (const { config } of [
      ...dev.of('aws_scheduler_schedule'),
      ...dev.of('aws_lambda_event_source_mapping'),
    ]) {
      expect(config.depends_on).toEqual(expect.arrayContaining(PREPARED));
    }
  });

  const triggersOf = (deployment: Synthesis) =>
    Object.fromEntries(
      deployment
        .of('aws_lambda_invocation')
        .map(({ name, config }) => [name.replace('deploy_', ''), config.triggers]),
    );
  const changed = (other: Synthesis): string[] => {
    const [before, after] = [triggersOf(dev), triggersOf(other)];
    return Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  };

  it('runs a step again when its code changed', () => {
    const handler: HandlerName = 'prepare-warehouse';
    const other = synthesize({
      prepare: ({ bundles }) => writeFileSync(join(bundles, `${handler}.zip`), 'new'),
    });
    // The function that starts the task gets what the set-up must have recorded.
    expect(changed(other)).toEqual(['prepare_warehouse', 'start_replication_task']);
  });

  it('starts the task again when its settings changed', () => {
    const other = synthesize({
      change: (context) => {
        context.dms.validateRows = true;
      },
    });
    expect(changed(other)).toEqual(['start_replication_task']);
  });

  it('sets up MySQL again when the retention of its binlog changed', () => {
    const other = synthesize({
      change: (context) => {
        context.mysql.binlogRetentionHours = 48;
      },
    });
    expect(changed(other)).toEqual(['prepare_mysql', 'start_replication_task']);
  });

  it('changes only what a setting is about', () => {
    const other = synthesize({
      change: (context) => {
        context.stream.batchSize = 100;
      },
    });
    const before = new Map(dev.resources.map(({ address, config }) => [address, JSON.stringify(config)]));
    const different = other.resources.filter(
      ({ address, config }) => before.get(address) !== JSON.stringify(config),
    );
    expect(different.map(({ address }) => address)).toEqual([
      'aws_lambda_event_source_mapping.trades_stream',
    ]);
  });
});
