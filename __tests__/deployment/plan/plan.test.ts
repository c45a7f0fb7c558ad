import { join } from 'node:path';
import { Deployment } from '../../../deployment/deployment';
import type { JsonMap } from '../../../deployment/json';
import { compareDeployments } from '../../../deployment/plan/compare';
import { compareEnvironments } from '../../../deployment/plan/compare-environments';
import { costDifferences } from '../../../deployment/plan/cost-difference';
import { buildPlanLines } from '../../../deployment/plan/plan-lines';
import { buildPlanReport, type ComparedEnvironment } from '../../../deployment/plan/plan-report';
import { effectOf, factsOf, pageOf } from '../../../deployment/plan/replacement';
import { REPLACEMENT_TABLE } from '../../../deployment/plan/replacement-table';
import { compareStacks } from '../../../deployment/plan/stack-difference';
import { differencesOf } from '../../../deployment/plan/value-difference';
import { type Arguments, context, synthesize } from '../../stacks/synthesized';
import { expectGolden } from '../../support/golden';
import { changed } from '../policy/changed-deployment';
import { EDITS } from './edits';

const dev = synthesize().deployment;

function comparedAfter(name: string): ComparedEnvironment {
  const edit = EDITS[name];
  if (edit === undefined) throw new Error(`there is no edit ${name}`);
  return compareEnvironments('dev', dev, changed(dev, edit));
}

it.each(Object.keys(EDITS))('says of %s what a reviewer asks', (name) => {
  const text = buildPlanReport([comparedAfter(name)], { against: 'main', asMarkdown: false });
  expectGolden(join(__dirname, 'goldens', `${name.replaceAll(' ', '-')}.golden.txt`), `${text}\n`);
});

const reportOf = (before: Deployment, after: Deployment): string =>
  `${buildPlanReport([compareEnvironments('dev', before, after)], { against: 'main', asMarkdown: false })}\n`.replaceAll(
    /\b[0-9a-f]{16}(?:[0-9a-f]{48})?\b/g,
    '<hash>',
  );

describe('the API', () => {
  const withApi = (change: (api: Arguments) => void = () => undefined): Deployment =>
    synthesize({
      change: ({ environments }) => {
        environments.dev.api = structuredClone(environments.everything.api);
        change(environments.dev.api);
      },
    }).deployment;
  const on = withApi();

  it('switched on is made, with who may do what, the functions that change, and what it costs', () => {
    expectGolden(join(__dirname, 'goldens', 'the-API-switched-on.golden.txt'), reportOf(dev, on));
  });

  it('with other limits is changed in place; with other callers it is deployed again and loses its plan', () => {
    const limits = withApi((api) =>
      Object.assign(api, { requestsPerSecond: 50, waf: { requestsPerAddress: 500 } }),
    );
    expect(compareDeployments(on, limits).map(({ outcome }) => outcome)).toEqual([
      'changed',
      'changed',
      'changed',
    ]);
    const callers = withApi((api) => Object.assign(api, { auth: { kind: 'iam' } }));
    expectGolden(join(__dirname, 'goldens', 'other-callers-of-the-API.golden.txt'), reportOf(on, callers));
  });
});

describe('QuickSight', () => {
  const reader = (name: string): string => `arn:aws:quicksight:us-east-1:123456789012:user/default/${name}`;
  const withReaders = (...names: string[]): Deployment =>
    synthesize({
      change: ({ environments }) => {
        environments.dev.bi = { quickSight: { readerArns: names.map(reader) } };
      },
    }).deployment;
  const on = withReaders('ann');

  it('switched on is made, with its way into the VPC, who may do what, and what it costs', () => {
    expectGolden(join(__dirname, 'goldens', 'QuickSight-switched-on.golden.txt'), reportOf(dev, on));
  });

  it('with another reader lists with IAM who may see the dashboard, and does not promise that it stays', () => {
    expectGolden(
      join(__dirname, 'goldens', 'another-reader-in-QuickSight.golden.txt'),
      reportOf(on, withReaders('ann', 'ben')),
    );
  });
});

it('says it as Markdown, from which no value breaks out', () => {
  const compared = comparedAfter('a permission more');
  const [change] = compared.changes;
  const odd = { ...change!, changes: [{ ...change!.changes[0]!, after: '`` **bold** ```' }] };
  const text = buildPlanReport([{ ...compared, changes: [...compared.changes, odd] }], {
    against: 'main',
    asMarkdown: true,
  });
  expectGolden(join(__dirname, 'goldens', 'markdown.golden.md'), `${text}\n`);
});

it('gives a machine one object for each resource, stack and cost', () => {
  const lines = buildPlanLines(comparedAfter('a larger instance'));
  expect(lines.map((line) => JSON.parse(JSON.stringify(line)))).toMatchObject([
    {
      environment: 'dev',
      kind: 'resource',
      address: 'aws_db_instance.mysql',
      outcome: 'changed',
      changes: [{ path: 'instance_class', effect: 'in place', before: '"db.t4g.medium"' }],
    },
    { kind: 'cost', subject: 'MySQL, db.t4g.medium', usd: -47.45 },
    { kind: 'cost', subject: 'MySQL, db.r8g.large', usd: null },
  ]);
});

it('shows no secret in any form of its output', () => {
  const compared = comparedAfter('secrets in plain sight');
  const printed = [true, false]
    .map((asMarkdown) => buildPlanReport([compared], { against: 'main', asMarkdown }))
    .concat(JSON.stringify(buildPlanLines(compared)));
  for (const text of printed) {
    expect(text).toContain('MYSQL_PASSWORD');
    expect(text).not.toMatch(/horse|staple|hunter2|swordfish/);
  }
});

it('finds no difference between a synthesis and itself, and everything in what is new or gone', () => {
  const nothing = new Deployment([]);
  expect(compareDeployments(dev, dev)).toEqual([]);
  expect(compareStacks(dev, dev)).toEqual([]);
  const outcomes = (before: Deployment, after: Deployment) =>
    new Set(compareDeployments(before, after).map(({ outcome }) => outcome));
  expect(outcomes(nothing, dev)).toEqual(new Set(['created']));
  expect(outcomes(dev, nothing)).toEqual(new Set(['destroyed']));
  expect(compareStacks(nothing, dev).map(({ notes }) => notes)).toEqual(
    dev.stacks.map(() => ['the whole stack is new']),
  );
});

it('says which version of the provider a stack asks for, before and after', () => {
  const after = changed(dev, ({ network }) => {
    network!.terraform.required_providers.aws.version = '99.0.0';
  });
  expect(compareStacks(dev, after)).toMatchObject([
    {
      stack: 'network',
      differences: [{ path: 'terraform.required_providers.aws.version', after: '99.0.0' }],
    },
  ]);
});

it('counts what it can when the price file does not know a class', () => {
  const after = changed(dev, ({ storage, warehouse }) => {
    Object.assign(storage!.resource.aws_db_instance.mysql, { instance_class: 'db.x99.large' });
    Object.assign(Object.values(warehouse!.resource.aws_redshift_cluster)[0] as object, {
      number_of_nodes: 2,
    });
  });
  const { lines, open } = costDifferences(dev, after);
  expect(open).toEqual([expect.stringContaining('"rds db.x99.large"')]);
  expect(lines).toMatchObject([
    { subject: 'Redshift, ra3.large', before: 730, after: 1_460, usd: expect.closeTo(396.39, 6) },
  ]);
});

describe('the table of arguments', () => {
  const effect = (type: string, path: string, before = {}, after = {}) =>
    effectOf({ type, path, before, after });

  it('has every type that the stacks of any setting set declare, with a page for each', () => {
    const types = Object.keys(context().environments).flatMap((environment) =>
      synthesize({ environment }).deployment.resources.map(({ type }) => type),
    );
    expect([...new Set(types)].filter((type) => factsOf(type) === undefined)).toEqual([]);
    expect(pageOf('aws_db_instance')).toBe(
      'https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/db_instance',
    );
    expect(pageOf('terraform_data')).toMatch(/^https:\/\/developer\.hashicorp\.com\//);
  });

  it('says one thing of each argument', () => {
    const twice = Object.entries(REPLACEMENT_TABLE).flatMap(([type, facts]) => {
      const names = [
        ...facts.replaces,
        ...facts.inPlace,
        ...(facts.replacesWhenPresenceChanges ?? []),
        ...Object.keys(facts.inPlaceWhile ?? {}),
      ];
      return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${type}.${name}`);
    });
    expect(twice).toEqual([]);
  });

  it('never calls safe what it does not have', () => {
    expect(effect('aws_db_instance', 'engine_lifecycle_support')).toBe('may replace');
    expect(effect('aws_of_tomorrow', 'name')).toBe('may replace');
    expect(effect('aws_of_tomorrow', 'tags.owner')).toBe('in place');
    expect(effect('aws_of_tomorrow', 'region')).toBe('replaces');
    expect(effect('terraform_data', 'tags')).toBe('may replace');
  });

  it('knows what a change of the API, its firewall and what leaves the account does', () => {
    expect(effect('aws_api_gateway_rest_api', 'body')).toBe('in place');
    expect(effect('aws_api_gateway_deployment', 'triggers.document')).toBe('replaces');
    expect(effect('aws_wafv2_web_acl', 'rule_json')).toBe('in place');
    expect(effect('aws_wafv2_web_acl_logging_configuration', 'log_destination_configs')).toBe('replaces');
    expect(effect('aws_kinesis_firehose_delivery_stream', 'http_endpoint_configuration.url')).toBe(
      'in place',
    );
    expect(effect('aws_cloudwatch_metric_stream', 'include_filter.metric_names')).toBe('in place');
    expect(effect('aws_cloudwatch_log_subscription_filter', 'destination_arn')).toBe('replaces');
  });

  it('looks at other arguments where those decide', () => {
    const type = 'aws_vpc_security_group_ingress_rule';
    const [range, list] = [{ cidr_ipv4: '10.0.0.0/8' }, { prefix_list_id: 'pl-1' }];
    expect(effect(type, 'cidr_ipv4', range, { cidr_ipv4: '10.1.0.0/16' })).toBe('in place');
    expect(effect(type, 'cidr_ipv4', range, list)).toBe('replaces');
    const [gateway, own] = [{ vpc_endpoint_type: 'Gateway' }, { vpc_endpoint_type: 'Interface' }];
    expect(effect('aws_vpc_endpoint', 'private_dns_enabled', gateway, gateway)).toBe('replaces');
    expect(effect('aws_vpc_endpoint', 'private_dns_enabled', own, own)).toBe('in place');
  });
});

describe('two values', () => {
  it.each<[JsonMap, JsonMap, string[]]>([
    [{ a: [1, 2] }, { a: [2, 3] }, ['a[]', 'a[]']],
    [{ a: [1, 2] }, { a: [2, 1] }, ['a (order)']],
    [{ rule: [{ x: 1 }] }, { rule: { x: 1 } }, []],
    [{ rule: [{ x: 1 }] }, { rule: { x: 2 } }, ['rule.x']],
    [{ a: '{"b":1,"c":2}' }, { a: '{ "c": 2, "b": 1 }' }, []],
    [{ a: '{"b":1}' }, { a: '{"b":1' }, ['a']],
    [{ a: [{ id: 'x', v: 1 }, { id: 'y' }] }, { a: [{ id: 'y' }, { id: 'x', v: 2 }] }, ['a[id=x].v']],
    [{ a: '$' }, {}, ['a']],
  ])('%j and %j differ at %j', (before, after, paths) => {
    expect(differencesOf('', before, after).map(({ path }) => path)).toEqual(paths);
  });
});
