/** Runs one of the project's programs, and exits with its exit code when it fails. */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, quiet?: boolean }} [options] quiet: its output is shown only when it fails
 */
export function run(program, args, options = {}) {
  const { env = process.env, quiet = false } = options;
  const stdio = quiet ? 'pipe' : 'inherit';
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: root, env, stdio });
  if (status === 0) return;
  if (quiet) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  console.error(`${program} ${args.join(' ')} failed: ${error?.message ?? `exit code ${status}`}`);
  process.exit(status ?? 1);
}

/** Runs a program that npm installed. */
export function runPackaged(name, args, options = {}) {
  const path = `${root}/node_modules/.bin:${process.env.PATH ?? ''}`;
  run(name, args, { ...options, env: { ...(options.env ?? process.env), PATH: path } });
}
