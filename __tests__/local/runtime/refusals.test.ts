import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonMap } from '../../../deployment/json';
import { ResourceArguments } from '../../../deployment/resource-arguments';
import { parseStack } from '../../../deployment/terraform-json';
import { ACCESS_CONTROL } from '../../../local/runtime/ports/access-control';
import { type CallableFunction, FUNCTIONS } from '../../../local/runtime/ports/callable-function';
import { DYNAMODB_LOCAL } from '../../../local/runtime/ports/dynamodb-local';
import {
  ACCOUNT,
  EVERY_SECONDS,
  GATEWAY,
  STACK_FOLDERS,
  STATE,
  TELL,
} from '../../../local/runtime/ports/host';
import { OBJECTS } from '../../../local/runtime/ports/object-store';
import { SECRETS } from '../../../local/runtime/ports/secrets';
import { TABLE_STREAMS } from '../../../local/runtime/ports/table-stream';
import { Registry, type Single } from '../../../local/runtime/registry';
import { TWIN_BY_TYPE, WITHOUT_A_TWIN } from '../../../local/runtime/services';
import { DMS_ENDPOINTS } from '../../../local/services/dms/aws_dms_endpoint';
import { CONNECTIONS, EndpointConnections } from '../../../local/services/dms/endpoint-connections';
import { BUCKETS } from '../../../local/services/s3/aws_s3_bucket';
import type { StateFolder } from '../../../local/state/state-folder';

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const STREAM_ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/l';
const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:123456789012:q';

const ROLE = 'arn:aws:iam::123456789012:role/s';
const SCHEDULE = {
  name: 's',
  schedule_expression: 'rate(5 minutes)',
  target: { arn: FUNCTION_ARN, role_arn: ROLE },
};
const MAPPING = { event_source_arn: STREAM_ARN, function_name: 'f', starting_position: 'TRIM_HORIZON' };
const FUNCTION = {
  function_name: 'f',
  filename: 'f.zip',
  source_code_hash: 'right',
  handler: 'index.handler',
  runtime: 'nodejs22.x',
  role: 'arn:aws:iam::123456789012:role/f',
};
const WRAPPED = {
  ...FUNCTION,
  handler: 'newrelic-lambda-wrapper.handler',
  layers: ['arn:aws:lambda:eu-west-1:451483290750:layer:NewRelicNodeJS22X:1'],
};
const SOURCE = {
  endpoint_id: 'e',
  endpoint_type: 'source',
  engine_name: 'mysql',
  secrets_manager_arn: 'arn:secret',
  ssl_mode: 'verify-ca',
};
const TARGET = { ...SOURCE, endpoint_type: 'target', engine_name: 'redshift', database_name: 'warehouse' };
const TASK = {
  replication_task_id: 't',
  migration_type: 'full-load-and-cdc',
  source_endpoint_arn: 'arn:source',
  target_endpoint_arn: 'arn:target',
  replication_instance_arn: 'arn:instance',
};
const CLUSTER = { cluster_identifier: 'c', database_name: 'd', master_username: 'm' };
const INSTANCE = { identifier: 'i', engine: 'mysql', username: 'u', manage_master_user_password: true };

describe('a twin', () => {
  let folder: string;
  let registry: Registry;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-twin-'));
    writeFileSync(join(folder, 'f.zip'), 'not the bundle that was planned');
    registry = new Registry();
    registry.provide(ACCOUNT, { accountId: '123456789012', region: 'eu-west-1' });
    registry.provide(TELL, () => undefined);
    registry.provide(EVERY_SECONDS, undefined);
    registry.provide(STACK_FOLDERS, () => folder);
    registry.provide(DYNAMODB_LOCAL, {
      endpoint: 'http://127.0.0.1:9',
      accessKeyId: 'key',
      region: 'us-east-1',
      stop: async () => undefined,
    });
    registry.provide(CONNECTIONS, new EndpointConnections());
    const nothing = (): undefined => undefined;
    const keys = { keyOfQueue: nothing, keyOfTable: nothing, keyOfBucket: nothing, keyOfSecret: nothing };
    registry.provide(ACCESS_CONTROL, { ...keys, authorize: nothing, demand: nothing, grants: () => [] });
    const path = (...parts: readonly string[]): string => join(folder, ...parts);
    registry.provide(STATE, { path } as StateFolder);
    // A refused resource gets no further than its arguments, but takes hold of these first.
    for (const needed of [GATEWAY, SECRETS, OBJECTS, BUCKETS])
      registry.provide(needed as Single<unknown>, {});
    const called = { name: 'f', arn: FUNCTION_ARN } as CallableFunction;
    registry.of(FUNCTIONS).set('f', called);
    registry.of(TABLE_STREAMS).set(STREAM_ARN, { tableName: 't', localArn: 'arn:local' });
    for (const type of ['source', 'target'] as const) {
      const readLogin = () => Promise.reject(new Error('not asked for'));
      registry.of(DMS_ENDPOINTS).set(`arn:known-${type}`, {
        type,
        address: type,
        databaseName: undefined,
        readLogin,
      });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = (type: string, config: JsonMap): Promise<unknown> => {
    const stack = parseStack('s', { resource: { [type]: { r: config } } }, { folder });
    const twin = TWIN_BY_TYPE.get(type);
    if (twin === undefined) throw new Error(`no twin of ${type}`);
    return twin.start(new ResourceArguments(stack.resources[0]!, () => undefined), registry);
  };

  it.each<[string, string, JsonMap, string]>([
    [
      'aws_scheduler_schedule',
      'schedule_expression',
      { ...SCHEDULE, schedule_expression: 'cron(0 12 * * ? *)' },
      'cron',
    ],
    [
      'aws_scheduler_schedule',
      'flexible_time_window.mode',
      { ...SCHEDULE, flexible_time_window: { mode: 'FLEXIBLE' } },
      'on time',
    ],
    [
      'aws_scheduler_schedule',
      'target.arn',
      { ...SCHEDULE, target: { arn: 'arn:aws:lambda:x:y:function:g' } },
      'no stack declares',
    ],
    [
      'aws_scheduler_schedule',
      'target.dead_letter_config.arn',
      { ...SCHEDULE, target: { ...SCHEDULE.target, dead_letter_config: { arn: QUEUE_ARN } } },
      'no queue',
    ],
    [
      'aws_lambda_event_source_mapping',
      'event_source_arn',
      { ...MAPPING, event_source_arn: 'arn:other' },
      'no stream',
    ],
    [
      'aws_lambda_event_source_mapping',
      'starting_position',
      { ...MAPPING, starting_position: 'LATEST' },
      'TRIM_HORIZON',
    ],
    [
      'aws_lambda_event_source_mapping',
      'parallelization_factor',
      { ...MAPPING, parallelization_factor: 2 },
      'reads a shard once',
    ],
    [
      'aws_lambda_event_source_mapping',
      'enabled',
      { ...MAPPING, enabled: false },
      'nothing would ever reach',
    ],
    [
      'aws_lambda_event_source_mapping',
      'destination_config.on_failure.destination_arn',
      { ...MAPPING, destination_config: { on_failure: { destination_arn: QUEUE_ARN } } },
      'no queue',
    ],
    ['aws_lambda_function', 'runtime', { ...FUNCTION, runtime: 'python3.13' }, 'Node.js'],
    ['aws_lambda_function', 'filename', { ...FUNCTION, filename: 'gone.zip' }, 'not there'],
    ['aws_lambda_function', 'source_code_hash', FUNCTION, 'npm run synth'],
    ['aws_lambda_function', 'layers', { ...WRAPPED, handler: 'index.handler' }, "only New Relic's layer"],
    ['aws_lambda_function', 'handler', { ...WRAPPED, layers: [] }, 'layers does not name'],
    ['aws_lambda_function', 'environment.variables', WRAPPED, 'NEW_RELIC_LAMBDA_HANDLER'],
    ['aws_lambda_function_event_invoke_config', 'function_name', { function_name: 'g' }, 'no stack declares'],
    ['aws_lambda_invocation', 'function_name', { function_name: 'g', input: '{}' }, 'no stack declares'],
    ['aws_dms_endpoint', 'engine_name', { ...SOURCE, engine_name: 'postgres' }, 'source is mysql'],
    ['aws_dms_endpoint', 'ssl_mode', { ...SOURCE, ssl_mode: 'none' }, 'must be verified'],
    ['aws_dms_endpoint', 'database_name', { ...SOURCE, database_name: 'bank' }, 'from the mappings'],
    ['aws_dms_endpoint', 'database_name', TARGET, 'no database of a cluster'],
    ['aws_dms_replication_task', 'source_endpoint_arn', TASK, 'no source endpoint'],
    [
      'aws_dms_replication_task',
      'replication_instance_arn',
      { ...TASK, source_endpoint_arn: 'arn:known-source', target_endpoint_arn: 'arn:known-target' },
      'which no stack declares',
    ],
    [
      'aws_dms_replication_task',
      'start_replication_task',
      { ...TASK, start_replication_task: true },
      'after set-up',
    ],
    ['aws_redshift_cluster', 'manage_master_password', CLUSTER, 'makes up the password'],
    [
      'aws_redshiftserverless_namespace',
      'manage_admin_password',
      { namespace_name: 'n', db_name: 'd', admin_username: 'u' },
      'makes up the password',
    ],
    [
      'aws_redshiftserverless_workgroup',
      'namespace_name',
      { workgroup_name: 'w', namespace_name: 'n' },
      'no stack declares as a namespace',
    ],
    [
      'aws_scheduler_schedule',
      'target.arn',
      { name: 's', target: { arn: 'arn:aws:scheduler:::aws-sdk:s3:deleteBucket' } },
      'where the laptop calls functions',
    ],
    ['aws_db_instance', 'engine', { ...INSTANCE, engine: 'postgres' }, 'mysql only'],
    [
      'aws_db_instance',
      'manage_master_user_password',
      { ...INSTANCE, manage_master_user_password: false },
      'makes up the password',
    ],
    ['aws_s3_object', 'source', { bucket: 'b', key: 'k', source: 'gone.csv' }, 'not there'],
  ])('of %s refuses a bad %s by stack, resource and property', async (type, property, config, why) => {
    await expect(start(type, config)).rejects.toThrow(`stack s: ${type}.r.${property} holds`);
    await expect(start(type, config)).rejects.toThrow(why);
  });

  it('is named in one place, and each type that has none has its reason', () => {
    for (const type of TWIN_BY_TYPE.keys()) expect(WITHOUT_A_TWIN.has(type)).toBe(false);
    for (const reason of WITHOUT_A_TWIN.values()) expect(reason.length).toBeGreaterThan(10);
  });

  it('has a reason for each argument that it leaves out, and honours none that it leaves out', () => {
    for (const { honoured, ignored } of TWIN_BY_TYPE.values()) {
      for (const [path, reason] of Object.entries(ignored)) {
        expect(reason.length).toBeGreaterThan(5);
        expect(honoured).not.toContain(path);
      }
    }
  });
});
