import { type Arguments, STACKS, synthesize } from './synthesized';

const { of, one, resources, texts } = synthesize();

const groupOf = (reference: string): string =>
  /aws_security_group\.(\w+)\.id/.exec(reference)?.[1] ??
  reference.replaceAll(/\$\{|\}|\.prefix_list_id/g, '');
/** `functions > mysql:3306` for each rule of a kind. */
const rulesOf = (type: string, inward: boolean): string[] =>
  of(type)
    .map(({ config }) => {
      const own = groupOf(config.security_group_id);
      const other = groupOf(config.referenced_security_group_id ?? config.prefix_list_id);
      return `${inward ? other : own} > ${inward ? own : other}:${config.from_port}`;
    })
    .sort();

describe('the network', () => {
  const BETWEEN_GROUPS = [
    'functions > endpoints:443',
    'functions > mysql:3306',
    'replication > endpoints:443',
    'replication > mysql:3306',
    'replication > warehouse:5439',
  ];

  it('lets out just what must go out', () => {
    expect(rulesOf('aws_vpc_security_group_egress_rule', false)).toEqual(
      [
        ...BETWEEN_GROUPS,
        'functions > aws_vpc_endpoint.to_dynamodb:443',
        'functions > aws_vpc_endpoint.to_s3:443',
        'replication > aws_vpc_endpoint.to_s3:443',
        'warehouse > aws_vpc_endpoint.to_s3:443',
      ].sort(),
    );
  });

  it('lets in just what the other side lets out', () => {
    expect(rulesOf('aws_vpc_security_group_ingress_rule', true)).toEqual(BETWEEN_GROUPS);
  });

  it('says of each group and rule what it is for', () => {
    const described = resources.filter(
      ({ type }) => type.includes('security_group') && !type.includes('default'),
    );
    for (const { address, config } of described)
      expect([address, config.description]).toEqual([address, expect.stringMatching(/\w+/)]);
  });

  it('has no address range in a rule, no open network and no way to the internet', () => {
    for (const stack of STACKS) expect(texts[stack]).not.toMatch(/0\.0\.0\.0\/0|::\/0|cidr_ipv[46]/);
    const ways = ['aws_internet_gateway', 'aws_nat_gateway', 'aws_route', 'aws_eip'];
    expect(resources.filter(({ type }) => ways.includes(type))).toEqual([]);
  });

  it('leaves the default group of the VPC empty', () => {
    const group = one('aws_default_security_group', 'private');
    expect([group.ingress, group.egress]).toEqual([undefined, undefined]);
  });

  it('leads to just the services that something inside calls', () => {
    const services = of('aws_vpc_endpoint').map(
      ({ config }) => `${config.vpc_endpoint_type} ${config.service_name}`,
    );
    expect(services.sort()).toEqual([
      'Gateway com.amazonaws.us-east-1.dynamodb',
      'Gateway com.amazonaws.us-east-1.s3',
      'Interface com.amazonaws.us-east-1.redshift',
      'Interface com.amazonaws.us-east-1.redshift-data',
      'Interface com.amazonaws.us-east-1.secretsmanager',
    ]);
    for (const { config } of of('aws_vpc_endpoint')) expect(config.policy).toContain('aws:PrincipalAccount');
  });

  it('has a subnet in each zone, all on one private route table', () => {
    const subnets = of('aws_subnet').map(({ config }) => [config.availability_zone, config.cidr_block]);
    expect(subnets).toEqual([
      ['us-east-1a', '10.20.0.0/20'],
      ['us-east-1b', '10.20.16.0/20'],
    ]);
    expect(of('aws_route_table_association')).toHaveLength(2);
  });
});

describe('secrets', () => {
  /** Arguments that hold a credential where a provider takes one. */
  const CREDENTIAL =
    /^(password|master_password|master_user_password|secret_string|secret_binary|private_key|token)(_wo)?$/;

  function names(value: unknown): string[] {
    if (Array.isArray(value)) return value.flatMap(names);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner)]);
  }

  it('have no value in any stack', () => {
    expect(of('aws_secretsmanager_secret_version')).toEqual([]);
    for (const { address, config } of resources) {
      expect([address, names(config).filter((name) => CREDENTIAL.test(name))]).toEqual([address, []]);
    }
  });

  it('are looked up in no text: no keys of AWS, no private keys', () => {
    for (const stack of STACKS) expect(texts[stack]).not.toMatch(/AKIA[0-9A-Z]{16}|PRIVATE KEY/);
  });

  it('of the admin users are made and kept by the databases', () => {
    expect(one('aws_db_instance', 'mysql').manage_master_user_password).toBe(true);
    expect(one('aws_redshift_cluster', 'warehouse').manage_master_password).toBe(true);
  });

  it('of the four database users are declared empty', () => {
    const declared = of('aws_secretsmanager_secret').map(({ config }) => config.name);
    expect(declared.sort()).toEqual([
      'cdc-dev-mysql-dms',
      'cdc-dev-mysql-ingest',
      'cdc-dev-mysql-reconcile',
      'cdc-dev-warehouse-dms',
    ]);
  });
});

describe('data at rest', () => {
  const KEY = /^\$\{(aws_kms_key\.data\.arn|data\.terraform_remote_state\.network\.outputs\.key_arn)\}$/;

  it.each([
    ['aws_cloudwatch_log_group', (config: Arguments) => config.kms_key_id],
    ['aws_db_instance', (config: Arguments) => config.kms_key_id],
    ['aws_dynamodb_table', (config: Arguments) => config.server_side_encryption.kms_key_arn],
    ['aws_redshift_cluster', (config: Arguments) => config.kms_key_id],
    ['aws_dms_replication_instance', (config: Arguments) => config.kms_key_arn],
    ['aws_dms_endpoint', (config: Arguments) => config.kms_key_arn],
    ['aws_lambda_function', (config: Arguments) => config.kms_key_arn],
    ['aws_scheduler_schedule', (config: Arguments) => config.kms_key_arn],
    ['aws_secretsmanager_secret', (config: Arguments) => config.kms_key_id],
    ['aws_sqs_queue', (config: Arguments) => config.kms_master_key_id],
    ['aws_sns_topic', (config: Arguments) => config.kms_master_key_id],
  ])('in each %s is encrypted with our own key', (type, keyOf) => {
    expect(of(type).length).toBeGreaterThan(0);
    for (const { address, config } of of(type))
      expect([address, keyOf(config)]).toEqual([address, expect.stringMatching(KEY)]);
  });

  it('is in buckets that are closed, TLS-only, without ACLs and with an end', () => {
    for (const { name } of of('aws_s3_bucket')) {
      expect(one('aws_s3_bucket_public_access_block', name)).toMatchObject({
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      });
      expect(one('aws_s3_bucket_ownership_controls', name).rule.object_ownership).toBe('BucketOwnerEnforced');
      expect(one('aws_s3_bucket_policy', name).policy).toContain('"aws:SecureTransport":"false"');
      expect(one('aws_s3_bucket_lifecycle_configuration', name).rule.length).toBeGreaterThan(1);
    }
  });

  it('that waits to be loaded never expires', () => {
    const rules = one('aws_s3_bucket_lifecycle_configuration', 'data').rule as Arguments[];
    const expiring = rules
      .filter(({ expiration }) => expiration?.[0].days !== undefined)
      .map(({ filter }) => filter[0].prefix);
    expect(expiring.sort()).toEqual(['loaded/', 'manifests/', 'rejected/']);
  });
});
