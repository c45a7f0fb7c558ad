/** 500 MySQL and 100 DynamoDB tables: what `npm run prove -- catalogue` starts, here as stacks. */
import { join } from 'node:path';
import { type CheckedLimit, checkLimits } from '../../deployment/limits/check-limits';
import { countExplanations } from '../../deployment/policy/rules/wildcards';
import { generateCatalogue, LARGE } from '../support/generated-catalogue';
import { expectGolden } from '../support/golden';
import { type OtherSynthesis, synthesizeCatalogue } from '../support/other-catalogue';
import { projectFolder, synthesize } from './synthesized';

const HEAD = [
  '# Limits of AWS',
  '',
  'Each limit that a deployment comes nearer to as its catalogue grows, as `npm run policy` checks it, and what comes nearest to it: with the two tables of the',
  'demo, and with a generated catalogue of 500 MySQL and 100 DynamoDB tables. What AWS raises on request is checked at what an account has without asking.',
  'Written by `UPDATE_GOLDEN=1 npx jest __tests__/stacks/large-catalogue.test.ts`, and held by that test.',
  '',
  '| Limit | Allowed | 2 tables | 600 tables | Source |',
  '| --- | ---: | ---: | ---: | --- |',
];

/** By hand, when it was last measured. */
const MEASURED = [
  '',
  '## 600 tables in time and memory',
  '',
  'On 2 cores that were busy with other work (load 8 to 13), Node 20, 2026-11-28; all tables empty. `npm run prove -- catalogue` repeats it with rows.',
  '',
  '| What | Took |',
  '| --- | ---: |',
  '| bundling and synthesis, CPU time | 6 s |',
  '| Terraform core: validate, plan, apply and second plan of all four stacks (650 resources; the second plans are empty) | 86 s |',
  '| laptop: up, with set-up of both databases | 108 s |',
  '| laptop: first copy of 500 tables, before small tables shared a commit ([8 s instead of 21](benchmarks.md) at less load since) | 200 s |',
  '| laptop: comparison of all 600 tables | 98 s |',
  '| laptop: memory of the runtime, without its engines | 540 MB |',
];

let large: OtherSynthesis;
let checkedLarge: CheckedLimit[];
beforeAll(() => {
  large = synthesizeCatalogue(generateCatalogue(LARGE));
  checkedLarge = checkLimits(large.synthesis.deployment);
});

it('a catalogue of 600 tables synthesizes, within the policy, the proof of the network and every limit', () => {
  const { synthesis, problems } = large;
  expect(problems).toEqual([]);
  expect(synthesis.of('aws_dynamodb_table')).toHaveLength(LARGE.dynamodb);
  expect(synthesis.of('aws_lambda_event_source_mapping')).toHaveLength(LARGE.dynamodb);
  const mappings = JSON.parse(synthesis.of('aws_dms_replication_task')[0]!.config.table_mappings);
  const selected = mappings.rules.filter(
    (rule: { 'rule-type': string }) => rule['rule-type'] === 'selection',
  );
  expect(selected).toHaveLength(LARGE.mysql + 1);
  const explained = [...countExplanations(synthesis.deployment)].filter(([, count]) => count > 0);
  expect(explained.map(([{ reason }]) => reason)).toContainEqual(expect.stringContaining('large catalogue'));
});

it('it is watched by as many alarms of tables as one of a table per source is', () => {
  const names = large.synthesis.of('aws_cloudwatch_metric_alarm').map(({ name }) => name);
  for (const alarm of ['freshness', 'proof', 'mismatches'])
    expect(names.filter((name) => name.startsWith(`${alarm}_`))).toEqual([
      `${alarm}_all_dynamodb`,
      `${alarm}_all_mysql`,
    ]);
});

it('the documented limits are those that are checked, and what comes nearest to them', () => {
  const small = checkLimits(synthesize().deployment);
  const got = (checked: readonly CheckedLimit[], at: number): string =>
    (checked[at]?.greatest?.got ?? 0).toLocaleString('en');
  const lines = checkedLarge.map(
    ({ limit }, at) =>
      `| \`${limit.id}\` | ${limit.allowed.toLocaleString('en')} ${limit.unit} | ${got(small, at)} | ${got(checkedLarge, at)} | ${limit.source} |`,
  );
  expectGolden(join(projectFolder, 'docs', 'limits.md'), `${[...HEAD, ...lines, ...MEASURED].join('\n')}\n`);
});

it('a limit that is exceeded fails by name, with what was found and what is allowed', () => {
  const { deployment } = large.synthesis;
  const small = checkLimits(deployment).map(({ limit }) => ({ ...limit, allowed: 0 }));
  for (const { limit, greatest, problems } of checkLimits(deployment, small)) {
    if (greatest === undefined || greatest.got === 0) expect(problems).toEqual([]);
    else
      expect(problems[0]).toBe(
        `${greatest.subject}: ${limit.id}: got ${greatest.got} ${limit.unit}, allowed 0 (${limit.source})`,
      );
  }
});
