/** `npm start`: set-up, bundles, synthesis, then the synthesized deployment on this machine. */
import { root, run } from './run.mjs';
import { runUnderNpm } from './run-under-npm.mjs';
import { setUp } from './set-up.mjs';

// Without `--` npm treats the flags as its own, and the pipeline would start without them.
const swallowed = ['once', 'fresh', 'every', 'data-dir', 'server'].filter(
  (flag) => process.env[`npm_config_${flag.replace('-', '_')}`] !== undefined,
);
if (swallowed.length > 0) {
  console.error(
    `npm took --${swallowed.join(' and --')} for its own. Put two dashes before the flags: npm start -- --${swallowed.join(' --')}`,
  );
  process.exit(2);
}

setUp();
const { bundle } = await import('./bundle.mjs');
await bundle();
run(process.execPath, ['--import', 'tsx', 'main.ts']);

runUnderNpm(['--import', 'tsx', 'local/commands/start.ts', ...process.argv.slice(2)], { cwd: root });
