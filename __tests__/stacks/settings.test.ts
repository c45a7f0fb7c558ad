import { parseSettings, readContext, SettingsError } from '../../stacks/settings';
import { type Arguments, context } from './synthesized';

function problemsOf(change: (context: Arguments) => void, selected?: string): readonly string[] {
  const given = context();
  change(given);
  try {
    parseSettings(given, selected);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('the settings of cdktf.json', () => {
  it.each(['dev', 'prod', 'serverless', 'everything', 'existing'])('are right for %s', (environment) => {
    expect(parseSettings(context(), environment).environment).toBe(environment);
  });

  it('are those of the environment that the context names when none is selected', () => {
    expect(parseSettings({ ...context(), environment: 'prod' }, '').protectData).toBe(true);
  });

  it('take the common values where the environment says nothing, key by key', () => {
    const given = context();
    const { mysql } = parseSettings(given, 'prod') as { mysql: Arguments };
    expect(mysql.engineVersion).toBe(given.mysql.engineVersion);
    expect(mysql.instanceClass).toBe(given.environments.prod.mysql.instanceClass);
  });

  it('may carry what the CDKTF command line adds', () => {
    expect(problemsOf((given) => Object.assign(given, { cdktfRelativeModules: ['./x'] }))).toEqual([]);
  });
});

describe('wrong settings', () => {
  it('are reported all together, each with its key, what is allowed and what was got', () => {
    const problems = problemsOf((given) => {
      given.network.vpcCidr = '10.20.0.0/24';
      given.schedule = 'every 5 minutes';
      given.stream.batchSize = 0;
      given.functions['ingest-txns'].memoryMb = '512';
      given.environments.dev.redshift.nodeType = 'dc2.large';
      delete given.region;
      given.accountID = 'x';
    });
    expect(problems).toHaveLength(7);
    expect(problems).toEqual(
      expect.arrayContaining([
        'network.vpcCidr: allowed is a private IPv4 network of /16 to /22, like 10.20.0.0/16, got: "10.20.0.0/24"',
        'schedule: allowed is a schedule like rate(5 minutes) or cron(0/5 * * * ? *), got: "every 5 minutes"',
        'stream.batchSize: allowed is a whole number from 1 to 10000 (stream records), got: 0',
        'functions.ingest-txns.memoryMb: allowed is a whole number from 128 to 10240 (MB), got: "512"',
        expect.stringMatching(
          /^environments\.dev\.redshift\.nodeType: allowed is one of ra3\.large, .*, got: "dc2\.large"$/,
        ),
        'region: allowed is a region of the commercial partition, like us-east-1, got: nothing',
        expect.stringMatching(/^accountID: allowed is only the keys project, environment, .*accountID$/),
      ]),
    );
  });

  it('name the kinds that a group can be of', () => {
    expect(
      problemsOf((given) => {
        given.environments.dev.redshift.kind = 'snowflake';
        delete given.mysql.kind;
      }),
    ).toEqual([
      'mysql.kind: allowed is one of new, existing, got: nothing',
      'environments.dev.redshift.kind: allowed is one of provisioned, serverless, existing-cluster, existing-workgroup, got: "snowflake"',
    ]);
  });

  it('are reported together with an environment that there is not', () => {
    const problems = problemsOf((given) => {
      given.accountId = 'mine';
      given.region = undefined;
    }, 'staging');
    expect(problems).toEqual([
      'environment: allowed is one of dev, prod, serverless, everything, existing, got: "staging"',
      expect.stringMatching(/^accountId: .*got: "mine"$/),
      expect.stringMatching(/^region: .*got: nothing$/),
    ]);
  });

  it('are named at the place where they were written', () => {
    const problems = problemsOf((given) => {
      given.environments.prod.mysql.multiAz = 'yes';
      given.mysql.storageGb = 5;
    }, 'prod');
    expect(problems).toEqual(['environments.prod.mysql.multiAz: allowed is true or false, got: "yes"']);
  });

  it('that no key shows by itself are found too', () => {
    expect(
      problemsOf((given) => {
        given.mysql.maxStorageGb = 22;
        given.mysql.storageGb = 22;
        given.load.tombstoneDays = 59;
        given.objects.loadedDays = 60;
        given.objects.rejectedDays = 61;
        given.reconcile.spreadSeconds = 7_000;
      }),
    ).toEqual([
      'mysql.maxStorageGb: allowed is more than mysql.storageGb (22), got: 22',
      expect.stringMatching(/^load\.tombstoneDays: allowed is at least objects\.loadedDays \(60\)/),
      expect.stringMatching(/^load\.tombstoneDays: allowed is at least objects\.rejectedDays \(61\)/),
      expect.stringMatching(/^alarms\.proofSeconds: allowed is more than .* together \(7900\).*got: 7200$/),
    ]);
  });

  it('of a serverless warehouse are each named, and so are two that do not go together', () => {
    const wrong = (change: (redshift: Arguments, environment: Arguments) => void) =>
      problemsOf((given) => {
        const { serverless } = given.environments;
        change(serverless.redshift, serverless);
      }, 'serverless');
    expect(
      wrong((redshift) => {
        Object.assign(redshift, { database: 'dev', baseCapacityRpus: 12, nodeType: 'ra3.large' });
        Object.assign(redshift.usageLimit, { rpuHours: 0, period: 'yearly', breachAction: 'stop' });
        delete redshift.maxCapacityRpus;
        delete redshift.snapshotRetentionDays;
      }),
    ).toEqual(
      [
        /redshift\.database: allowed is a database name .*, got: "dev"$/,
        /redshift\.baseCapacityRpus: allowed is a whole number from 4 to 1024 \(RPUs, 4 or a multiple of 8\), got: 12$/,
        /redshift\.maxCapacityRpus: allowed is a whole number .*, got: nothing$/,
        /redshift\.usageLimit\.rpuHours: allowed is a whole number from 1 to 1000000 \(RPU-hours\), got: 0$/,
        /redshift\.usageLimit\.period: allowed is one of daily, weekly, monthly, got: "yearly"$/,
        /redshift\.usageLimit\.breachAction: allowed is one of log, emit-metric, deactivate, got: "stop"$/,
        /redshift\.snapshotRetentionDays: allowed is a whole number from 1 to 35 \(days\), got: nothing$/,
        /redshift\.nodeType: allowed is only the keys kind, database, baseCapacityRpus, .*, got: the unknown nodeType$/,
      ].map((pattern) => expect.stringMatching(pattern)),
    );
    expect(
      wrong((redshift, environment) => {
        Object.assign(redshift, { baseCapacityRpus: 64, maxCapacityRpus: 32 });
        environment.network.availabilityZones = ['a', 'b'];
      }),
    ).toEqual([
      'redshift.maxCapacityRpus: allowed is at least redshift.baseCapacityRpus (64), got: 32',
      expect.stringMatching(/^network\.availabilityZones: allowed is at least 3 zones where/),
    ]);
  });

  it('about what was there before are reported all together too', () => {
    const problems = problemsOf((given) => {
      const own = given.environments.existing;
      own.keyArn = 'arn:aws:kms:us-east-1:345678901234:alias/data';
      own.network.vpcId = 'my-vpc';
      own.network.subnets[1].zone = 'a';
      own.network.mayChange = ['routes'];
      own.mysql.adminSecretArn = 'bank/replication-setup';
      own.mysql.certificateAuthority = '../ca.pem';
      own.mysql.mayChange = ['users', 'users'];
      own.dynamodb.existing.trades.streamArn = 'latest';
    }, 'existing');
    const at = 'environments.existing';
    expect(problems).toEqual([
      `${at}.network.vpcId: allowed is the id of a VPC, like vpc-0123456789abcdef0, got: "my-vpc"`,
      expect.stringContaining(
        `${at}.network.subnets: allowed is a list of 2 to 6 subnets, each in another zone, got: `,
      ),
      `${at}.network.mayChange.0: allowed is a list of "endpoint-security-groups", each at most once, got: "routes"`,
      expect.stringMatching(
        /keyArn: allowed is the ARN of a KMS key \(not of an alias\), .*got: "arn:.*alias\/data"$/,
      ),
      expect.stringMatching(
        /mysql\.adminSecretArn: allowed is the whole ARN of a secret, .*got: "bank\/replication-setup"$/,
      ),
      expect.stringMatching(
        /mysql\.certificateAuthority: allowed is "rds", or a file of this repository .*got: "\.\.\/ca\.pem"$/,
      ),
      expect.stringMatching(/mysql\.mayChange: allowed is a list of "users", .*got: \["users","users"\]$/),
      expect.stringMatching(
        /dynamodb\.existing\.trades\.streamArn: allowed is the ARN of a stream .*aws dynamodb update-table .*got: "latest"$/,
      ),
    ]);
  });

  it('about what was there before are found also where no key shows them by itself', () => {
    const problems = problemsOf((given) => {
      const own = given.environments.existing;
      delete own.network.endpoints.redshift;
      Object.assign(own.mysql, {
        server: 'self-managed',
        cidr: '10.9.0.0/24',
        mayChange: ['binlog-retention'],
      });
      own.dynamodb.existing.trades.name = 'other-trades';
      own.dynamodb.existing.quotes = { ...own.dynamodb.existing.trades, name: 'market-trades' };
    }, 'existing');
    expect(problems).toEqual([
      'network.endpoints: allowed is an endpoint of each of s3, dynamodb, secretsmanager, redshift-data, redshift where network.createEndpoints is false, got: none of redshift',
      expect.stringMatching(/^mysql\.securityGroupId: allowed is either it or mysql\.cidr, .*got: both$/),
      expect.stringMatching(
        /^mysql\.mayChange: allowed is "binlog-retention" where mysql\.server is rds or aurora; .*got: "binlog-retention"$/,
      ),
      expect.stringMatching(/^mysql\.instanceIdentifier: .* none elsewhere, got: "bank"$/),
      expect.stringMatching(/^mysql\.certificateAuthority: .* a PEM file elsewhere, got: "rds"$/),
      expect.stringMatching(
        /^dynamodb\.existing\.trades\.streamArn: allowed is a stream of the table other-trades, got: /,
      ),
      'dynamodb.existing.quotes: allowed is a DynamoDB table of the catalogue (trades), got: "quotes"',
    ]);
  });

  it('include an environment that is not there', () => {
    expect(problemsOf(() => undefined, 'staging')).toEqual([
      'environment: allowed is one of dev, prod, serverless, everything, existing, got: "staging"',
    ]);
  });
});

describe('the context', () => {
  it('is the one that the CDKTF command line passes, before the file', () => {
    expect(readContext('/nowhere/cdktf.json', { CDKTF_CONTEXT_JSON: '{"project":"x"}' })).toEqual({
      project: 'x',
    });
  });

  it('name two environments of one account that would both make the roles of DMS', () => {
    const problems = problemsOf((given) => {
      given.environments.prod.accountId = given.accountId;
    });
    expect(problems).toEqual([
      'createDmsServiceRoles: allowed is true in one environment of an account, got: dev and prod in "123456789012"',
    ]);
  });

  it('are those of a protected deployment without last snapshots, without anybody who hears, or copied to itself', () => {
    const problems = problemsOf((given) => {
      delete given.environments.prod.alarmEmail;
      Object.assign(given.environments.prod, { finalSnapshots: false, copyToRegion: 'us-east-1' });
    }, 'prod');
    expect(problems).toEqual([
      expect.stringMatching(/^finalSnapshots: allowed is true where protectData is true/),
      expect.stringMatching(
        /^alarmEmail: allowed is an e-mail address, or an alarmTopicArn, where protectData/,
      ),
      'copyToRegion: allowed is a region other than us-east-1, got: "us-east-1"',
    ]);
  });

  it('are a topic of another region, which alarms cannot reach', () => {
    const problems = problemsOf((given) => {
      given.alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';
    });
    expect(problems).toEqual([expect.stringMatching(/^alarmTopicArn: allowed is a topic in us-east-1/)]);
  });
});
