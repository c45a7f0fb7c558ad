/**
 * Runs a long-lived Node program so that it stops in order whichever of npm, this process or itself is ended, and by which
 * signal. The script in package.json begins with `exec`: a shell between npm and this process would keep what npm forwards.
 */
import { spawn } from 'node:child_process';

const LOOK_EVERY_MS = 500;

/**
 * Exits with the program's exit code. The program is asked to stop by the end of its channel to this process.
 * @param {readonly string[]} args of Node
 * @param {{ cwd: string }} options
 */
export function runUnderNpm(args, { cwd }) {
  const program = spawn(process.execPath, args, { cwd, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  // Never counts as a second Ctrl-C: from a terminal, the first one has reached the program directly.
  const stop = () => {
    if (program.connected) program.disconnect();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  const endWatch = watchStarter(stop);
  program.once('exit', (code) => {
    endWatch();
    process.exit(code ?? 1);
  });
}

/**
 * @param {() => void} onEnd called once, when npm has ended
 * @returns {() => void} ends the watch
 */
function watchStarter(onEnd) {
  // Started by hand, it may outlive its shell, as with nohup.
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    onEnd();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
