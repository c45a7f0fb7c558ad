/** QuickSight on the views for analysts, in the set in which everything is on; and nothing of it where nothing is set. */
import { biViews } from '../../pipeline/bi-views';
import { TABLES } from '../../pipeline/tables';
import { inputColumns } from '../../stacks/bi/data-set-columns';
import { parseSettings, SettingsError } from '../../stacks/settings';
import { type Arguments, context, type Synthesis, synthesize } from './synthesized';

const everything = synthesize({ environment: 'everything' });
const { of, one } = everything;
const VIEWS = biViews(TABLES);
const ACCOUNT = '456789012345';
const principal = (name: string, account = ACCOUNT): string =>
  `arn:aws:quicksight:us-east-1:${account}:${name}`;

const withQuickSight = (environment: string, account: string): Synthesis =>
  synthesize({
    environment,
    change: (given) => {
      given.environments[environment].bi = {
        quickSight: { readerArns: [principal('user/default/ann', account)] },
      };
    },
  });

describe('without the setting', () => {
  it.each(['dev', 'prod', 'serverless', 'existing'])('%s has nothing of QuickSight', (environment) => {
    const { resources, texts } = synthesize({ environment });
    expect(resources.filter(({ type }) => /quicksight|cloudcontrol/.test(type))).toEqual([]);
    for (const text of Object.values(texts)) expect(text).not.toMatch(/quick.?sight|warehouse-bi/i);
  });

  it('has views all the same where only they are asked for', () => {
    const { resources, one: find } = synthesize({
      change: (given) => {
        given.bi = {};
      },
    });
    expect(resources.filter(({ type }) => /quicksight|cloudcontrol/.test(type))).toEqual([]);
    expect(find('aws_lambda_function', 'prepare_warehouse').environment.variables).toMatchObject({
      BI_VIEWS: 'on',
    });
  });
});

describe('the data source', () => {
  const source = one('aws_quicksight_data_source', 'quick_sight');

  it('signs in with a secret that set-up fills, over TLS, through the VPC', () => {
    expect(source).toMatchObject({
      type: 'REDSHIFT',
      credentials: {
        secret_arn: '$' + '{data.terraform_remote_state.warehouse.outputs.warehouse_bi_secret_arn}',
      },
      ssl_properties: { disable_ssl: false },
      vpc_connection_properties: {
        vpc_connection_arn: '$' + '{aws_quicksight_vpc_connection.quick_sight.arn}',
      },
      parameters: { redshift: { port: 5439, database: 'warehouse' } },
    });
    expect(one('aws_lambda_function', 'prepare_warehouse').environment.variables).toMatchObject({
      WAREHOUSE_BI_SECRET_ARN: source.credentials.secret_arn,
    });
    expect(one('aws_secretsmanager_secret', 'warehouse_bi')).not.toHaveProperty('secret_string');
    expect(of('aws_secretsmanager_secret_version')).toEqual([]);
  });

  it('is made once the secret has a value that QuickSight may read', () => {
    expect(source.depends_on).toEqual(
      expect.arrayContaining([
        'aws_lambda_invocation.deploy_prepare_warehouse',
        'aws_iam_role_policy.quick_sight_secret',
      ]),
    );
    const { role, policy } = one('aws_iam_role_policy', 'quick_sight_secret');
    expect(role).toBe('aws-quicksight-secretsmanager-role-v0');
    expect(JSON.parse(policy).Statement.map(({ Action, Resource }: Arguments) => [Action, Resource])).toEqual(
      [
        ['secretsmanager:GetSecretValue', source.credentials.secret_arn],
        ['kms:Decrypt', '$' + '{data.terraform_remote_state.network.outputs.key_arn}'],
      ],
    );
  });

  it.each([
    ['serverless', '345678901234', 'warehouse', 5439],
    ['existing', '345678901234', 'warehouse', 5439],
  ])('is the warehouse of the set %s as well', (environment, account, database, port) => {
    const { one: find, of: all } = withQuickSight(environment, account);
    expect(find('aws_quicksight_data_source', 'quick_sight').parameters.redshift).toEqual({
      host: '$' + '{data.terraform_remote_state.warehouse.outputs.warehouse_host}',
      database,
      port,
    });
    expect(all('aws_quicksight_data_set')).toHaveLength(VIEWS.length);
  });
});

describe('the way into the VPC', () => {
  it('leads to the warehouse and nowhere else, and nothing comes in', () => {
    const group = '$' + '{aws_security_group.quick_sight.id}';
    const rules = [
      ...of('aws_vpc_security_group_egress_rule'),
      ...of('aws_vpc_security_group_ingress_rule'),
    ].filter(({ config }) => JSON.stringify(config).includes(group));
    expect(rules.map(({ address, config }) => [address, config.from_port, config.to_port])).toEqual([
      ['aws_vpc_security_group_egress_rule.quick_sight_to_warehouse', 5439, 5439],
      ['aws_vpc_security_group_ingress_rule.warehouse_from_quick_sight', 5439, 5439],
    ]);
  });

  it('is kept by a role that QuickSight alone takes, with what it asks for', () => {
    const role = one('aws_iam_role', 'quick_sight_connection');
    expect(JSON.parse(role.assume_role_policy).Statement).toEqual([
      { Effect: 'Allow', Principal: { Service: 'quicksight.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
    const { policy } = one('aws_iam_role_policy', 'quick_sight_connection');
    expect(
      JSON.parse(policy)
        .Statement.flatMap(({ Action }: Arguments) => Action)
        .sort(),
    ).toEqual([
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:ModifyNetworkInterfaceAttribute',
    ]);
    const connection = one('aws_quicksight_vpc_connection', 'quick_sight');
    expect(connection.role_arn).toBe(`arn:aws:iam::${ACCOUNT}:role/${role.name}`);
    expect(connection.depends_on).toContain('aws_iam_role_policy.quick_sight_connection');
  });
});

describe('the data sets', () => {
  const sets = of('aws_quicksight_data_set').map(({ config }) => config);

  it('are one on each view, with its columns in order', () => {
    expect(
      sets.flatMap(({ physical_table_map: tables }) =>
        tables.map(({ relational_table: table }: Arguments) => [
          `${table.schema}.${table.name}`,
          table.input_columns.map(({ name }: Arguments) => name),
        ]),
      ),
    ).toEqual(expect.arrayContaining(VIEWS.map(({ name, columns }) => [`bi.${name}`, Object.keys(columns)])));
    expect(sets).toHaveLength(VIEWS.length);
  });

  it('have the types of the columns, and a column of an unknown type is refused', () => {
    expect(
      Object.fromEntries(VIEWS.flatMap(inputColumns).map(({ name, type }) => [name, type])),
    ).toMatchObject({
      account_no: 'STRING',
      day: 'DATETIME',
      hour: 'DATETIME',
      transactions: 'INTEGER',
      closing_balance: 'DECIMAL',
      vwap: 'DECIMAL',
    });
    const odd = { ...VIEWS[0]!, columns: { when: { type: 'TIMETZ', comment: '' } } };
    expect(() => inputColumns(odd)).toThrow(/daily_balances\.when .*TIMETZ/);
  });

  it('are for those who build, and the dashboard is for those who look as well', () => {
    const who = (config: Arguments): string[] =>
      (config.permissions ?? []).map(({ principal: arn }: Arguments) => arn);
    for (const set of sets) expect(who(set)).toEqual([principal('group/default/analysts')]);
    const { Permissions: shown } = dashboardState();
    expect(shown.map(({ Principal }: Arguments) => Principal)).toEqual([
      principal('group/default/readers'),
      principal('group/default/analysts'),
    ]);
    expect(JSON.stringify([...sets, shown])).not.toMatch(/quicksight:(Update|Delete|Create)/);
  });

  it('are for nobody where nobody builds', () => {
    const { of: all } = withQuickSight('serverless', '345678901234');
    for (const { config } of all('aws_quicksight_data_set')) expect(config).not.toHaveProperty('permissions');
  });
});

describe('the dashboard', () => {
  const { Definition: definition } = dashboardState();
  const visuals: Arguments[] = definition.Sheets.flatMap(({ Visuals: all }: Arguments) => all);

  it('draws each chart, and a table where a view has none', () => {
    expect(visuals.map((visual) => Object.keys(visual).join())).toEqual([
      'LineChartVisual',
      'LineChartVisual',
      'LineChartVisual',
      'TableVisual',
    ]);
  });

  it('shows columns that the data sets have, each field under an id of its own', () => {
    const declared = new Map<string, string>(
      definition.DataSetIdentifierDeclarations.map(({ Identifier, DataSetArn }: Arguments) => [
        Identifier,
        DataSetArn,
      ]),
    );
    const columns = new Map(
      of('aws_quicksight_data_set').map(({ address, config }) => [
        `$\{${address}.arn}`,
        config.physical_table_map[0].relational_table.input_columns.map(({ name }: Arguments) => name),
      ]),
    );
    const fields = fieldsWithin(visuals);
    expect(fields.length).toBeGreaterThan(8);
    for (const { Column: column } of fields)
      expect(columns.get(declared.get(column.DataSetIdentifier) ?? '')).toContain(column.ColumnName);
    const ids = [...fields.map(({ FieldId }) => FieldId), ...visuals.map((visual) => idOf(visual))];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has only what the catalogue has', () => {
    const names = biViews(TABLES.filter(({ source }) => source === 'mysql')).map(({ name }) => name);
    expect(names).toEqual(['daily_balances', 'data_freshness']);
  });
});

function dashboardState(): Arguments {
  const { type_name: type, desired_state: state } = one(
    'aws_cloudcontrolapi_resource',
    'quick_sight_dashboard',
  );
  expect(type).toBe('AWS::QuickSight::Dashboard');
  return JSON.parse(state);
}

const idOf = (visual: Arguments): string => Object.values<Arguments>(visual)[0]!.VisualId;

function fieldsWithin(value: unknown): Arguments[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...('FieldId' in value ? [value as Arguments] : []), ...Object.values(value).flatMap(fieldsWithin)];
}

describe('the settings', () => {
  const problemsOf = (quickSight: unknown): readonly string[] => {
    const given = context();
    given.environments.everything.bi = { quickSight };
    try {
      parseSettings(given, 'everything');
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
  };

  it('are refused where they are of another form, all at once', () => {
    expect(
      problemsOf({ readerArns: ['arn:aws:iam::456789012345:user/ann'], authorArns: [], authors: true }),
    ).toEqual([
      expect.stringMatching(
        /^environments\.everything\.bi\.quickSight\.readerArns\.0: allowed is the ARN of a user or group of QuickSight/,
      ),
      expect.stringMatching(
        /^environments\.everything\.bi\.quickSight\.authorArns: allowed is a list of 1 to 30/,
      ),
      expect.stringMatching(
        /^environments\.everything\.bi\.quickSight\.authors: allowed is only the keys readerArns, authorArns/,
      ),
    ]);
    expect(problemsOf({})).toEqual([expect.stringMatching(/quickSight\.readerArns: allowed is a list/)]);
  });

  it('are refused where they name another account, or somebody twice, all at once', () => {
    const ann = principal('user/default/ann');
    const stranger = principal('group/default/all', '999999999999');
    expect(problemsOf({ readerArns: [ann, stranger], authorArns: [ann] })).toEqual([
      `bi.quickSight.readerArns: allowed is one of the account ${ACCOUNT}, got: "${stranger}"`,
      expect.stringMatching(/^bi\.quickSight\.authorArns: allowed is who is not among readerArns/),
    ]);
  });
});
