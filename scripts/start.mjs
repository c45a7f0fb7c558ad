/** `npm start`: set-up, bundles, synthesis, then the synthesized deployment on this machine. */
import { demandProject } from './check-project.mjs';
import { root, run } from './run.mjs';
import { runUnderNpm } from './run-under-npm.mjs';
import { setUp } from './set-up.mjs';

/**
 * The first line appears at once: each step may take a while. It goes to standard error, since `--json` promises that
 * standard output has the summary only.
 * @param {unknown} _given checked by the pipeline's own process once more
 * @param {readonly string[]} args
 */
export async function command(_given, args) {
  demandProject();
  console.error('set-up: packages, a MySQL-protocol server, Java …');
  setUp();
  console.error('bundles: handlers whose sources changed …');
  const { bundle } = await import('./bundle.mjs');
  await bundle();
  console.error('synthesis: four stacks to cdktf.out …');
  run(process.execPath, ['--import', 'tsx', 'main.ts']);
  console.error('starting the parts of the stacks …');
  runUnderNpm(['scripts/cdc.mjs', 'pipeline', ...args], { cwd: root });
}
