/** What was there before is used and never owned; and two deployments in one account keep out of each other's way. */
import { textsWithin } from '../../deployment/json';
import { proveNetwork } from '../../deployment/network/proof';
import { type Arguments, type Synthesis, synthesize } from './synthesized';

const existing = synthesize({ environment: 'existing' });

/** Nothing may be changed that the settings could allow. */
const untouched = synthesize({
  environment: 'existing',
  change: ({ environments: { existing: own } }) => {
    own.network.mayChange = [];
    own.mysql.mayChange = [];
    own.redshift.mayChange = [];
  },
});

/** `type.argument` of every resource that names something that was there before, in whatever stack. */
function usesOfExisting({ deployment }: Synthesis): string[] {
  const ids = deployment.existing.flatMap(({ config }) =>
    textsWithin(config).flatMap(({ path, text }) => (/(^|_)(id|arn)$/.test(path) ? [text] : [])),
  );
  const uses = deployment.resources.flatMap((resource) =>
    textsWithin(resource.config).flatMap(({ path, text }) => {
      if (path.startsWith('//') || /policy$/.test(path)) return [];
      const referred = deployment.targetsOf(resource.stack, text).map((target) => target.resource);
      const isNamed = ids.some((id) => text.includes(id));
      const things = referred.filter(
        ({ type }) => type.startsWith('existing_') && type !== 'existing_kms_key',
      );
      return things.length > 0 || (isNamed && !text.includes(':key/')) ? [`${resource.type}.${path}`] : [];
    }),
  );
  return [...new Set(uses)].sort();
}

/** Each of these uses a thing as it is: it is put into a subnet, reads a stream, connects to a server. */
const READING = [
  'aws_dms_endpoint.database_name',
  'aws_dms_endpoint.extra_connection_attributes',
  'aws_dms_endpoint.redshift_settings.service_access_role_arn',
  'aws_dms_replication_subnet_group.subnet_ids',
  'aws_lambda_event_source_mapping.event_source_arn',
  'aws_lambda_function.environment.variables.COPY_ROLE_ARN',
  'aws_lambda_function.environment.variables.MYSQL_ADMIN_SECRET_ARN',
  'aws_lambda_function.environment.variables.MYSQL_HOST',
  'aws_lambda_function.environment.variables.MYSQL_PORT',
  'aws_lambda_function.environment.variables.PREPARE_MYSQL_FINGERPRINT',
  'aws_lambda_function.environment.variables.PREPARE_WAREHOUSE_FINGERPRINT',
  'aws_lambda_function.environment.variables.SET_UP_FINGERPRINT',
  'aws_lambda_function.environment.variables.WAREHOUSE_ADMIN_SECRET_ARN',
  'aws_lambda_function.environment.variables.WAREHOUSE_HOST',
  'aws_lambda_function.vpc_config.subnet_ids',
  'aws_lambda_invocation.triggers.environment',
  'aws_security_group.vpc_id',
  'aws_vpc_security_group_egress_rule.prefix_list_id',
  'aws_vpc_security_group_egress_rule.referenced_security_group_id',
];

describe('what was there before', () => {
  it('is made by no stack', () => {
    const made = new Set(existing.resources.map(({ type }) => type));
    for (const type of [
      'aws_vpc',
      'aws_subnet',
      'aws_route_table',
      'aws_default_security_group',
      'aws_vpc_endpoint',
      'aws_flow_log',
      'aws_db_instance',
      'aws_db_parameter_group',
      'aws_redshift_cluster',
      'aws_redshift_parameter_group',
      'aws_dynamodb_table',
      'aws_kms_key',
      'aws_kms_alias',
      'aws_sns_topic',
      'aws_s3_object',
    ])
      expect([type, made.has(type)]).toEqual([type, false]);
    const names = existing.of('aws_iam_role').map(({ config }) => String(config.name));
    expect(names.filter((name) => name.startsWith('dms-'))).toEqual([]);
  });

  it('is changed by nothing but the rules that the settings allow by name', () => {
    expect(usesOfExisting(untouched)).toEqual(READING);
    expect(usesOfExisting(existing)).toEqual(
      [...READING, 'aws_vpc_security_group_ingress_rule.security_group_id'].sort(),
    );
    const rules = existing
      .of('aws_vpc_security_group_ingress_rule')
      .filter(({ config }) => String(config.security_group_id).includes('local.'));
    expect(rules.map(({ name }) => name).sort()).toEqual([
      'mysql_from_functions',
      'mysql_from_replication',
      'vpc_endpoints_from_functions',
      'vpc_endpoints_from_replication',
      'warehouse_from_replication',
    ]);
  });

  it('is looked up by no data source', () => {
    for (const { data } of Object.values(existing.stacks))
      expect(
        Object.keys(data ?? {}).filter((type) => !/^(terraform_remote_state|aws_s3_objects)$/.test(type)),
      ).toEqual([]);
  });

  it('is literal in policies: the secret, the table, the stream and their keys', () => {
    const policies = existing.resources.map(({ config }) => String(config.policy ?? ''));
    for (const arn of [
      'arn:aws:secretsmanager:us-east-1:345678901234:secret:bank/replication-setup-a1B2c3',
      'arn:aws:kms:us-east-1:345678901234:key/2c3d4e5f-6071-4829-9bac-1d2e3f4a5b6c',
      'arn:aws:dynamodb:us-east-1:345678901234:table/market-trades',
      'arn:aws:kms:us-east-1:345678901234:key/3d4e5f60-7182-493a-acbd-2e3f4a5b6c7d',
    ])
      expect(policies.some((policy) => policy.includes(`"${arn}"`))).toBe(true);
  });

  it('is part of the network proof, which says what it cannot see', () => {
    const { problems, paths } = proveNetwork(existing.deployment);
    expect(problems).toEqual([]);
    const unseen = new Set(paths.flatMap((path) => path.unseen));
    expect(unseen).toContain('what the policy of local.existing_vpc_endpoint.s3 lets through');
    expect([...unseen].filter((what) => what.includes('no rule is added'))).toEqual([]);
    const closed = proveNetwork(untouched.deployment);
    expect(closed.problems).toEqual([]);
    expect(closed.paths.flatMap((path) => path.unseen)).toContain(
      'whether MySQL bank.c1a2b3c4d5e6.us-east-1.rds.amazonaws.com lets function cdc-existing-prepare-mysql in on tcp 3306: no rule is added to its group',
    );
  });

  it('names no endpoint twice: those that a VPC lacks are made in its subnets', () => {
    const { deployment, of } = synthesize({
      environment: 'existing',
      change: ({ environments: { existing: own } }) => {
        const { s3: _s3, redshift: _redshift, ...others } = own.network.endpoints;
        Object.assign(own.network, { endpoints: others, createEndpoints: true });
      },
    });
    expect(
      of('aws_vpc_endpoint')
        .map(({ config }) => config.service_name)
        .sort(),
    ).toEqual(['com.amazonaws.us-east-1.redshift', 'com.amazonaws.us-east-1.s3']);
    expect(of('aws_vpc_endpoint').find(({ name }) => name === 'to_s3')?.config.route_table_ids).toEqual([
      'rtb-0a1b2c3d4e5f60001',
      'rtb-0a1b2c3d4e5f60002',
    ]);
    expect(proveNetwork(deployment).problems).toEqual([]);
  });

  it('may be a server of any kind, with an authority of its own and addresses instead of a group', () => {
    const own = synthesize({
      environment: 'existing',
      change: ({ environments: { existing: given } }) => {
        const { securityGroupId: _group, instanceIdentifier: _instance, ...mysql } = given.mysql;
        given.mysql = {
          ...mysql,
          server: 'self-managed',
          engine: 'mariadb',
          port: 3307,
          cidr: '10.9.0.0/24',
          certificateAuthority: '__tests__/stacks/authority.pem',
          mayChange: ['users', 'heartbeat', 'rows'],
        };
      },
    });
    expect(own.one('aws_dms_endpoint', 'replication_source')).toMatchObject({
      engine_name: 'mariadb',
      ssl_mode: 'verify-ca',
    });
    const [certificate] = own.of('aws_dms_certificate');
    expect(certificate?.config.certificate_pem).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(own.one('aws_lambda_function', 'ingest_txns').environment.variables.MYSQL_CA).toBe(
      '${data.terraform_remote_state.storage.outputs.mysql_certificate_authority}',
    );
    expect(own.one('aws_vpc_security_group_egress_rule', 'replication_to_mysql')).toMatchObject({
      cidr_ipv4: '10.9.0.0/24',
      from_port: 3307,
    });
    expect(
      own.of('aws_cloudwatch_metric_alarm').filter(({ config }) => config.namespace === 'AWS/RDS'),
    ).toEqual([]);
    expect(proveNetwork(own.deployment).problems).toEqual([]);
  });
});

describe('two deployments in one account', () => {
  /** Names within something else, or of things that are the same for everybody. */
  const INNER =
    /^(service_name|engine_name|metric_name|database_name|db_name|policy_name|origin_id|rule_id|family|namespace|dimension_name|ca_cert_identifier)$/;
  const NAME = /(^|_)(name|identifier|id|prefix)$/;

  const namesOf = ({ resources }: Synthesis): Set<string> =>
    new Set(
      resources.flatMap(({ type, config }) =>
        Object.entries(config as Arguments).flatMap(([key, value]) =>
          NAME.test(key) && !INNER.test(key) && typeof value === 'string' && !value.startsWith('${')
            ? [`${type}.${key} ${value}`]
            : [],
        ),
      ),
    );

  it.each<[string, Parameters<typeof synthesize>[0]]>([
    [
      'of another project',
      {
        environment: 'prod',
        change: (given) => {
          given.project = 'orders';
          given.environments.prod.createDmsServiceRoles = false;
        },
      },
    ],
    [
      'of another environment',
      {
        environment: 'dev',
        change: (given) => {
          given.environments.dev.accountId = given.environments.prod.accountId;
          given.environments.prod.createDmsServiceRoles = false;
        },
      },
    ],
  ])('%s have no name in common', (_, other) => {
    const one = namesOf(synthesize({ environment: 'prod' }));
    const both = [...namesOf(synthesize(other))].filter(
      (name) => one.has(name) && !/ dms-(vpc-role|cloudwatch-logs-role|access-for-endpoint)$/.test(name),
    );
    expect(one.size).toBeGreaterThan(100);
    expect(both).toEqual([]);
  });
});
