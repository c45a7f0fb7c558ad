/** `npm start`: set-up, bundles, synthesis, then the synthesized deployment on this machine. */
import { spawn } from 'node:child_process';
import { root, run } from './run.mjs';
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

const laptop = spawn(
  process.execPath,
  ['--import', 'tsx', 'local/commands/start.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    // The channel tells it when this process ends, for whatever reason.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  },
);
// Ctrl-C reaches the laptop directly; any other signal sent only to this process is forwarded.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => laptop.kill(signal));
laptop.once('exit', (code) => process.exit(code ?? 1));
