/** The deployment's settings: the context of `cdktf.json`, checked once, every problem reported together. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { intervalSeconds } from './schedule-expression';
import { checkBi } from './settings/bi';
import { checkWarehouse } from './settings/check-warehouse';
import { checkDynamodb } from './settings/dynamodb';
import { checkMysql } from './settings/mysql';
import { checkNetwork } from './settings/network';
import { checkObservability } from './settings/observability';
import { SETTINGS_SCHEMA, type Settings } from './settings-schema';

export type { Settings } from './settings-schema';

type Context = Readonly<Record<string, unknown>>;

/** What the CDKTF command line adds to the context besides `cdktf.json`; not settings of this project. */
const isForeign = (key: string): boolean => key.startsWith('cdktf');

export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `the settings under "context" in cdktf.json have ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'SettingsError';
  }
}

/**
 * The context as the CDKTF command line passes it, otherwise as in `cdktf.json`, so that running the app directly
 * gives the same result.
 */
export function readContext(cdktfJsonPath: string, environment: NodeJS.ProcessEnv): Context {
  const passed = environment.CDKTF_CONTEXT_JSON;
  const context = passed ? JSON.parse(passed) : JSON.parse(readFileSync(cdktfJsonPath, 'utf8')).context;
  return isObject(context) ? context : {};
}

/**
 * Merges the chosen environment's settings over the common ones and checks the result.
 * @param selected name under `environments`; absent or empty, the context's own `environment`.
 * @throws SettingsError that lists every key that is missing, unknown or wrong, what is allowed and what was found.
 */
export function parseSettings(context: Context, selected?: string): Settings {
  const { environments, ...rest } = context;
  const common = Object.fromEntries(Object.entries(rest).filter(([key]) => !isForeign(key)));
  const known = isObject(environments) ? environments : {};
  const problems: string[] = [];
  let name = selected || common.environment;
  if (typeof name !== 'string' || !isObject(known[name])) {
    problems.push(
      `environment: allowed is one of ${Object.keys(known).join(', ') || 'the names under "environments" (there are none)'}, got: ${show(name)}`,
    );
    // The other problems are reported too, as they apply to the first environment in the file.
    name = Object.keys(known)[0] ?? '';
  }
  const own = isObject(known[String(name)]) ? (known[String(name)] as Context) : {};
  const parsed = SETTINGS_SCHEMA.safeParse(merge(common, { ...own, environment: name }), {
    reportInput: true,
  });
  problems.push(...checkAccounts(common, known));
  if (parsed.success) problems.push(...checkTogether(parsed.data));
  else problems.push(...parsed.error.issues.map((issue) => describe(issue, String(name), own)));
  if (problems.length > 0 || !parsed.success) throw new SettingsError(problems);
  return parsed.data;
}

/** The roles of DMS have fixed names: two environments of one account cannot both create them. */
function checkAccounts(common: Context, environments: Context): string[] {
  const makers = new Map<unknown, string[]>();
  for (const [name, own] of Object.entries(environments)) {
    const { accountId, createDmsServiceRoles } = merge(common, isObject(own) ? own : {});
    if (createDmsServiceRoles === true) makers.set(accountId, [...(makers.get(accountId) ?? []), name]);
  }
  return [...makers]
    .filter(([, names]) => names.length > 1)
    .map(
      ([accountId, names]) =>
        `createDmsServiceRoles: allowed is true in one environment of an account, got: ${names.join(' and ')} in ${show(accountId)}`,
    );
}

/** Checks that involve more than one value. */
function checkTogether(settings: Settings): string[] {
  const { network, mysql, load, objects, alarms, reconcile, reconcileSchedule } = settings;
  const problems = [
    ...checkProtection(settings),
    ...checkNetwork(network, settings.redshift),
    ...checkWarehouse(settings),
    ...checkMysql(mysql),
    ...checkDynamodb(settings.dynamodb, settings.region),
    ...checkObservability(settings.observability ?? {}, settings.region),
    ...checkBi(settings.bi ?? {}, settings.accountId),
  ];
  for (const [key, what] of [
    ['loadedDays', 'loaded'],
    ['rejectedDays', 'rejected'],
  ] as const) {
    if (load.tombstoneDays >= objects[key]) continue;
    problems.push(
      `load.tombstoneDays: allowed is at least objects.${key} (${objects[key]}), since a ${what} file can be replayed for as long and would bring deleted items back, got: ${load.tombstoneDays}`,
    );
  }
  // A table waits for the next sweep to begin and for that one to end; both count from the beginning of the last.
  const longestSeconds = (intervalSeconds(reconcileSchedule) ?? DAY_SECONDS) + reconcile.spreadSeconds;
  if (alarms.proofSeconds <= longestSeconds) {
    problems.push(
      `alarms.proofSeconds: allowed is more than the interval of reconcileSchedule and reconcile.spreadSeconds together (${longestSeconds}), since a proof is that old at times when all is well, got: ${alarms.proofSeconds}`,
    );
  }
  return problems;
}

/** What a schedule by cron is taken for. */
const DAY_SECONDS = 86_400;

function checkProtection(settings: Settings): string[] {
  const { protectData, finalSnapshots, alarmEmail, alarmTopicArn, copyToRegion, region } = settings;
  const problems: string[] = [];
  if (protectData && !finalSnapshots) {
    problems.push(
      'finalSnapshots: allowed is true where protectData is true, since it is what remains when protection is lifted, got: false',
    );
  }
  if (protectData && alarmEmail === undefined && alarmTopicArn === undefined) {
    problems.push(
      'alarmEmail: allowed is an e-mail address, or an alarmTopicArn, where protectData is true: alarms that reach nobody, got: nothing',
    );
  }
  if (alarmTopicArn !== undefined && alarmTopicArn.split(':')[3] !== region) {
    problems.push(
      `alarmTopicArn: allowed is a topic in ${region}, since alarms reach no other region, got: ${show(alarmTopicArn)}`,
    );
  }
  if (copyToRegion === region) {
    problems.push(`copyToRegion: allowed is a region other than ${region}, got: ${show(copyToRegion)}`);
  }
  return problems;
}

function describe(issue: z.core.$ZodIssue, environment: string, own: Context): string {
  const unknownKeys = issue.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : [];
  const path = [...issue.path, ...unknownKeys].map(String);
  const input = issue.code === 'invalid_union' && isObject(issue.input) ? issue.input.kind : issue.input;
  const key = hasPath(own, path) ? ['environments', environment, ...path] : path;
  const got = issue.code === 'unrecognized_keys' ? `the unknown ${issue.keys.join(', ')}` : show(input);
  return `${key.join('.') || 'context'}: allowed is ${issue.message}, got: ${got}`;
}

function hasPath(value: unknown, path: readonly string[]): boolean {
  if (path.length === 0) return true;
  const [first = '', ...rest] = path;
  const inner = Array.isArray(value) ? value[Number(first)] : isObject(value) ? value[first] : undefined;
  return inner !== undefined && hasPath(inner, rest);
}

/** Key by key; but a group of another `kind` has other keys, so it takes the place of the one below. */
function merge(below: Context, above: Context): Context {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const beneath = merged[key];
    const isMore = isObject(value) && isObject(beneath) && (value.kind ?? beneath.kind) === beneath.kind;
    merged[key] = isMore ? merge(beneath, value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
