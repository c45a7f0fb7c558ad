import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../../deployment/deployment';
import { evaluatePolicy } from '../../../deployment/policy/evaluate';
import { buildReport, checkEnvironment } from '../../../deployment/policy/report';
import type { PolicyRule } from '../../../deployment/policy/rule';
import { POLICY_RULES } from '../../../deployment/policy/rules';
import { countExplanations } from '../../../deployment/policy/rules/wildcards';
import { environmentNames } from '../../../scripts/synthesize-environments';
import { projectFolder, type SynthesisOptions, synthesize } from '../../stacks/synthesized';
import { type Changeable, withConfig, withResource } from './changed-deployment';

const deploymentOf = (options?: SynthesisOptions): Deployment => synthesize(options).deployment;

const dev = deploymentOf();
const serverless = deploymentOf({ environment: 'serverless' });
const everything = deploymentOf({ environment: 'everything' });
const sets: [string, Deployment][] = [
  ['dev', dev],
  ['prod', deploymentOf({ environment: 'prod' })],
  ['serverless', serverless],
  [
    'dev in an account with room, with a state bucket and a mail address',
    deploymentOf({
      change: (context) => {
        context.reserveConcurrency = true;
        context.createDmsServiceRoles = false;
        context.stateBucket = 'acme-terraform-state';
        context.alarmEmail = 'operators@example.com';
      },
    }),
  ],
  ['everything', everything],
  // With a topic that is there already, too.
  ['existing', deploymentOf({ environment: 'existing' })],
];

const LARGE_CATALOGUE =
  "the tables of a large catalogue: a list of them is longer than a role's policies may be";

const problems = (deployment: Deployment, rules: readonly PolicyRule[] = POLICY_RULES): readonly string[] =>
  evaluatePolicy(deployment, rules).problems;

describe('the policy', () => {
  it.each(sets)('is kept by every stack of %s, or the reason is noted at the resource', (_, deployment) => {
    expect(problems(deployment)).toEqual([]);
  });

  it('is checked against every environment of cdktf.json', () => {
    expect(environmentNames().every((name) => sets.some(([set]) => set === name))).toBe(true);
  });

  it('has each rule once, and each rule looks at something', () => {
    const ids = POLICY_RULES.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const types = new Set([...sets.flatMap(([, { resources }]) => resources.map(({ type }) => type)), '*']);
    for (const { id, on } of POLICY_RULES) {
      expect([id, on.split(' ').filter((type) => !types.has(type))]).toEqual([id, []]);
    }
  });

  it('explains no "*" that is not there', () => {
    const ofOthers = [serverless, everything].map(countExplanations);
    const unused = [...countExplanations(dev)].filter(
      ([explanation, count]) => count === 0 && ofOthers.every((counts) => !counts.get(explanation)),
    );
    // Of a large catalogue; its own test looks for it.
    expect(unused.map(([{ reason }]) => reason)).toEqual([LARGE_CATALOGUE]);
  });
});

describe('a skip', () => {
  const bucket = { stack: 'storage', type: 'aws_s3_bucket', name: 'data' };
  const skips = (change: (skips: Changeable[]) => void): Deployment =>
    withConfig(dev, bucket, (config) => change(config['//'].checkov.skip));

  it('that is taken away leaves a failed rule', () => {
    const found = problems(skips((given) => given.splice(0, 1)));
    expect(found).toEqual(['storage: aws_s3_bucket.data: CKV2_AWS_62 requires event notifications']);
  });

  it('of a rule that is kept is out of date', () => {
    const found = problems(
      skips((given) => given.push({ id: 'CKV_AWS_143', comment: 'a reason that is long enough' })),
    );
    expect(found).toEqual([
      'storage: aws_s3_bucket.data: its skip of CKV_AWS_143 no longer applies: the resource complies with the rule',
    ]);
  });

  it.each(['CKV_AWS_9999', 'CKV_AWS_16'])(
    'of a rule that says nothing of the resource is wrong: %s',
    (id) => {
      const found = problems(skips((given) => given.push({ id, comment: 'a reason that is long enough' })));
      expect(found).toEqual([
        `storage: aws_s3_bucket.data: its skip of ${id} names a rule that does not apply to it`,
      ]);
    },
  );

  it.each(['', 'todo', undefined])('without a reason is wrong: %j', (comment) => {
    const found = problems(skips(([given]) => Object.assign(given!, { comment })));
    expect(found).toEqual(['storage: aws_s3_bucket.data: its skip of CKV2_AWS_62 gives no reason']);
  });

  it('that Trivy would need as well is in its own list, with a reason', () => {
    const listed = [
      ...readFileSync(join(projectFolder, '.trivyignore.yaml'), 'utf8').matchAll(/- id: (\S+)/g),
    ];
    const needed = sets.flatMap(([, deployment]) =>
      evaluatePolicy(deployment, POLICY_RULES)
        .verdicts.filter(({ outcome, rule }) => outcome === 'skipped' && rule.trivy !== undefined)
        .map(({ rule }) => rule.trivy),
    );
    expect(listed.map(([, id]) => id).sort()).toEqual([...new Set([...needed, ...FOR_TRIVY_ALONE])].sort());
  });
});

/**
 * Trivy calls every `*` in a role's policy one, also at the end of a prefix, where each has a reason of its own; and it
 * wants the access to the bucket of the access logs logged as well.
 */
const FOR_TRIVY_ALONE = ['AVD-AWS-0057', 'AVD-AWS-0089'];

describe('the report', () => {
  it('has a line for each rule and ends with the totals', () => {
    const lines = buildReport([
      checkEnvironment('dev', dev),
      checkEnvironment('serverless', serverless),
      checkEnvironment('everything', everything),
    ]).split('\n');
    for (const { id } of POLICY_RULES)
      expect(lines).toContainEqual(expect.stringMatching(`^${id} .*(passed|skipped)`));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}\d+ × CKV_AWS_71: \w.+/));
    expect(lines.at(-1)).toMatch(/^passed \d{4}, skipped \d+ with reason, failed 0$/);
  });

  it('names what failed', () => {
    const open = withResource(
      dev,
      { stack: 'network', type: 'aws_vpc_security_group_ingress_rule', name: 'by_hand' },
      { description: 'by hand', ip_protocol: '-1', cidr_ipv4: '0.0.0.0/0' },
    );
    const report = buildReport([checkEnvironment('dev', open)]);
    for (const id of ['CKV_AWS_24', 'CKV_AWS_277', 'CDC_NO_OPEN_ADDRESS', 'CDC_RULE_NAMES_OTHER_SIDE'])
      expect(report).toMatch(
        new RegExp(`dev: network: aws_vpc_security_group_ingress_rule.by_hand: ${id} requires`),
      );
    expect(report).toMatch(/failed 7$/);
  });
});
