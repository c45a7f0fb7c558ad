/** The policy as a table: what each rule requires, and how each environment complies. */

import type { Deployment } from '../deployment';
import { type CheckedLimit, checkLimits } from '../limits/check-limits';
import { type NetworkProof, proveNetwork } from '../network/proof';
import { type Evaluation, evaluatePolicy, type Verdict } from './evaluate';
import { POLICY_RULES } from './rules';
import { countExplanations } from './rules/wildcards';

export interface Checked {
  readonly name: string;
  readonly deployment: Deployment;
  readonly evaluation: Evaluation;
  readonly network: NetworkProof;
  readonly limits: readonly CheckedLimit[];
}

export function checkEnvironment(name: string, deployment: Deployment): Checked {
  return {
    name,
    deployment,
    evaluation: evaluatePolicy(deployment, POLICY_RULES),
    network: proveNetwork(deployment),
    limits: checkLimits(deployment),
  };
}

export const problemsOf = ({ name, evaluation, network, limits }: Checked): string[] =>
  [...evaluation.problems, ...network.problems, ...limits.flatMap(({ problems }) => problems)].map(
    (problem) => `${name}: ${problem}`,
  );

export function buildReport(environments: readonly Checked[]): string {
  const problems = environments.flatMap(problemsOf);
  const count = (outcome: Verdict['outcome']): number =>
    environments.flatMap(({ evaluation }) => evaluation.verdicts).filter((one) => one.outcome === outcome)
      .length;
  return [
    ...ruleTable(environments),
    '',
    'Skipped, with the reason noted at the resource:',
    ...skipLines(environments),
    '',
    'Each "*" that is allowed, and why:',
    ...wildcardLines(environments),
    '',
    'Who reaches what in the VPC, and by how many rules, subnets, routes and endpoints:',
    ...pathLines(environments),
    ...unseenLines(environments),
    '',
    'What comes nearest to each limit of AWS:',
    ...limitLines(environments),
    ...(problems.length === 0 ? [] : ['', 'Failed:', ...problems.map((problem) => `  ${problem}`)]),
    '',
    `passed ${count('passed')}, skipped ${count('skipped')} with reason, failed ${problems.length}`,
  ].join('\n');
}

function ruleTable(environments: readonly Checked[]): string[] {
  const header = ['rule', 'requires', ...environments.map(({ name }) => name)];
  const rows = POLICY_RULES.map((rule) => [
    rule.id,
    rule.requires,
    ...environments.map(({ evaluation }) =>
      countsOf(evaluation.verdicts.filter((verdict) => verdict.rule === rule)),
    ),
  ]);
  return alignColumns([header, ...rows]);
}

function countsOf(verdicts: readonly Verdict[]): string {
  const parts = (['passed', 'skipped', 'failed'] as const).flatMap((outcome) => {
    const found = verdicts.filter((verdict) => verdict.outcome === outcome).length;
    return found === 0 ? [] : [`${found} ${outcome}`];
  });
  return parts.join(', ') || 'nothing to look at';
}

function skipLines(environments: readonly Checked[]): string[] {
  const places = new Map<string, string[]>();
  for (const { name, evaluation } of environments) {
    for (const { rule, resource, outcome, reason } of evaluation.verdicts) {
      if (outcome !== 'skipped') continue;
      const key = `${rule.id}: ${reason}`;
      places.set(key, [...(places.get(key) ?? []), `${name} ${resource.address}`]);
    }
  }
  return [...places].sort().map(([skip, where]) => `  ${where.length} × ${skip}`);
}

function wildcardLines(environments: readonly Checked[]): string[] {
  const [first, ...others] = environments.map(({ deployment }) => countExplanations(deployment));
  return [...(first ?? [])].map(([entry, count]) => {
    const all = [count, ...others.map((counts) => counts.get(entry) ?? 0)].reduce((sum, one) => sum + one, 0);
    return `  ${all} × ${entry.place} of ${entry.on}: ${entry.reason}`;
  });
}

function pathLines(environments: readonly Checked[]): string[] {
  return alignColumns(
    environments.flatMap(({ network }) =>
      network.paths.map(({ name, why, uses, missing }) => [
        `  ${name}`,
        why,
        missing.length === 0 ? `${uses.size}` : 'broken',
      ]),
    ),
  );
}

function limitLines(environments: readonly Checked[]): string[] {
  return alignColumns(
    (environments[0]?.limits ?? []).map(({ limit }, index) => [
      `  ${limit.id}`,
      ...environments.map(({ name, limits }) => `${name} ${limits[index]?.greatest?.got ?? 'none'}`),
      `of ${limit.allowed} ${limit.unit}`,
    ]),
  );
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What the network rests on where somebody else made a part of it; nothing where this deployment makes it all. */
function unseenLines(environments: readonly Checked[]): string[] {
  const lines = environments.flatMap(({ name, network }) =>
    [...new Set(network.paths.flatMap(({ unseen }) => unseen))].map((what) => `  ${name}: ${what}`),
  );
  return lines.length === 0
    ? []
    : ['', 'What only the owner of a network, server or endpoint that was there before can check:', ...lines];
}
