import type { Deployment, Resource } from '../../../deployment/deployment';
import { proveNetwork } from '../../../deployment/network/proof';
import { synthesize } from '../../stacks/synthesized';
import {
  type Changeable,
  changed,
  changeStatements,
  withConfig,
  without,
  withResource,
} from '../policy/changed-deployment';

const dev = synthesize().deployment;
const prod = synthesize({ environment: 'prod' }).deployment;
const serverless = synthesize({ environment: 'serverless' }).deployment;
const intact = proveNetwork(dev);

const problems = (deployment: Deployment): readonly string[] => proveNetwork(deployment).problems;
const brokenPaths = (deployment: Deployment): string[] => [
  ...new Set(
    proveNetwork(deployment)
      .paths.filter(({ missing }) => missing.length > 0)
      .map(({ name }) => name),
  ),
];
const pathsThrough = (resource: Resource): string[] => [
  ...new Set(intact.paths.filter(({ uses }) => uses.has(resource)).map(({ name }) => name)),
];
const used = (type: string): [string, Resource][] =>
  dev.of(type).map((resource) => [resource.address, resource]);
const one = (type: string, name: string): Resource =>
  dev.of(type).find((resource) => resource.name === name)!;

describe('in the VPC', () => {
  it('each one reaches what it needs', () => {
    expect([...new Set(intact.paths.map(({ name }) => name))]).toEqual([
      'function cdc-dev-ingest-txns → MySQL tcp 3306',
      'function cdc-dev-ingest-txns → s3 tcp 443',
      'function cdc-dev-ingest-txns → secretsmanager tcp 443',
      'function cdc-dev-prepare-mysql → MySQL tcp 3306',
      'function cdc-dev-prepare-mysql → secretsmanager tcp 443',
      'function cdc-dev-prepare-mysql → s3 tcp 443',
      'function cdc-dev-reconcile-tables → MySQL tcp 3306',
      'function cdc-dev-reconcile-tables → redshift-data tcp 443',
      'function cdc-dev-reconcile-tables → secretsmanager tcp 443',
      'function cdc-dev-reconcile-tables → dynamodb tcp 443',
      'DMS cdc-dev-replication → MySQL tcp 3306',
      'DMS cdc-dev-replication → Redshift tcp 5439',
      'DMS cdc-dev-replication → secretsmanager tcp 443',
      'DMS cdc-dev-replication → s3 tcp 443',
      'DMS cdc-dev-replication → redshift tcp 443',
      'Redshift cdc-dev-warehouse → s3 tcp 443',
    ]);
  });

  it('QuickSight reaches the warehouse, where it reads the views', () => {
    const { paths } = proveNetwork(synthesize({ environment: 'everything' }).deployment);
    expect(paths.map(({ name }) => name).filter((name) => name.startsWith('QuickSight'))).toContain(
      'QuickSight cdc-everything-warehouse → Redshift tcp 5439',
    );
  });

  it.each([
    ['dev', dev],
    ['prod', prod],
    ['serverless', serverless],
    ['everything', synthesize({ environment: 'everything' }).deployment],
  ])('of %s nothing is missing and nothing else is open', (_, deployment) => {
    expect(problems(deployment)).toEqual([]);
  });

  it('a serverless warehouse is reached, and reaches files, as a cluster is', () => {
    const ofWarehouse = proveNetwork(serverless).paths.filter(({ name }) => /redshift/i.test(name));
    expect([...new Set(ofWarehouse.map(({ name }) => name))]).toEqual([
      'function cdc-serverless-reconcile-tables → redshift-data tcp 443',
      'DMS cdc-serverless-replication → Redshift tcp 5439',
      'DMS cdc-serverless-replication → redshift-serverless tcp 443',
      'Redshift cdc-serverless-warehouse → s3 tcp 443',
    ]);
  });

  it('only functions that talk to MySQL sit', () => {
    const inside = dev.of('aws_lambda_function').filter(({ config }) => config.vpc_config !== undefined);
    expect(inside.map(({ name }) => name)).toEqual(['ingest_txns', 'prepare_mysql', 'reconcile_tables']);
  });
});

describe('a path is missed and named when there is no longer', () => {
  it.each([
    ...used('aws_vpc_security_group_egress_rule'),
    ...used('aws_vpc_security_group_ingress_rule'),
    ...used('aws_vpc_endpoint'),
    ...used('aws_route_table_association'),
    ...used('aws_security_group'),
    ...used('aws_subnet'),
    ...used('aws_route_table'),
  ])('%s', (_, resource) => {
    const expected = pathsThrough(resource);
    expect(expected).not.toEqual([]);
    const found = proveNetwork(without(dev, resource));
    const broken = found.paths.filter(({ missing }) => missing.length > 0).map(({ name }) => name);
    // A host that loses one subnet of two still has its paths, unless a rule needs the subnet itself.
    if (resource.type === 'aws_subnet') expect(found.problems).not.toEqual([]);
    else expect([...new Set(broken)]).toEqual(expected);
  });

  it.each(
    dev
      .of('aws_vpc_endpoint')
      .flatMap((endpoint) =>
        endpoint
          .statements()
          .flatMap(({ actions }) => actions.map((action) => [endpoint.name, action] as const)),
      ),
  )('in the policy of %s the action %s', (name, action) => {
    const narrowed = withConfig(dev, one('aws_vpc_endpoint', name), (config) =>
      changeStatements(config, (statements) => {
        const left = statements
          .map((one) => ({ ...one, Action: [one.Action].flat().filter((given) => given !== action) }))
          .filter(({ Action }) => Action.length > 0);
        statements.splice(0, statements.length, ...left);
      }),
    );
    expect(brokenPaths(narrowed)).not.toEqual([]);
    const called = action === 'redshift:*' ? 'redshift:DescribeClusters' : action;
    expect(problems(narrowed)).toContainEqual(expect.stringContaining(`does not let ${called} on`));
  });

  it.each<[string, Resource, (config: Changeable) => void, string]>([
    [
      'the right port in a rule',
      one('aws_vpc_security_group_egress_rule', 'functions_to_mysql'),
      (rule) => Object.assign(rule, { from_port: 3307, to_port: 3307 }),
      'function cdc-dev-ingest-txns → MySQL tcp 3306: no egress rule of aws_security_group.functions to aws_security_group.mysql on tcp 3306',
    ],
    [
      'the port of the database in the rules',
      one('aws_db_instance', 'mysql'),
      (database) => Object.assign(database, { port: 3310 }),
      'DMS cdc-dev-replication → MySQL tcp 3310: no ingress rule of aws_security_group.mysql from aws_security_group.replication on tcp 3310',
    ],
    [
      'private DNS of an endpoint',
      one('aws_vpc_endpoint', 'to_redshift_data'),
      (endpoint) => Object.assign(endpoint, { private_dns_enabled: false }),
      "function cdc-dev-reconcile-tables → redshift-data tcp 443: aws_vpc_endpoint.to_redshift_data does not answer under the service's own name",
    ],
    [
      'the name of the endpoint that DMS is given',
      one('aws_dms_endpoint', 'replication_source'),
      (endpoint) => Object.assign(endpoint, { extra_connection_attributes: '' }),
      'DMS cdc-dev-replication → secretsmanager tcp 443: DMS cdc-dev-replication is not given the name of aws_vpc_endpoint.to_secretsmanager',
    ],
    [
      'a group of a function',
      one('aws_lambda_function', 'ingest_txns'),
      (fn) => Object.assign(fn.vpc_config, { security_group_ids: [] }),
      'function cdc-dev-ingest-txns → s3 tcp 443: no egress rule of function cdc-dev-ingest-txns, which has no security group to the prefix list of aws_vpc_endpoint.to_s3 on tcp 443',
    ],
    [
      'a subnet group of the warehouse',
      one('aws_redshift_cluster', 'warehouse'),
      (cluster) => delete cluster.cluster_subnet_group_name,
      'DMS cdc-dev-replication → Redshift tcp 5439: there is no Redshift in the VPC',
    ],
    [
      'our account in the policy of an endpoint',
      one('aws_vpc_endpoint', 'to_s3'),
      (endpoint) =>
        changeStatements(endpoint, ([statement]) => {
          statement!.Condition = { StringEquals: { 'aws:PrincipalAccount': '999999999999' } };
        }),
      'Redshift cdc-dev-warehouse → s3 tcp 443: the policy of aws_vpc_endpoint.to_s3 does not let s3:GetObject on arn:aws:s3:::cdc-dev-123456789012-data/incoming/* through',
    ],
  ])('%s', (_, resource, change, problem) => {
    expect(problems(withConfig(dev, resource, change))).toContain(problem);
  });

  it('DNS in the VPC', () => {
    const silent = changed(dev, ({ network }) => {
      network!.resource.aws_vpc.private.enable_dns_hostnames = false;
    });
    expect(brokenPaths(silent)).toEqual([
      'function cdc-dev-ingest-txns → secretsmanager tcp 443',
      'function cdc-dev-prepare-mysql → secretsmanager tcp 443',
      'function cdc-dev-reconcile-tables → redshift-data tcp 443',
      'function cdc-dev-reconcile-tables → secretsmanager tcp 443',
      'DMS cdc-dev-replication → redshift tcp 443',
    ]);
  });
});

describe('what is open without need is named', () => {
  const rule = { ip_protocol: 'tcp', from_port: 5439, to_port: 5439, description: 'by hand' };
  const place = { stack: 'network', type: 'aws_vpc_security_group_egress_rule', name: 'by_hand' };
  const ofFunctions = '$' + '{aws_security_group.functions.id}';

  it.each([
    [
      'a path to a host that nothing takes',
      { referenced_security_group_id: '$' + '{aws_security_group.warehouse.id}' },
    ],
    ['a path to the internet', { cidr_ipv4: '0.0.0.0/0' }],
  ])('%s', (_, other) => {
    const opened = withResource(dev, place, { ...rule, ...other, security_group_id: ofFunctions });
    expect(problems(opened)).toEqual([
      'network: aws_vpc_security_group_egress_rule.by_hand is there, and nothing needs it',
    ]);
  });

  it('a bucket more in the policy of an endpoint', () => {
    const opened = withConfig(dev, one('aws_vpc_endpoint', 'to_s3'), (endpoint) =>
      changeStatements(endpoint, ([statement]) => statement!.Resource.push('arn:aws:s3:::another-bucket/*')),
    );
    expect(problems(opened)).toEqual([
      'aws_vpc_endpoint.to_s3, statement OwnBuckets: arn:aws:s3:::another-bucket/* is let through, and nothing needs it',
    ]);
  });

  it('a Deny in the policy of an endpoint, which the proof does not evaluate', () => {
    const denying = withConfig(dev, one('aws_vpc_endpoint', 'to_s3'), (endpoint) =>
      changeStatements(endpoint, (statements) =>
        statements.push({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }),
      ),
    );
    expect(problems(denying)).toEqual([
      'network: aws_vpc_endpoint.to_s3 has a Deny, which this proof does not know',
    ]);
  });

  it('an endpoint whose callers are gone', () => {
    const idle = withConfig(
      dev,
      one('aws_lambda_function', 'reconcile_tables'),
      (fn) => delete fn.vpc_config,
    );
    expect(problems(idle)).toContain('network: aws_vpc_endpoint.to_dynamodb is there, and nothing needs it');
    expect(problems(idle)).toContain(
      'network: aws_vpc_security_group_egress_rule.functions_to_dynamodb is there, and nothing needs it',
    );
  });

  it.each([
    'aws_internet_gateway',
    'aws_nat_gateway',
    'aws_route',
    'aws_network_acl',
    'aws_security_group_rule',
  ])('a resource of the type %s, which the proof would have to learn first', (type) => {
    const strange = withResource(dev, { stack: 'network', type, name: 'by_hand' }, {});
    expect(problems(strange)).toEqual([
      `network: ${type}.by_hand is of a type that this proof does not know`,
    ]);
  });
});
