/**
 * `npm run plan`: what the stacks of now change against those of another commit, or of an earlier synthesis, without an
 * account. Exits with 0 whatever differs, and with 1 when it could not compare, or found what `--refuse` names.
 */
import { resolve } from 'node:path';
import { Deployment, readDeployment } from '../deployment/deployment';
import { valueAt } from '../deployment/json';
import { compareEnvironments } from '../deployment/plan/compare-environments';
import { buildPlanLines } from '../deployment/plan/plan-lines';
import { buildPlanReport, type ComparedEnvironment } from '../deployment/plan/plan-report';
import type { Given } from '../local/commands/given';
import { UsageError } from '../local/commands/usage-error';
import { commitOf, withFilesOf } from './commit-files';
import {
  chosenEnvironment,
  environmentNames,
  type SynthesizedEnvironment,
  synthesizeEnvironments,
} from './synthesize-environments';

interface PlanFlags {
  readonly env?: string;
  readonly against: string;
  readonly from?: string;
  readonly refuse?: readonly string[];
  readonly markdown: boolean;
  readonly json: boolean;
}

export function command({ flags }: Given<PlanFlags>): number {
  if (flags.markdown && flags.json) throw new UsageError('--markdown and --json exclude each other');
  const { against, compared } =
    flags.from === undefined ? compareWithCommit(flags) : compareWithFolder(flags.from, flags);
  if (flags.json) for (const line of compared.flatMap(buildPlanLines)) console.log(JSON.stringify(line));
  else console.log(buildPlanReport(compared, { against, asMarkdown: flags.markdown }));
  const refused = compared.flatMap(({ name, changes }) =>
    changes
      .filter(({ outcome }) => flags.refuse?.includes(outcome.replaceAll(' ', '-')))
      .map(({ stack, address, outcome }) => `${name}: ${stack}/${address} would be ${outcome}`),
  );
  for (const line of refused) console.error(line);
  return refused.length > 0 ? 1 : 0;
}

interface Comparison {
  /** For people. */
  readonly against: string;
  readonly compared: readonly ComparedEnvironment[];
}

function compareWithCommit({ env, against }: PlanFlags): Comparison {
  const commit = commitOf(against);
  const wanted = (names: readonly string[]): string[] =>
    names.filter((name) => env === undefined || name === env);
  const before = withFilesOf(commit, (folder) =>
    synthesizeEnvironments(wanted(environmentNames(folder)), folder),
  );
  const after = synthesizeEnvironments(wanted(environmentNames()));
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  return {
    against: `${against} (${commit.slice(0, 9)})`,
    compared: names.map((name) => compareEnvironments(name, of(before, name), of(after, name))),
  };
}

/** One that is not there has no stacks, so that everything is created, or destroyed. */
const of = (synthesized: readonly SynthesizedEnvironment[], name: string): Deployment =>
  synthesized.find((one) => one.name === name)?.deployment ?? new Deployment([]);

function compareWithFolder(folder: string, { env = chosenEnvironment() }: PlanFlags): Comparison {
  const before = readDeployment(resolve(folder));
  const theirs = valueAt(before.stacks[0]?.json.provider, 'aws.default_tags.tags.environment');
  if (theirs !== env) {
    throw new Error(
      `${folder} was synthesized for the environment ${String(theirs)}, and is compared with ${env}: name the environment with --env`,
    );
  }
  const after = of(synthesizeEnvironments([env]), env);
  return { against: folder, compared: [compareEnvironments(env, before, after)] };
}
