import type { JsonMap } from '../../../deployment/json';
import { buildResourceGraph, orderGraph } from '../../../deployment/resource-graph';
import { parseStack, readStacks } from '../../../deployment/terraform-json';
import { checkDeployment } from '../../../local/runtime/check-deployment';
import { type EditableDeployment, synthesize } from '../../support/deployment';

const check = (resource: JsonMap): void => checkDeployment([parseStack('s', { resource }, { folder: '.' })]);

describe('a deployment', () => {
  let deployment: EditableDeployment;
  beforeAll(() => {
    deployment = synthesize();
  });
  afterAll(() => deployment.remove());

  it('as the stacks synthesize it is taken whole', () => {
    const stacks = readStacks(deployment.folder);
    expect(stacks.map(({ name }) => name).sort()).toEqual(['network', 'pipeline', 'storage', 'warehouse']);
    expect(() => checkDeployment(stacks)).not.toThrow();
    const order = orderGraph(buildResourceGraph(stacks));
    const indexOf = (node: string): number => order.indexOf(node);
    expect(indexOf('storage/aws_db_instance.mysql')).toBeGreaterThan(-1);
    expect(indexOf('storage/aws_db_instance.mysql')).toBeLessThan(
      indexOf('pipeline/aws_lambda_invocation.deploy_prepare_mysql'),
    );
    expect(indexOf('pipeline/aws_lambda_invocation.deploy_prepare_warehouse')).toBeLessThan(
      indexOf('pipeline/aws_scheduler_schedule.every_ingest_txns'),
    );
  });

  it('for production is taken whole too', () => {
    const production = synthesize('prod');
    try {
      expect(() => checkDeployment(readStacks(production.folder))).not.toThrow();
    } finally {
      production.remove();
    }
  });

  it('with a type that the laptop does not know is refused by that name', () => {
    expect(() => check({ aws_kinesis_stream: { events: {} } })).toThrow(
      'stack s: aws_kinesis_stream.events: the type aws_kinesis_stream is unknown to the laptop',
    );
  });

  it('with arguments that no twin knows is refused with all of them at once', () => {
    const resource = {
      aws_sqs_queue: { q: { name: 'q', redrive_policy: '{}' } },
      aws_dynamodb_table: { t: { name: 't', hash_key: 'id', ttl: { enabled: true, attribute_name: 'x' } } },
    };
    expect(() => check(resource)).toThrow(/aws_sqs_queue\.q\.redrive_policy is not supported/);
    expect(() => check(resource)).toThrow(/aws_dynamodb_table\.t\.ttl\.enabled is not supported/);
  });
});
