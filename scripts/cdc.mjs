/**
 * Every command: `node scripts/cdc.mjs NAME …`. What was typed is checked before anything is loaded, installed, bundled or
 * started; a fresh clone has no packages yet, so that nothing up to there needs any.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { nearest } from '../local/commands/nearest.cjs';
import { buildCompletion } from './command-line/completion.mjs';
import { describedAs, descriptions } from './command-line/descriptions.mjs';
import { buildCommandsPage, buildHelp, buildOverview } from './command-line/help.mjs';
import { parseCommandLine } from './command-line/parse.mjs';
import { describeSwallowed } from './command-line/swallowed.mjs';
import { UsageError } from './command-line/usage-error.mjs';
import { ownSourceEnvironment } from './own-source-environment.mjs';
import { root } from './run.mjs';
import { requireTypescript } from './typescript.cjs';

/** Printed without a description of their own: they are about the descriptions. */
const TEXTS = {
  '--help': buildOverview,
  '-h': buildOverview,
  help: buildOverview,
  completion: ([shell]) => buildCompletion(shell),
  'commands-page': buildCommandsPage,
};

/** These make the source's entries themselves, or are about those of the project. */
const OF_THE_PROJECT = ['start', 'own_source', 'pipeline', 'add-table', 'remove-table'];

try {
  await runNamed(process.argv.slice(2));
} catch (error) {
  // One that a command of TypeScript throws is of another class of that name.
  console.error(error.message);
  if (process.env.CDC_DEBUG !== undefined) console.error(error);
  process.exitCode = error.name === 'UsageError' ? 2 : 1;
}

/** @throws UsageError */
async function runNamed([name = '--help', ...args]) {
  const text = TEXTS[name];
  if (text !== undefined) {
    process.stdout.write(`${text(args).trimEnd()}\n`);
    return;
  }
  const command = describedAs(name) ?? refuseName(name);
  const swallowed = describeSwallowed(command, process.env);
  if (swallowed !== undefined) throw new UsageError(swallowed);
  useOwnSource(command, args);
  const given = parseOrHint(command, args);
  if (given === 'help') process.stdout.write(`${buildHelp(command)}\n`);
  else if (command.program !== undefined) runProgram(command.program, args);
  else if (command.needsPipeline === true) {
    requireTypescript('local/state/state-folder.ts').requireState(given.flags.dataDir);
    await runModule(command.module, given, args);
  } else await runModule(command.module, given, args);
}

/** Which tables there are is part of what the command takes. */
function useOwnSource({ name, flags = {} }, args) {
  if (flags['data-dir'] === undefined || OF_THE_PROJECT.includes(name)) return;
  const at = args.findIndex((arg) => /^--data-dir(=|$)/.test(arg));
  const dataDir = at < 0 ? undefined : (/^--data-dir=(.+)$/.exec(args[at])?.[1] ?? args[at + 1]);
  if (dataDir) Object.assign(process.env, ownSourceEnvironment(dataDir));
}

function parseOrHint(command, args) {
  try {
    return parseCommandLine(command, args);
  } catch (error) {
    if (error instanceof UsageError) error.message += `\n${command.typed} -- --help says what it takes`;
    throw error;
  }
}

function refuseName(name) {
  const meant = nearest(
    name,
    descriptions.map((command) => command.name),
  );
  throw new UsageError(
    `there is no command ${name}. ${meant === undefined ? '' : `Did you mean ${meant}? `}npm run cdc -- --help lists all`,
  );
}

/** Exits as the program does. */
function runProgram(file, args) {
  const program = spawn(process.execPath, [join(root, file), ...args], { stdio: 'inherit' });
  // From a terminal the program has had Ctrl-C itself; this process waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && program.kill(signal));
  program.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

async function runModule(file, given, args) {
  if (file.endsWith('.mjs')) {
    const { command } = await import(join(root, file));
    process.exitCode = await command(given, args);
    return;
  }
  const { runCommand } = requireTypescript('local/commands/run-command.ts');
  runCommand(async () => requireTypescript(file).command(given));
}
