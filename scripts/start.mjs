/** `npm start`: set-up, bundles, synthesis, then the synthesized deployment on this machine. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askPassword } from '../local/commands/ask-password.cjs';
import { demandProject } from './check-project.mjs';
import { camelCase } from './command-line/parse.mjs';
import { UsageError } from './command-line/usage-error.mjs';
import { ownSourceEnvironment } from './own-source-environment.mjs';
import { root, run } from './run.mjs';
import { runUnderNpm } from './run-under-npm.mjs';
import { setUp } from './set-up.mjs';
import { readTypescript, requireTypescript } from './typescript.cjs';

/** Flags that say nothing without another one, which needs the first of them. */
const GO_WITH = { mysql: ['tables', 'ssl-mode', 'ssl-ca'], dynamodb: ['items', 'region', 'profile'] };

/**
 * The first line appears at once: each step may take a while. It goes to standard error, since `--json` promises that
 * standard output has the summary only.
 * @param {{ flags: Record<string, any> }} given checked by the pipeline's own process once more
 * @param {readonly string[]} args
 */
export async function command({ flags }, args) {
  for (const [source, names] of Object.entries(GO_WITH))
    for (const name of flags[source] === undefined ? names : [])
      if (flags[camelCase(name)] !== undefined) throw new UsageError(`--${name} goes with --${source}`);
  for (const [source, [needed]] of Object.entries(GO_WITH))
    if (flags[source] !== undefined && !flags[needed])
      throw new UsageError(`--${source} needs --${needed}: which tables, separated by commas`);
  const isOwn = flags.mysql !== undefined || flags.dynamodb !== undefined;
  if (flags.api === true && isOwn)
    throw new UsageError('--api goes with the tables of the demo: tables of your own are only read');
  if (flags.bi === true && isOwn)
    throw new UsageError('--bi goes with the tables of the demo: the views are made for them');
  if (isOwn) return startOwnSource(flags, args);
  demandProject();
  console.error('set-up: packages, a MySQL-protocol server, Java …');
  setUp();
  demandFolder(flags.dataDir);
  console.error('bundles: handlers whose sources changed …');
  const { bundle } = await import('./bundle.mjs');
  await bundle();
  if (flags.api === true || flags.bi === true)
    process.env.CDKTF_CONTEXT_JSON = JSON.stringify(contextWith(flags));
  console.error('synthesis: four stacks to cdktf.out …');
  run(process.execPath, [...readTypescript, 'main.ts']);
  console.error('starting the parts of the stacks …');
  runUnderNpm(['scripts/cdc.mjs', 'pipeline', ...args], { cwd: root });
}

/** Before anything is asked for, bundled or synthesized: a run that is there was started from the stacks of now. */
function demandFolder(dataDir) {
  requireTypescript('local/runtime/machine-limits.ts').checkMachine(dataDir);
  requireTypescript('local/state/state-folder.ts').requireFree(dataDir);
}

/**
 * The settings of cdktf.json with what the flags ask for, where they have none of it. The API has one key: nobody but this
 * machine reaches it.
 * @param {{ api?: boolean, bi?: boolean }} asked
 */
function contextWith(asked) {
  const { context } = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8'));
  const environment = process.env.CDC_ENVIRONMENT || context.environment;
  const own = context.environments?.[environment] ?? {};
  const api = own.api ??
    context.api ?? {
      auth: { kind: 'api-key', keyIds: ['laptopkey0'], requestsPerDay: 1_000_000 },
      requestsPerSecond: 10_000,
      burst: 5_000,
      createLogRole: false,
    };
  const more = {
    ...own,
    ...(asked.api ? { api } : {}),
    ...(asked.bi ? { bi: own.bi ?? context.bi ?? {} } : {}),
  };
  return { ...context, environments: { ...context.environments, [environment]: more } };
}

/** Somebody's own tables: entries, settings and stacks are in the data folder, and the project's stay as they are. */
async function startOwnSource({ mysql, dataDir }, args) {
  console.error('set-up: packages, Java …');
  setUp();
  demandFolder(dataDir);
  if (mysql !== undefined) process.env.MYSQL_PWD ??= await askPassword(`password for ${mysql}: `);
  console.error('source: settings, privileges, tables …');
  // It says itself what is wrong.
  const { status } = spawnSync(process.execPath, ['scripts/cdc.mjs', 'own_source', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) return status ?? 1;
  Object.assign(process.env, ownSourceEnvironment(dataDir));
  console.error('bundles and synthesis for these tables …');
  run(process.execPath, ['scripts/bundle.mjs'], { quiet: true });
  run(process.execPath, [...readTypescript, 'main.ts']);
  console.error('starting the parts of the stacks …');
  // What was to be forgotten is forgotten already.
  runUnderNpm(['scripts/cdc.mjs', 'pipeline', ...args.filter((one) => one !== '--fresh')], { cwd: root });
}
