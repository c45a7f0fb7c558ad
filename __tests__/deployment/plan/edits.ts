/** Edits as a pull request makes them, in the JSON that their settings lead to. */
import { type Changeable, changeStatements } from '../policy/changed-deployment';

type Stacks = Readonly<Record<string, Changeable>>;
export type Edit = (stacks: Stacks) => void;

const all = ({ resource }: Changeable, type: string): Changeable[] => Object.values(resource[type]);
const the = (stack: Changeable, type: string): Changeable => all(stack, type)[0]!;

function replaceText(stack: Changeable, from: string, to: string, member = 'resource'): void {
  stack[member] = JSON.parse(JSON.stringify(stack[member]).replaceAll(from, to));
}

export const EDITS: Readonly<Record<string, Edit>> = {
  'a larger instance': ({ storage }) => {
    the(storage!, 'aws_db_instance').instance_class = 'db.r8g.large';
  },
  'another range of the VPC': ({ network }) => replaceText(network!, '"10.20.', '"10.21.'),
  'a subnet in another zone': ({ network }) => {
    network!.resource.aws_subnet.private_b.availability_zone = 'us-east-1c';
  },
  'logs kept shorter': ({ pipeline }) => {
    for (const group of all(pipeline!, 'aws_cloudwatch_log_group')) group.retention_in_days = 90;
  },
  'an alarm threshold': ({ pipeline }) => {
    pipeline!.resource.aws_cloudwatch_metric_alarm.freshness_trades.threshold = 900;
  },
  'more memory': ({ pipeline }) => {
    pipeline!.resource.aws_lambda_function.load_staged_batches.memory_size = 1_024;
  },
  'new code': ({ pipeline }) => {
    for (const [name, handler] of Object.entries<Changeable>(pipeline!.resource.aws_lambda_function)) {
      if (!name.startsWith('ingest_')) continue;
      Object.assign(handler, { filename: `assets/${name}/other.zip`, source_code_hash: `other ${name}` });
    }
  },
  'another key of the database': ({ storage }) => {
    const other = 'arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e-5f60-4718-8a9b-0c1d2e3f4a5b';
    the(storage!, 'aws_db_instance').kms_key_id = other;
  },
  'a permission more': ({ pipeline }) => {
    changeStatements(pipeline!.resource.aws_iam_role_policy.backfill_tables_execution, (statements) => {
      statements[0]!.Action = [statements[0]!.Action, 'logs:DeleteLogStream'].flat();
      statements.push({ Sid: 'More', Effect: 'Allow', Action: 'sqs:*', Resource: '*' });
    });
  },
  'another kind of stream': ({ storage }) => {
    the(storage!, 'aws_dynamodb_table').stream_view_type = 'KEYS_ONLY';
  },
  'another instance of DMS': ({ warehouse }) => {
    the(warehouse!, 'aws_dms_replication_instance').publicly_accessible = true;
  },
  'a widget and a rule': ({ pipeline, warehouse }) => {
    const dashboard = the(pipeline!, 'aws_cloudwatch_dashboard');
    const body = JSON.parse(dashboard.dashboard_body);
    body.widgets[0].height = 9;
    dashboard.dashboard_body = JSON.stringify(body);
    const task = the(warehouse!, 'aws_dms_replication_task');
    const settings = JSON.parse(task.replication_task_settings);
    settings.Logging = { ...settings.Logging, EnableLogging: false };
    task.replication_task_settings = JSON.stringify(settings);
  },
  'a renamed address': ({ warehouse }) => {
    warehouse!.resource.aws_redshift_subnet_group = { other: the(warehouse!, 'aws_redshift_subnet_group') };
    replaceText(warehouse!, 'aws_redshift_subnet_group.warehouse.', 'aws_redshift_subnet_group.other.');
  },
  'a moved address': ({ network }) => {
    const { private_a: subnet, ...others } = network!.resource.aws_subnet;
    network!.resource.aws_subnet = { ...others, first: subnet };
    for (const member of ['resource', 'output'])
      replaceText(network!, 'aws_subnet.private_a.', 'aws_subnet.first.', member);
    network!.moved = [{ from: 'aws_subnet.private_a', to: 'aws_subnet.first' }];
  },
  'secrets in plain sight': ({ pipeline, storage }) => {
    const { variables } = pipeline!.resource.aws_lambda_function.ingest_txns.environment;
    variables.MYSQL_PASSWORD = 'correct-horse';
    variables.MYSQL_URL = 'mysql://root:battery-staple@example.com/bank';
    the(storage!, 'aws_db_instance').password = 'hunter2hunter2';
    const [group] = all(storage!, 'aws_db_parameter_group');
    group!.parameter = [...group!.parameter, { name: 'master_password', value: 'swordfish' }];
  },
  'another account': (stacks) => {
    for (const { provider } of Object.values(stacks)) {
      provider.aws[0].allowed_account_ids = ['210987654321'];
    }
  },
};
